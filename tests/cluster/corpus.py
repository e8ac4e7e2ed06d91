"""Knowledge for tests on real nodes: the documents of the published question sets that are part of the project, all in one folder."""

from pathlib import Path

from benchmarks.corpora import QUESTIONS, published_sets
from bot.evaluation.question_sets import read_question_set
from bot.ingest.add import Metadata, add


def write_corpus(folder: Path) -> Path:
    """Bring the documents in; none has hints, so that they are weighed together."""
    for each in published_sets():
        for source in each.documents:
            if each.text(source).exists():
                add(each.text(source), folder, Metadata(source.title, source.publisher, source.year))
    return folder


def questions_about_the_corpus() -> list[str]:
    """The questions of the sets whose documents are there."""
    sets = [each for each in published_sets() if each.documents and all(each.text(source).exists() for source in each.documents)]
    return [question.question for each in sets for question in read_question_set(each.path)]


def own_questions() -> list[str]:
    """The questions about the document that comes with the program."""
    return [question.question for question in read_question_set(QUESTIONS / "own-2017.jsonl")]
