"""What the lexicon puts in the place of a word: the table that is made when the program is installed says what the lexicon itself does."""

import random
from collections.abc import Set

import pytest

from bot.answering import concepts
from bot.answering.concepts import concept_of
from bot.language.analysis import Analyser
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line, Relation
from bot.language.vocabulary import lexicon_entries

SAMPLE = random.Random(7).sample(list(lexicon_entries()), 400)


def alternatives(stem: str, lexicon: Lexicon, present: Set[str]) -> tuple[object, ...]:
    """All that stands in for a word."""
    analyser = Analyser(lexicon)
    concept = concept_of(analyser.word(stem)._replace(stem=stem, root=stem, parts=()), 1.0, analyser, present)
    return list(concept.keys.items()), concept.phrases, concept.opposites


def from_the_lexicon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing made ready: each word is looked up as one of whose terms a question has every word, here the empty one."""
    always = concepts._StandingIn({}, (), frozenset(), ("",), frozenset({""}))
    monkeypatch.setattr(concepts, "_made_ready", lambda stem: always)


def test_the_table_says_what_the_lexicon_says(monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon = Lexicon()
    # Of every third word the other words of its terms are in the question too.
    present = {
        stem: {stem, "", *(word for term, _, _ in lexicon_entries()[stem] for word in term if number % 3 == 0)}
        for number, stem in enumerate(SAMPLE)
    }
    made = {stem: alternatives(stem, lexicon, present[stem]) for stem in SAMPLE}
    from_the_lexicon(monkeypatch)
    assert made == {stem: alternatives(stem, lexicon, present[stem]) for stem in SAMPLE}


@pytest.mark.parametrize("word", ["huurwoning", "fiets", "kosten"])
def test_the_lines_of_a_knowledge_folder_are_heard_too(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stem = Analyser(Lexicon()).word(word).stem
    near = next((key for key in concepts._made_ready(stem).keys), stem)
    for left in (word, near):
        lexicon = Lexicon([Line(Relation.SYNONYM, (left, "kwibus"), (), "")])
        made = alternatives(stem, lexicon, {stem, ""})
        with monkeypatch.context() as patch:
            from_the_lexicon(patch)
            assert made == alternatives(stem, lexicon, {stem, ""})
    analyser = Analyser(Lexicon([Line(Relation.SYNONYM, (word, "kwibus"), (), "")]))
    assert "kwibus" in concept_of(analyser.word(word), 1.0, analyser, {stem}).keys
