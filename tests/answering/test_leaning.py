"""What a follow-up takes over of the turn before: its subject, the form of its question, and where the conversation stood."""

import pytest

from bot.answering.asking_whole import subject_of
from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION, Conversation, Turn
from bot.answering.reply import Outcome, Reply
from bot.watch import load_assistant

PAGES = {
    "moestuin": """# Moestuin huren

U huurt een stuk grond van de gemeente. Een moestuin kost € 64 per jaar.

## Wachtlijst

U staat gemiddeld twee jaar op de wachtlijst voor een moestuin.
""",
    "badhuis": """# Badhuis De Kom

Badhuis De Kom blijft open. De verbouwing kost € 2 miljoen en begint in het najaar van 2027.

## Kaartjes

Een kaartje voor een kind tot 12 jaar kost € 2. Een kaartje voor een volwassene kost € 5.
""",
    "zaal": """# Zaal huren

| Zaal | Prijs |
|---|---|
| Zaal voor 40 gasten | € 55 |
| Zaal voor 120 gasten | € 160 |

In Overveen is een dorpshuis.
""",
    "vuilniszak": """# Vuilniszakken

Gratis zakken voor plastic haalt u bij de balie.
""",
    "zandzak": """# Zandzakken bij hoogwater

Een zandzak is voor wie aan de rivier woont. Zandzakken haalt u gratis bij de gemeentewerf.
""",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over the pages of a municipality."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / name).mkdir()
        (folder / name / "document.yaml").write_text(f"title: {name}\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
        (folder / name / "source.md").write_text(text, encoding="utf-8")
    return load_assistant(folder, wait=True)


def talk(assistant: Assistant, *questions: str) -> Reply:
    conversation = NO_CONVERSATION
    for question in questions:
        reply, conversation = assistant.reply(question, Conversation.from_json(conversation.to_json()))
    return reply


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        (("Blijft het badhuis open?", "Zo. En wanneer beginnen ze dan aan die grote klus?"), "najaar van 2027"),
        (("Wat kost een zaal voor 40 gasten?", "en met 120 gasten?"), "€ 160"),
        (("Blijft het badhuis open?", "En een zaal voor 40 gasten, wat kost die dan?"), "€ 55"),
        (("Voor wie is een zandzak?", "waar haal ik die gratis"), "gemeentewerf"),
    ],
)
def test_a_follow_up_is_answered_with_what_it_takes_over(pages: Assistant, questions: tuple[str, ...], said: str) -> None:
    reply = talk(pages, *questions)
    assert reply.outcome is Outcome.ANSWER
    assert said in reply.quotes[0].highlight_text


@pytest.mark.parametrize(
    "questions",
    [
        ("Wat kost een moestuin per jaar?", "Per week?"),
        ("Wat kost een moestuin per jaar?", "en per vierkante meter dan"),
        ("moestuin prijs", "per maand"),
        ("Blijft het badhuis open?", "Mag mijn hond daar los?"),
        ("Hoe lang sta ik op de wachtlijst voor een moestuin?", "En bij ons in Overveen, is dat daar ook?"),
    ],
)
def test_what_the_subject_does_not_hold_gets_silence(pages: Assistant, questions: tuple[str, ...]) -> None:
    assert talk(pages, *questions).outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("question", ["waar vooral", "tot wanneer", "en voor wie"])
def test_a_few_words_that_ask_are_no_talk(pages: Assistant, question: str) -> None:
    assert talk(pages, "Blijft het badhuis open?", question).route is None


def test_after_silence_the_conversation_stands_where_it_came_nearest(pages: Assistant) -> None:
    nearest = talk(pages, "Blijft het badhuis open?").quotes[0].passage.id
    silent = Conversation((Turn(("toegang", "kaartje"), None, answered=False, near=nearest),))
    assert Conversation.from_json(silent.to_json()) == silent
    reply, _ = pages.reply("en tot 12 jaar?", silent)
    assert reply.outcome is Outcome.ANSWER
    assert "€ 2" in reply.quotes[0].highlight_text


def test_a_silent_turn_keeps_what_came_nearest_and_shows_it_to_nobody(pages: Assistant) -> None:
    reply, conversation = pages.reply("moestuin opzeggen formulier?")
    assert reply.outcome is Outcome.NO_ANSWER
    assert conversation.turns[-1].stands.startswith("moestuin/")
    assert not conversation.turns[-1].near or not reply.quotes


@pytest.mark.parametrize(
    ("turn", "subject"),
    [
        (Turn(("maandag", "bibliotheek"), None, answered=True, borrowed=("bibliotheek",)), ("bibliotheek",)),
        (Turn(("uur", "zaterdag"), None, answered=True), ()),
    ],
)
def test_when_something_is_asked_about_is_no_subject(turn: Turn, subject: tuple[str, ...]) -> None:
    assert subject_of(turn) == subject


def test_mine_written_short_is_no_name(pages: Assistant) -> None:
    forms = {concept.word.form for concept in pages.shelves[0].read("mag mn oom de zaal huren").concepts}
    assert forms == {"oom", "zaal", "huren"}


def test_who_says_so_after_silence_is_no_question_about_the_subject(pages: Assistant) -> None:
    assert talk(pages, "Blijft het badhuis open?", "Hoeveel mensen werken daar?", "wie zegt dat eigenlijk").outcome is Outcome.NO_ANSWER
