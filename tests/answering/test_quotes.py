"""A quote proves itself against its source when it is made; what does not stand there can't be quoted."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.quoting import LONGEST_HIGHLIGHT
from bot.answering.reply import Quote
from bot.errors import KnowledgeError
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge, Passage, Span
from bot.presentation.texts import told
from tests.knowledge_folders import write_folder


@pytest.fixture
def passage(knowledge: Knowledge) -> Passage:
    """The passage on 500 and 750 refugees."""
    return next(p for p in knowledge.passages if "750" in p.text)


def test_a_quote_of_the_source_is_a_quote(passage: Passage) -> None:
    quote = Quote(passage, passage.span, passage.sentences[1].span)
    assert quote.text == passage.text
    assert quote.highlight_text == "Dit zogenoemde hervestigingsquotum gaat van 500 per jaar naar 750 vluchtelingen per jaar."
    assert quote.page is None


def test_a_tampered_source_is_not_quoted(passage: Passage) -> None:
    other = passage.document._replace(source=passage.document.text.replace("750", "950"))
    with pytest.raises(KnowledgeError) as caught:
        Quote(passage._replace(document=other), passage.span, passage.span)
    assert "klopt niet met de bron" in told(caught.value)


def test_a_source_that_has_moved_is_not_quoted(passage: Passage) -> None:
    other = passage.document._replace(source="Een zin vooraf. " + passage.document.text)
    with pytest.raises(KnowledgeError) as caught:
        Quote(passage._replace(document=other), passage.span, passage.span)
    assert "klopt niet met de bron" in told(caught.value)


def test_a_tampered_passage_is_not_quoted(passage: Passage) -> None:
    with pytest.raises(KnowledgeError) as caught:
        Quote(passage._replace(text=passage.text.replace("500", "5000")), passage.span, passage.span)
    assert "klopt niet met de bron" in told(caught.value)


def test_a_tampered_source_makes_no_index(knowledge: Knowledge) -> None:
    """Whatever goes wrong with the source after loading, no wrong text gets out."""
    tampered = knowledge.documents[0]._replace(source=knowledge.documents[0].text.replace("750", "950"))
    passages = tuple(p._replace(document=tampered) for p in knowledge.passages)
    with pytest.raises(KnowledgeError) as caught:
        index_of(knowledge._replace(documents=(tampered,), passages=passages))
    assert "is geen deel van zijn bron" in told(caught.value)


@pytest.mark.parametrize(
    ("span", "highlight"),
    [
        (Span(-5, 10), Span(0, 5)),
        (Span(0, 10), Span(5, 11)),
        (Span(5, 10), Span(4, 8)),
        (Span(0, 10), Span(3, 3)),
        (Span(0, 10), Span(8, 3)),
        (Span(0, 10**9), Span(0, 5)),
    ],
)
def test_spans_that_can_not_be(passage: Passage, span: Span, highlight: Span) -> None:
    with pytest.raises(KnowledgeError) as caught:
        Quote(passage, span, highlight)
    assert "klopt niet" in told(caught.value)


LONG = "De gemeente bouwt woningen voor starters, " + "en ook voor ouderen die kleiner willen wonen, " * 12 + "en voor studenten."
HINT = "  sentences:\n    - starts: {starts}\n      questions: [Waar bouwt de gemeente woningen voor starters?]\n"


def ask_about(folder: Path, sentence: str) -> Quote:
    """The first quote of a document that has one sentence."""
    knowledge = load_knowledge(folder)
    assert [s.text for s in knowledge.passages[0].sentences] == [sentence]
    reply, _ = Assistant(index_of(knowledge)).reply("Bouwt de gemeente woningen voor starters?")
    return reply.quotes[0]


def test_a_long_sentence_is_highlighted_up_to_a_comma(tmp_path: Path) -> None:
    quote = ask_about(write_folder(tmp_path, source=LONG), LONG)
    assert quote.text == LONG
    assert LONG.startswith(quote.highlight_text)
    assert quote.highlight_text.endswith(",")
    assert 150 < len(quote.highlight_text) <= LONGEST_HIGHLIGHT


def test_a_long_sentence_without_a_comma_is_highlighted_up_to_a_word(tmp_path: Path) -> None:
    sentence = LONG.replace(",", "")
    quote = ask_about(write_folder(tmp_path, source=sentence), sentence)
    assert sentence[len(quote.highlight_text)] == " "
    assert 150 < len(quote.highlight_text) <= LONGEST_HIGHLIGHT


def test_a_sentence_that_begins_with_an_endless_word_can_be_quoted(tmp_path: Path) -> None:
    sentence = "https://voorbeeldstad.nl/" + "woningen-voor-starters-" * 20 + " bouwt de gemeente"
    quote = ask_about(write_folder(tmp_path, source=sentence), sentence)
    assert 0 < len(quote.highlight_text) <= LONGEST_HIGHLIGHT


def test_a_whole_passage_by_its_id(assistant: Assistant) -> None:
    passage = assistant.knowledge.passages[3]
    quote = assistant.quote(passage.id)
    assert quote is not None
    assert quote.text == quote.highlight_text == passage.text
    assert assistant.quote("bestaat/niet/0000") is None
