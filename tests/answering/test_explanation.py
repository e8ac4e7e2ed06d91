"""/uitleg says what really covered a word of the question."""

from pathlib import Path

from bot.answering.assistant import Assistant
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge


def _covered(tmp_path: Path, source: str, question: str, hints: str = "") -> dict[str, str]:
    folder = tmp_path / "akkoord"
    folder.mkdir()
    (folder / "document.yaml").write_text("title: Akkoord\npublisher: Gemeente\nyear: 2022\n", encoding="utf-8")
    (folder / "source.md").write_text(source, encoding="utf-8")
    reply, _ = Assistant(index_of(load_knowledge(tmp_path))).reply(question)
    return {word.word: word.by for word in reply.words}


def test_a_word_of_the_heading_is_called_so(tmp_path: Path) -> None:
    covered = _covered(tmp_path, "# Zwembaden\n\nDe gemeente opent er drie nieuwe in 2023.\n", "Hoeveel zwembaden opent de gemeente?")
    assert covered["zwembaden"] == "heading"
    assert covered["gemeente"] == "word"


def test_a_word_of_the_sentence_beside_is_called_so(tmp_path: Path) -> None:
    source = "# Sport\n\nDe hal is open. In het park ligt een zwembad.\n"
    assert _covered(tmp_path, source, "Is de hal met zwembad open?")["zwembad"] == "neighbour"


def test_a_part_of_a_word_is_called_so(tmp_path: Path) -> None:
    assert _covered(tmp_path, "# Sport\n\nEr komt een zwembad.\n", "Komt er een zwembadwater?")["zwembadwater"] == "part"


def test_a_word_that_stands_nowhere_is_called_so(tmp_path: Path) -> None:
    assert _covered(tmp_path, "# Sport\n\nEr komt een sporthal.\n", "Komt er een sporthal in Parijs?")["parijs"] == ""
