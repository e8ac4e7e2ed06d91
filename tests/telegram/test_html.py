"""A reply as HTML: to the letter, never too long, never broken."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.assistant import Assistant
from bot.answering.reply import Quote
from bot.presentation import texts
from bot.presentation.html import context_html, escaped, harmless, quote_html, render_html, split_html, units, without_markup
from tests.telegram import specification


def test_every_passage_is_quoted_to_the_letter(assistant: Assistant) -> None:
    for passage in assistant.knowledge.passages:
        quote = assistant.quote(passage.id)
        assert quote
        for text in (quote_html(quote), context_html(quote, assistant.knowledge), quote_html(quote, nearest=True)):
            plain, entities, faults = specification.parsed(text)
            assert faults == []
            found = specification.slices(plain, entities, "blockquote", "expandable_blockquote")
            assert passage.text in found
            assert all(part in passage.document.text for part in found)
            assert str(passage.document.year) in plain


def test_a_long_quote_shows_the_answering_sentence_and_folds_the_rest(assistant: Assistant) -> None:
    passage = max(assistant.knowledge.passages, key=lambda p: len(p.text))
    sentence = passage.sentences[1]
    plain, entities, faults = specification.parsed(quote_html(Quote(passage, passage.span, sentence.span)))
    assert faults == []
    assert specification.slices(plain, entities, "blockquote") == [sentence.text]
    assert specification.slices(plain, entities, "expandable_blockquote") == [passage.text]
    assert specification.slices(plain, entities, "bold")[1:] == [sentence.text, sentence.text]


@pytest.mark.parametrize(
    "question", ["Hoeveel vluchtelingen mogen er per jaar komen?", "Wat vond de burgemeester van Mechelen van Zwarte Piet?", "Hallo", "?!"]
)
def test_a_reply_is_markup_that_telegram_takes(assistant: Assistant, question: str) -> None:
    reply, _ = assistant.reply(question)
    plain, _, faults = specification.parsed(render_html(reply, assistant.themes()))
    assert faults == []
    assert plain.strip()


PIECES = st.lists(
    st.sampled_from(["woord ", "\n", "\n\n", "😀", "&amp;", "&lt;b&gt;", "é", "heel-lang-woord", "<b>", "<blockquote>"]), max_size=80
)


@given(PIECES, st.integers(12, 60))
def test_a_long_text_is_divided_without_loss(pieces: list[str], limit: int) -> None:
    text, still_open = "", []
    for piece in pieces:
        if piece.startswith("<"):
            if piece in still_open:
                continue
            still_open.append(piece)
        text += piece
    text += "".join(f"</{tag.strip('<>')}>" for tag in reversed(still_open))
    parts = split_html(text, limit)
    for part in parts:
        plain, _, faults = specification.parsed(part)
        assert faults == []
        assert 0 < units(plain) <= limit
        assert plain.strip()
    assert "".join("".join(map(without_markup, parts)).split()) == "".join(without_markup(text).split())


@given(st.text())
def test_what_a_user_wrote_shows_as_it_is_or_not_at_all(text: str) -> None:
    assert html.unescape(escaped(text)) == texts.harmless(text)  # what steers a chat is left out of all that is shown
    shown = harmless(text)
    assert "<" not in shown
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\x00")
