"""Of a passage whole sentences around the one in question are read, with the headings above it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.verifying import AROUND, HEADINGS, LONGEST_HEADING, text_read
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Passage
from bot.settings import knowledge_folder

PASSAGES = load_knowledge(knowledge_folder(None)).passages


@given(st.sampled_from(PASSAGES), st.data())
def test_whole_sentences_around_one(passage: Passage, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(passage.sentences) - 1))
    text = text_read(passage, number)
    headings = " > ".join(heading[:LONGEST_HEADING] for heading in passage.section.headings[-HEADINGS:])
    body = text.removeprefix(f"{headings}: ")
    sentences = [sentence.text for sentence in passage.sentences]
    assert sentences[number] in body
    assert len(body) <= max(AROUND, len(sentences[number]))
    assert any(body == " ".join(sentences[first:last]) for first in range(number + 1) for last in range(number + 1, len(sentences) + 1))
