"""What holds for every text that anyone can send: a reply, and quotes that are the source to the letter."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.assistant import LONGEST_QUESTION, Assistant
from bot.answering.conversation import Conversation
from bot.answering.quoting import LONGEST_HIGHLIGHT
from bot.answering.reply import Outcome, Reason, Reply
from bot.presentation.json_lines import reply_object
from bot.presentation.text import render_text
from tests.answering import questions as some


def prove(reply: Reply, assistant: Assistant) -> None:
    """All that a reply promises."""
    assert (reply.outcome is Outcome.ANSWER) == (reply.reason is Reason.ANSWERED)
    assert 0.0 <= reply.confidence <= 1.0
    assert reply.quotes or reply.outcome is Outcome.NO_ANSWER, "an answer quotes"
    # Two questions of one message may each be answered by a sentence of the same passage, and so may the points of a list.
    several = bool(reply.parts or reply.listed)
    shown = [(quote.passage.id, quote.highlight if several else None) for quote in reply.quotes]
    assert len(set(shown)) == len(shown), "no passage twice"
    for quote in reply.quotes:
        source = quote.passage.document.text
        assert quote.passage in assistant.knowledge.passages
        assert quote.text == source[quote.span.start : quote.span.end]
        assert quote.highlight_text == source[quote.highlight.start : quote.highlight.end]
        assert quote.passage.span.start <= quote.span.start <= quote.highlight.start
        assert quote.highlight.end <= quote.span.end <= quote.passage.span.end
        assert 0 < len(quote.highlight_text) <= LONGEST_HIGHLIGHT
        assert quote.highlight_text.strip()


@given(question=some.questions)
def test_any_question_gets_a_reply_that_keeps_its_promises(assistant: Assistant, question: str) -> None:
    reply, conversation = assistant.reply(question)
    prove(reply, assistant)
    assert len(reply.question) <= LONGEST_QUESTION
    assert Conversation.from_json(conversation.to_json()) == conversation


@given(question=some.questions)
def test_nothing_of_the_question_but_words_comes_back(assistant: Assistant, question: str) -> None:
    """No markup, no control character and no text of the asker's own in what a reader sees."""
    reply, _ = assistant.reply(question)
    message = render_text(reply, assistant.themes())
    quoted = "".join(quote.passage.document.publisher + quote.text for quote in reply.quotes)
    assert not [c for c in message if c in "<>&\\{}*_`" and c not in quoted]
    assert not [c for c in message if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
    assert message.strip()


@given(question=some.questions)
def test_the_same_question_gets_the_same_reply(assistant: Assistant, question: str) -> None:
    assert assistant.reply(question) == assistant.reply(question)


@given(turns=st.lists(some.questions, min_size=2, max_size=5))
def test_any_conversation(assistant: Assistant, turns: list[str]) -> None:
    conversation = Conversation()
    for turn in turns:
        reply, conversation = assistant.reply(turn, conversation)
        prove(reply, assistant)
        reply_object("x", reply, assistant.themes())
        assert len(conversation.turns) <= 3


@given(question=st.one_of(some.without_letters, some.other_scripts, some.stop_words_only))
def test_what_holds_no_dutch_words_gets_no_answer(assistant: Assistant, question: str) -> None:
    reply, _ = assistant.reply(question)
    assert reply.outcome is Outcome.NO_ANSWER
    assert not reply.quotes or question.isascii(), "nothing is near to what says nothing"


VALUES = st.one_of(st.none(), st.text(), st.lists(st.one_of(st.text(), st.integers())))
TURNS = st.lists(st.dictionaries(st.sampled_from(["words", "passage", "answered"]), VALUES))


@given(data=st.one_of(st.none(), st.integers(), st.text(), TURNS))
def test_a_conversation_can_be_read_from_anything(data: object) -> None:
    assert len(Conversation.from_json(data).turns) <= 3


def test_a_hundred_thousand_characters(assistant: Assistant) -> None:
    for text in ("a" * 100_000, "vluchtelingen " * 7_143, "\u200b" * 100_000, "<" * 100_000, "\ud800" * 100_000):
        reply, _ = assistant.reply(text)
        prove(reply, assistant)
        assert reply.reason in (Reason.TOO_LONG, Reason.EMPTY)
        assert len(reply.question) <= LONGEST_QUESTION
