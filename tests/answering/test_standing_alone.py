"""What is said to stand alone gets the same reply in every conversation: only then may one answer do for all."""

import json
import random
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION, Conversation
from bot.answering.reply import Note, Outcome, Reply
from bot.answering.standing_alone import Standing

QUESTIONS = Path(__file__).parents[1] / "questions"

SINGLE, DIALOGUES, CONTEXTS, LEAST = 70, 40, 4, 20
"""Questions, later turns of dialogues, and conversations for each that are tried, drawn with a fixed seed; and how many must stand alone for
the test to tell anything."""


def _lines(name: str) -> list[dict[str, list[dict[str, str]]]]:
    return [json.loads(line) for line in (QUESTIONS / name).read_text(encoding="utf-8").splitlines()]


def _without_same_quote(reply: Reply) -> Reply:
    return reply._replace(notes=tuple(note for note in reply.notes if note[0] is not Note.SAME_QUOTE))


def test_what_stands_alone_gets_the_same_reply_after_any_turn(assistant: Assistant) -> None:
    draw = random.Random(4)
    dialogues = [[turn["vraag"] for turn in line["turns"]] for line in _lines("dialogues.jsonl")]
    contexts: list[Conversation] = []
    for dialogue in dialogues:
        conversation = NO_CONVERSATION
        for text in dialogue[:2]:
            _, conversation = assistant.reply(text, conversation)
        contexts += [conversation] if conversation.turns else []
    single = [str(line["vraag"]) for name in ("own-2017.jsonl", "voices-b.jsonl") for line in _lines(name)]
    later = [text for dialogue in dialogues for text in dialogue[1:]]
    stood = 0
    for text in draw.sample(single, SINGLE) + draw.sample(later, min(DIALOGUES, len(later))):
        standing = assistant.standing(text)
        alone, after = assistant.reply(text)
        if standing is Standing.LEANING or (standing is Standing.IF_ANSWERED and alone.outcome is not Outcome.ANSWER):
            continue
        stood += 1
        for context in draw.sample(contexts, CONTEXTS):
            reply, later_on = assistant.reply(text, context)
            assert _without_same_quote(reply) == _without_same_quote(alone), (text, context)
            assert (later_on.turns[-1] if later_on is not context else None) == (after.turns[-1] if after.turns else None)
    assert stood >= LEAST


@pytest.mark.parametrize(
    "question",
    ["En voor volwassenen?", "wie zegt dat", "Klopt dat?", "Nee, ik bedoel Turkije.", "en nu?", "Hoe lang dan?", "nog meer", "en in Nederland?",
     "staat er nog meer over veiligheid?", "Wat kost dat? En hoe lang duurt het?"],
)  # fmt: skip
def test_what_needs_the_turn_before_does_not_stand_alone(assistant: Assistant, question: str) -> None:
    assert assistant.standing(question) is Standing.LEANING


@pytest.mark.parametrize(
    "question",
    ["Krijgen asielzoekers taalles in het azc?", "Krijgen vluchtelingen nog zorgtoeslag in de eerste twee jaar?", "Hallo!", "Dank je wel",
     "Mag ik twee nationaliteiten hebben?"],
)  # fmt: skip
def test_a_whole_question_stands_alone(assistant: Assistant, question: str) -> None:
    assert assistant.standing(question) is not Standing.LEANING
