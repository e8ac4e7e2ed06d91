"""The lexicon: its format, its four relations, and a check that finds doubles and contradictions."""

import pytest

from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line, Relation, parse, problems, shipped_lines, term_of
from bot.language.stems import stem
from bot.presentation.texts import told


def lines(text: str) -> list[Line]:
    """The lines of a lexicon in the plain text format."""
    return list(parse(text, "proef.txt"))


def related(lexicon: Lexicon, word: str) -> dict[Relation, set[str]]:
    """What the lexicon says of one word, by relation."""
    found: dict[Relation, set[str]] = {}
    for _, relation, terms in lexicon.entries(stem(word)):
        found.setdefault(Relation(relation), set()).update(" ".join(term) for term in terms)
    return found


def test_format() -> None:
    read = lines("# uitleg\n\n[groep]\nazc = asielzoekerscentrum  # met uitleg\nkliko, bak > container\nboete ~ straf\nhoger ! lager\n")
    assert [(line.relation, line.left, line.right, line.origin) for line in read] == [
        (Relation.SYNONYM, ("azc", "asielzoekerscentrum"), (), "proef.txt:4"),
        (Relation.READING, ("kliko", "bak"), ("container",), "proef.txt:5"),
        (Relation.ASSOCIATION, ("boete",), ("straf",), "proef.txt:6"),
        (Relation.OPPOSITE, ("hoger",), ("lager",), "proef.txt:7"),
    ]


@pytest.mark.parametrize("text", ["azc", "azc = coa > ind", "azc = ", "> container", "kliko >", "kliko, > container", "a ~ b ! c"])
def test_a_wrong_line_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"proef\.txt:2: "):
        lines("# een\n" + text)


def test_synonyms_and_opposites_go_both_ways_readings_one() -> None:
    lexicon = Lexicon(lines("zwiebel = zwabber\nkwakkie > kwakdoos\nzwoete ~ zwaf\nkwoger ! kwager\n"))
    assert related(lexicon, "zwiebel") == {Relation.SYNONYM: {stem("zwabber")}}
    assert related(lexicon, "zwabber") == {Relation.SYNONYM: {stem("zwiebel")}}
    assert related(lexicon, "kwakkie") == {Relation.READING: {stem("kwakdoos")}}
    assert related(lexicon, "kwakdoos") == {}
    assert related(lexicon, "zwaf") == {Relation.ASSOCIATION: {stem("zwoete")}}
    assert related(lexicon, "kwager") == {Relation.OPPOSITE: {stem("kwoger")}}


def test_every_form_of_a_word_is_found() -> None:
    lexicon = Lexicon(lines("gemeente = plaatselijke overheid\nstrafbaar > verboden\n"))
    assert related(lexicon, "gemeenten") == related(lexicon, "gemeente") != {}


def test_a_negation_is_part_of_a_term() -> None:
    assert term_of("niet nodig") != term_of("nodig")
    assert term_of("geen woning") != term_of("de woning")
    assert term_of("de woning") == term_of("woningen")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fiets = rijwiel\nfietsen = tweewieler\n", "proef.txt:2: 'fietsen' staat al bij proef.txt:1"),
        ("kliko > container\nkliko > container, bak\n", "proef.txt:2: "),
        ("hoog = laag\nhoog ! laag\n", "zijn ook gelijk bij proef.txt:1"),
        ("hoog > laag\nlaag ! hoog\n", "zijn ook gelijk bij proef.txt:1"),
    ],
)
def test_the_check_finds_doubles_and_contradictions(text: str, found: str) -> None:
    assert len(problems(lines(text))) == 1
    assert found in told(problems(lines(text))[0])


def test_the_check_finds_nothing_in_a_good_lexicon() -> None:
    assert (
        problems(lines("fiets = rijwiel\nkliko > container\nboete ~ straf\nhoog ! laag\noverbodig = niet nodig\nnodig ! overbodig\n")) == []
    )


def test_the_shipped_lexicon_can_be_read() -> None:
    assert len(shipped_lines()) > 5_000
