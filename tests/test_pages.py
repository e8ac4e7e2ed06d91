"""The pages that people read say what the program does."""

import io
import re
from pathlib import Path

import pytest

from bot import __version__
from bot.answering.assistant import Assistant
from bot.cli import main
from bot.console.layout import PlainPage
from bot.console.session import Session
from bot.presentation.texts import say
from tests.paths import KNOWLEDGE, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
STAFF = (ROOT / "docs" / "voor-medewerkers.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_example_in_the_readme_is_a_real_reply(capsys: pytest.CaptureFixture[str]) -> None:
    question, reply = re.findall(r'^\$ python -m bot ask "(.+)"\n((?:.+\n)+?)```', README, re.MULTILINE)[0]
    assert main(["ask", "--knowledge", str(KNOWLEDGE), question]) == 0
    assert capsys.readouterr().out == reply


def test_the_example_for_staff_is_the_same() -> None:
    found = re.search(r"^## Zo lees je.+?\n\n((?:    .+\n)+)", STAFF, re.MULTILINE)
    assert found
    example = "".join(line[4:] for line in found.group(1).splitlines(keepends=True))
    assert example in README


ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_page_on_architecture_names_every_room() -> None:
    rooms = [path for path in (ROOT / "bot").iterdir() if (path / "__init__.py").exists() or path.suffix == ".py"]
    named = {path.stem for path in rooms if re.search(rf"(?:bot/|`){path.stem}(?:/|\.py)", ARCHITECTURE)}
    assert {path.stem for path in rooms} - named <= {"__init__", "__main__"}


def test_the_page_on_architecture_names_nothing_that_is_not_there() -> None:
    for name in re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.[a-z]+)?)(?:\.[A-Z]\w+)?`", ARCHITECTURE):
        places = [ROOT / name, ROOT / "bot" / name, ROOT / f"{name}.py", ROOT / "bot" / f"{name}.py", ROOT / "bot" / "ingest" / name]
        assert any(place.exists() for place in places), name


def test_the_readme_names_the_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("console", "test"):
        assert f"$ make {target}" in README
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_console_command_is_explained_to_staff(assistant: Assistant) -> None:
    session = Session(assistant, PlainPage(io.StringIO()))
    assert [c for c in session.commands if f"`{c}`" not in STAFF and f"`{c} " not in STAFF] == []


def test_what_staff_are_told_that_a_reply_says_is_what_it_says() -> None:
    assert say("reply", "nearest").rstrip(":") in STAFF
    assert say("reasons", "no_amount") in STAFF
    assert say("reasons", "other_year", missing="2021") in STAFF
    assert say("reasons", "empty_section", missing="Discriminatie") in STAFF
    assert say("reply", "read_as", words="nationaliteit") in STAFF


EDITORS = (ROOT / "docs" / "eigen-documenten.md").read_text(encoding="utf-8")


def pasted(after: str) -> str:
    """The block that stands first after these words on the page for editors, as someone would paste it."""
    found = re.search(r"\n\n((?:    .*\n|\n(?=    ))+)", EDITORS[EDITORS.index(after) :])
    assert found
    return "".join(line[4:] or "\n" for line in found.group(1).splitlines(keepends=True))


def test_the_examples_for_editors_can_be_pasted_and_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sportplan"
    folder.mkdir()
    (folder / "document.yaml").write_text(pasted("`document.yaml`\n"), encoding="utf-8")
    (folder / "source.md").write_text(pasted("`source.md`\n"), encoding="utf-8")

    def ask(question: str) -> int:
        return main(["ask", "--knowledge", str(tmp_path), question])

    nickname, bank = "Wanneer gaat de Plons open?", "Waar breng ik mijn oude bank naartoe?"
    assert nickname in EDITORS
    assert bank in EDITORS
    assert (ask(nickname), ask(bank)) == (1, 1)
    (tmp_path / "lexicon.yaml").write_text(pasted("Schrijf dan in `knowledge/lexicon.yaml`"), encoding="utf-8")
    assert (ask(nickname), ask(bank)) == (0, 1)
    (folder / "hints.yaml").write_text(pasted("Neem de naam over"), encoding="utf-8")
    capsys.readouterr()
    assert (ask(nickname), ask(bank)) == (0, 0)
    assert "De milieustraat is open op woensdag en zaterdag." in capsys.readouterr().out
    of_a_sentence = re.search(r"```\n(milieustraat/[^`]+)```", EDITORS)
    assert of_a_sentence
    (folder / "hints.yaml").write_text(of_a_sentence.group(1), encoding="utf-8")
    assert ask("Wanneer is de stort open?") == 0
    assert main(["check", "--knowledge", str(tmp_path)]) == 0
    assert main(["suggest", "sportplan", "--knowledge", str(tmp_path)]) == 0


def test_editors_are_told_every_kind_of_line() -> None:
    for key in ("synonyms", "readings", "opposites", "associations", "questions", "keywords", "sentences", "starts"):
        assert f"`{key}`" in EDITORS or f"{key}:" in EDITORS


def test_staff_are_spoken_to_with_je_in_short_sentences() -> None:
    prose = re.sub(r"^(?:    .*|\|.*|#.*)$", "", STAFF, flags=re.MULTILINE)
    assert not re.search(r"\b(?:u|uw)\b", prose, re.IGNORECASE)
    assert [s for s in re.split(r"(?<=[.?!:])\s", prose) if len(s.split()) > 22] == []


# Pages that come with the parts that they describe.
LATER = {"docs/telegram.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        path = (page.parent / target).resolve()
        assert path.exists() or str(path.relative_to(ROOT)) in LATER, target


def test_the_changelog_begins_with_this_version() -> None:
    first = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
    assert first == __version__
