"""The document that comes with the program: to the letter, and every kind of text known for what it is."""

import re

import pytest

from bot.knowledge.model import Kind, Knowledge, Passage
from tests.paths import DOCUMENT, shared


def letters(text: str) -> str:
    """A text without heading and bullet signs, white space folded."""
    return " ".join(re.sub(r"^[ \t\xa0]*(?:#{1,6}|[-•])[ \t\xa0]+", "", text, flags=re.MULTILINE).split())


def holding(knowledge: Knowledge, words: str) -> list[Passage]:
    """The passages that hold these words."""
    return [p for p in knowledge.passages if words in " ".join(p.text.split())]


def test_the_text_is_the_received_text_to_the_letter() -> None:
    received = shared("source/kis-regeerakkoord-2017.txt").read_text(encoding="utf-8")
    assert letters((DOCUMENT / "source.md").read_text(encoding="utf-8")) == letters(received)


def test_every_passage_and_sentence_is_a_span_of_its_source(knowledge: Knowledge) -> None:
    for passage in knowledge.passages:
        source = passage.document.text
        assert passage.text == source[passage.span.start : passage.span.end]
        assert passage.span.start == passage.sentences[0].span.start
        assert passage.span.end == passage.sentences[-1].span.end
        for sentence in passage.sentences:
            assert sentence.text == source[sentence.span.start : sentence.span.end]


def test_passages_stand_in_reading_order_and_do_not_overlap(knowledge: Knowledge) -> None:
    for first, second in zip(knowledge.passages, knowledge.passages[1:], strict=False):
        assert first.span.end <= second.span.start


def test_every_word_of_the_document_is_known_for_what_it_is(knowledge: Knowledge) -> None:
    """What stands in no passage is a heading, a sentence that only points elsewhere, or left out by name in document.yaml."""
    covered = bytearray(len(knowledge.documents[0].text))
    for span in [p.span for p in knowledge.passages] + [p.span for p in knowledge.pointers]:
        covered[span.start : span.end] = b"x" * (span.end - span.start)
    left = "".join(c if not covered[n] else " " for n, c in enumerate(knowledge.documents[0].text))
    rest = [letters(line) for line in left.splitlines() if letters(line) not in ("", "-")]
    headings = [s.title for _, s in knowledge.sections if s.title]
    assert [line for line in rest if line.rstrip(":") not in headings] == [
        "Het Suikerfeest wordt in de stad gevierd, maar Kerstmis blijft heilig als vanouds",
        "Anderen bekeken ook",
    ]


def test_ids_are_unique_and_readable(knowledge: Knowledge) -> None:
    ids = [p.id for p in knowledge.passages]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"regeerakkoord-2017/[a-z0-9-]+/[a-z0-9-]+", ident) for ident in ids)


def test_the_empty_heading_is_known_to_be_empty(knowledge: Knowledge) -> None:
    assert [s.title for _, s in knowledge.sections if s.empty] == ["Discriminatie"]
    assert [section.title for _, section in knowledge.sections if section.empty] == ["Discriminatie"]
    assert not [p for p in knowledge.passages if p.section.title == "Discriminatie"]


def test_the_pull_quote_is_no_second_passage(knowledge: Knowledge) -> None:
    found = holding(knowledge, "Het Suikerfeest wordt in de stad gevierd, maar Kerstmis blijft heilig als vanouds")
    assert len(found) == 1
    assert "Zwarte Piet" in found[0].text, "the sentence of the running text is kept, not the pull quote"


@pytest.mark.parametrize(
    "residue",
    [
        "Lees welke voedingsbodems bijdragen aan radicalisering",
        "Lees het complete regeerakkoord",
        "Anderen bekeken ook",
        "Lees hoeveel vluchtelingen er nu in Nederland wonen",
        "Lees ook het KIS-artikel",
    ],
)
def test_link_residue_is_in_no_passage(knowledge: Knowledge, residue: str) -> None:
    assert residue in knowledge.documents[0].text
    assert not holding(knowledge, residue)


def test_what_can_be_downloaded_is_an_answer(knowledge: Knowledge) -> None:
    assert len(holding(knowledge, "Download de KIS-handreiking om hen te ondersteunen.")) == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Ik had vorige week het genoegen", Kind.COMMENTARY),
        ("Maar discriminatie op de arbeidsmarkt moet actief worden bestreden.", Kind.COMMENTARY),
        ("Het leverde hem de titel 'de beste burgemeester van de wereld' op.", Kind.COMMENTARY),
        ("gaat van 500 per jaar naar 750 vluchtelingen per jaar", Kind.AGREEMENT),
        ("pas rechtsbijstand verleend nadat is voorgenomen", Kind.AGREEMENT),
        # The remark of KIS in the second sentence of a bullet.
        ("Een asielzoeker krijgt hierdoor veel minder ondersteuning van een advocaat", Kind.EXPLANATION),
        # Remarks that follow a bullet.
        ("Dit heeft vooral gevolgen voor kwetsbare asielzoekers", Kind.EXPLANATION),
        ("Uit onderzoek van KIS blijkt", Kind.EXPLANATION),
        ("Dit nieuwe beleid zal gevolgen hebben voor de zelfredzaamheid van vluchtelingen.", Kind.EXPLANATION),
        ("Gemeenten hebben het afgelopen jaar concrete stappen vooruit gemaakt", Kind.EXPLANATION),
        ("De strafmaat voor haatzaaien wordt verdubbeld van één naar twee jaar.", Kind.AGREEMENT),
    ],
)
def test_kinds(knowledge: Knowledge, words: str, kind: Kind) -> None:
    assert [p.kind for p in holding(knowledge, words)] == [kind]


def test_all_before_the_agreement_is_commentary_and_no_bullet_is(knowledge: Knowledge) -> None:
    source = knowledge.documents[0].text
    start = source.index("## Dit staat in het regeerakkoord")
    assert {p.kind for p in knowledge.passages if p.span.start < start} == {Kind.COMMENTARY}
    assert {p.kind for p in knowledge.passages if p.span.start > start} == {Kind.AGREEMENT, Kind.EXPLANATION}
    bullets = [p for p in knowledge.passages if source[p.span.start - 2 : p.span.start] == "- "]
    assert {p.kind for p in bullets} == {Kind.AGREEMENT}
    assert len(bullets) == source.count("\n- ")


def test_the_year_is_that_of_the_document(knowledge: Knowledge) -> None:
    assert [d.year for d in knowledge.documents] == [2017]
    assert all(d.url is None for d in knowledge.documents), "no address is given for it, so none is invented"


def test_every_hint_has_found_its_sentence(knowledge: Knowledge) -> None:
    """Each passage that can be asked about has questions, and no sentence asks the same twice."""
    for passage in knowledge.passages:
        asked = [q for s in passage.sentences for q in s.questions] + list(passage.questions)
        assert asked, passage.id
