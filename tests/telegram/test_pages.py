"""What the fixed pages say of the documents that are loaded; /privacy has tests of its own."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.telegram.library import answered_examples
from bot.watch import load_assistant
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.conftest import Start

QUESTION = "Wat gebeurt er met het kinderpardon?"
WASTE = """# Grofvuil

Grofvuil laten ophalen kost 25 euro per keer.

# Grijze container

De grijze container wordt elke twee weken geleegd.
"""
SAFETY = {2022: "# Veiligheid\n\nWe schaffen de boa's af.\n", 2026: "# Veiligheid\n\nEr komen vier boa's bij in de wijk.\n"}


def write(folder: Path, name: str, title: str, year: int, source: str) -> None:
    document = folder / name
    document.mkdir(parents=True)
    (document / "document.yaml").write_text(f"title: {title}\npublisher: Gemeente Voorbeeldstad\nyear: {year}\n")
    (document / "source.md").write_text(source)


@pytest.fixture
def own(tmp_path: Path) -> Assistant:
    """A small document of a municipality's own, without hints."""
    write(tmp_path / "kennis", "afval-2024", "Afvalwijzer", 2024, WASTE)
    return load_assistant(tmp_path / "kennis")


async def test_start_and_help_speak_of_the_documents_that_are_loaded(server: ApiServer, start: Start, own: Assistant) -> None:
    async with start() as service:
        service.library.current = own
        first = await server.reply_to(server.write("/start"))
        how = await server.reply_to(server.write("/help"))
    for page in (first, how):
        assert "Afvalwijzer (Gemeente Voorbeeldstad, 2024)" in page["text"]
        for foreign in ("akkoord ", "kinderpardon", "vluchteling", "nationaliteit"):
            assert foreign not in page["text"].lower() + " ".join(buttons(page)).lower()


async def test_several_documents_are_named_the_newest_first_and_many_are_counted(server: ApiServer, start: Start, tmp_path: Path) -> None:
    for year in (2018, 2022, 2026, 2014, 2010):
        write(tmp_path / "kennis", f"akkoord-{year}", f"Akkoord van {year}", year, f"# Wonen\n\nEr komen {year} woningen.\n")
    async with start() as service:
        service.library.current = load_assistant(tmp_path / "kennis")
        text = (await server.reply_to(server.write("/start")))["text"]
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert lines == [
        "- Akkoord van 2026 (Gemeente Voorbeeldstad, 2026)",
        "- Akkoord van 2022 (Gemeente Voorbeeldstad, 2022)",
        "- Akkoord van 2018 (Gemeente Voorbeeldstad, 2018)",
        "- en nog 2; typ /bronnen",
    ]


async def test_each_example_is_answered_from_its_own_document(
    server: ApiServer, start: Start, assistant: Assistant, own: Assistant
) -> None:
    for sources in (assistant, own):
        for question in answered_examples(sources):
            assert sources.reply(question)[0].outcome is Outcome.ANSWER
    assert len(answered_examples(assistant)) == 3
    async with start() as service:
        service.library.current = own
        page = await server.reply_to(server.write("/start"))
        for question, data in buttons(page).items():
            sent = len(server.sent)
            server.press(page, data)
            await server.until(lambda sent=sent: len(server.sent) > sent)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
            assert question in server.sent[-1]["text"]
            assert quotes(server.sent[-1])


async def test_a_theme_in_two_documents_says_which_is_which(server: ApiServer, start: Start, tmp_path: Path) -> None:
    for year, source in SAFETY.items():
        write(tmp_path / "kennis", f"akkoord-{year}", "Coalitieakkoord", year, source)
    async with start() as service:
        service.library.current = load_assistant(tmp_path / "kennis")
        page = await server.reply_to(server.write("/themas"))
        server.press(page, buttons(page)["Veiligheid"])
        await server.until(lambda: "Kies een stuk tekst" in page["text"])
    assert "Coalitieakkoord (2022)" in page["text"]
    assert "Coalitieakkoord (2026)" in page["text"]
    labels = [label for label in buttons(page) if "boa" in label]
    assert sorted(label.partition(" · ")[0] for label in labels) == ["2022", "2026"]


async def test_a_heading_of_half_a_page_hides_no_quote(server: ApiServer, start: Start, tmp_path: Path) -> None:
    heading = "Over wonen " + "en nog veel meer " * 290
    write(
        tmp_path / "kennis", "akkoord-2026", "Coalitieakkoord", 2026, f"# {heading.strip()}\n\nDe gemeente bouwt 900 woningen per jaar.\n"
    )
    async with start() as service:
        service.library.current = load_assistant(tmp_path / "kennis")
        reply = await server.reply_to(server.write("Hoeveel woningen bouwt de gemeente per jaar?"))
        assert len(server.sent) == 1
        for label in ("Meer context", "Minder context"):
            assert quotes(reply) == ["De gemeente bouwt 900 woningen per jaar."]
            edits = len(server.done("editMessageText"))
            server.press(reply, buttons(reply)[label])
            await server.until(lambda edits=edits: len(server.done("editMessageText")) > edits)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        assert quotes(reply) == ["De gemeente bouwt 900 woningen per jaar."]


async def test_what_is_nearest_is_not_marked_as_an_answer(server: ApiServer, start: Start) -> None:
    async with start():
        for question in ("Hoeveel euro kost een inburgeringscursus?", "Wanneer krijgt een asielzoeker een advocaat?"):
            reply = await server.reply_to(server.write(question))
            if "geen antwoord op je vraag" in reply["text"]:
                bold = [e for e in reply["entities"] if e["type"] == "bold"]
                assert len(bold) == 1  # the line that says where it stands
