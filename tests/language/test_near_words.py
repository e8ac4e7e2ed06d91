"""A word with typing errors is compared with the few words that it may stand for, and those are never passed over."""

from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line, Relation
from bot.language.near_words import WordList
from bot.language.spelling import sound
from bot.language.vocabulary import lexicon_words

WORDS = sorted(word for word in lexicon_words() if word.isalpha())[::7]
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzĳµ", min_size=4, max_size=12)


@given(st.lists(LETTERS, min_size=1, max_size=30), LETTERS, st.sampled_from((1, 2)))
@example(["abcd", "bacd", "abdc"], "abcd", 1)
def test_no_word_that_near_is_passed_over(words: list[str], form: str, errors: int) -> None:
    near = WordList.of(words, sound).near(form, errors)
    assert {word for word in words if OSA.distance(word, form) <= errors} <= set(near)
    assert near == sorted(near, key=lambda word: (len(word), word))


def test_most_words_are_passed_over() -> None:
    words = WordList.of(WORDS, sound)
    for form in WORDS[:: len(WORDS) // 40]:
        if len(form) >= 8:
            typed = form[:3] + form[4] + form[3] + form[5:]
            near = words.near(typed, 2)
            assert form in near
            assert len(near) < len(WORDS) / 20


def test_words_that_sound_alike_are_there() -> None:
    words = WordList.of(["gezicht", "geit", "chirurg", "fiets"], sound)
    assert words.sounding(sound("gijt")) == ["geit"]


def test_the_shipped_list_is_that_of_the_lexicon() -> None:
    shipped = Lexicon().word_list()
    assert shipped.near("gemeente", 1) == WordList.of(Lexicon().words(), sound).near("gemeente", 1)


def test_the_words_of_a_knowledge_folder_stand_among_the_others_as_if_all_were_one_list() -> None:
    lines = [Line(Relation("="), ("gemeentex", "zwembad"), ("gemeente", "zwemplas"), "lexicon.yaml:1")]
    lexicon = Lexicon(lines)
    joined, one = lexicon.word_list(), WordList.of(set(lexicon.words()), sound)
    for form in ("gemeente", "zwemblad", "gemeetne", "zwemplaas", "paspoord"):
        assert joined.near(form, 1) == one.near(form, 1)
        assert joined.near(form, 2) == one.near(form, 2)
        assert joined.sounding(sound(form)) == one.sounding(sound(form))
    assert "gemeentex" in joined.near("gemeente", 1)
