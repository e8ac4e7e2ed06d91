"""Why a sentence was chosen, word by word: what in it, or around it, covered each word of the question."""

from bot.answering.concepts import Concept
from bot.answering.reply import MatchedWord
from bot.answering.shelf import Examined
from bot.index.group import Group
from bot.index.held import HEADING_STRENGTH, NEIGHBOUR_STRENGTH
from bot.index.sentences import SentenceView
from bot.knowledge.model import Passage

ENOUGH = 0.3
"""The match from which a word counts as covered at all."""


def explain(examined: Examined, shown: Passage | None = None) -> tuple[MatchedWord, ...]:
    """The words of a question with what a candidate did for each, those that weigh most first; none without a candidate.

    Args:
        shown: the passage that is shown, whose first candidate is meant; the first of all where none is.
    """
    candidates, read, index = examined.candidates, examined.read, examined.shelf.index
    if not candidates:
        return ()
    passages = dict.fromkeys(c.passage for c in candidates) if shown is not None else ()
    number = next((n for n in passages if shown is not None and index.passages[n].id == shown.id), candidates[0].passage)
    meant = next(c for c in candidates if c.passage == number)
    view = index.views(meant.passage)[meant.sentence]
    total = sum(c.weight for c in read.concepts) or 1.0
    words = []
    for concept in read.concepts:
        narrow, wide = concept.match(view.narrow), concept.match(view.wide)
        words.append(
            MatchedWord(concept.word.form, concept.weight / total, max(narrow, wide), _covered_by(concept, view, narrow, wide, index))
        )
    return tuple(sorted(words, key=lambda word: -word.weight))


def _covered_by(concept: Concept, view: SentenceView, narrow: float, wide: float, index: Group) -> str:
    """What covers a word, as `MatchedWord.by` names it: the first that gives the whole match.

    Args:
        narrow, wide: how well the sentence covers it by its own words, and by those around it.
    """
    if view.narrow.get(concept.word.stem, 0.0) == 1.0:
        return "word"
    if max(narrow, wide) <= ENOUGH:
        return ""
    if narrow >= wide:
        whole = {key: 1.0 for key, strength in view.narrow.items() if strength == 1.0}
        return "synonym" if concept.changed(parts=[]).match(whole) >= narrow else "part"
    heading = index.analyser.content(" ".join(index.passages[view.passage].section.headings))
    headings = {key: 1.0 for word in heading for key in word.match_keys()}
    if HEADING_STRENGTH * concept.match(headings) >= wide:
        return "heading"
    beside = [other.narrow for other in index.views(view.passage) if other.sentence != view.sentence]
    if any(NEIGHBOUR_STRENGTH * concept.match(strengths) >= wide for strengths in beside) or not index.hints.has(view.passage):
        return "neighbour"
    return "hint"
