"""Questions that compare two sides: two sentences, or one that holds both."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.comparing import sides
from bot.answering.reply import Outcome
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

SOURCE = """# Parkeren

Het tarief is 2 euro per uur in de binnenstad en 1 euro per uur in de haven.

# Evenementen

Voor een klein evenement is een melding genoeg. Voor een groot evenement heeft u een vergunning nodig.

# Buurtplannen

Voor een klein plan hoort u binnen tien dagen of het mag. Voor andere plannen duurt het antwoord zes weken.
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("vergelijken"), source=SOURCE), meaning=False)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("verschil melding en vergunning bij een evenement", ["een melding genoeg", "een vergunning nodig"]),
        ("Een melding of een vergunning voor een evenement, wat is het verschil?", ["een melding genoeg", "een vergunning nodig"]),
        ("Hoe lang duurt het antwoord: klein plan of gewoon plan?", ["binnen tien dagen", "zes weken"]),
        ("Is parkeren in de binnenstad duurder of in de haven?", ["2 euro per uur in de binnenstad en 1 euro"]),
    ],
)
def test_both_sides_are_shown(town: Assistant, question: str, shown: list[str]) -> None:
    reply, _ = town.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert [part for part in shown if part not in " ".join(quote.highlight_text for quote in reply.quotes)] == []


@pytest.mark.parametrize(
    "question", ["Wat is het verschil in prijs tussen de sauna en het zwembad?", "Boete voor parkeren en boete voor afval. Verschil?"]
)
def test_silence_where_a_side_is_missing(town: Assistant, question: str) -> None:
    assert town.reply(question)[0].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("Wat is het verschil tussen een eerste en een tweede vergunning?", ("eerste",), ("tweede",)),
        ("Hoe verschilt de hoogbouw in het centrum van die in de dorpen?", ("centrum",), ("dorpen",)),
        ("Vergelijk de kosten van een paspoort met die van een rijbewijs", ("paspoort",), ("rijbewijs",)),
        ("archiefruimte en archiefbewaarplaats, wat is het verschil", ("archiefruimte",), ("archiefbewaarplaats",)),
    ],
)
def test_the_words_that_tell_the_sides_apart(question: str, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    both = sides(question)
    assert both is not None
    assert (both[0].words, both[1].words) == (one, other)
