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
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_example_in_the_readme_is_a_real_reply(capsys: pytest.CaptureFixture[str]) -> None:
    question, reply = re.findall(r'^\$ python -m bot ask "(.+)"\n((?:.+\n)+?)```', README, re.MULTILINE)[0]
    assert main(["ask", "--knowledge", str(KNOWLEDGE), question]) == 0
    assert capsys.readouterr().out == reply


def test_the_example_for_staff_is_the_same() -> None:
    found = re.search(r"^## Zo lees je.+?\n\n((?:    .+\n)+)", STAFF, re.MULTILINE)
    assert found
    example = "".join(line[4:] for line in found.group(1).splitlines(keepends=True))
    assert example in README


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


def test_staff_are_spoken_to_with_je_in_short_sentences() -> None:
    prose = re.sub(r"^(?:    .*|\|.*|#.*)$", "", STAFF, flags=re.MULTILINE)
    assert not re.search(r"\b(?:u|uw)\b", prose, re.IGNORECASE)
    assert [s for s in re.split(r"(?<=[.?!:])\s", prose) if len(s.split()) > 22] == []


# Pages that come with the parts that they describe.
LATER = {"docs/telegram.md", "docs/eigen-documenten.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        path = (page.parent / target).resolve()
        assert path.exists() or str(path.relative_to(ROOT)) in LATER, target


def test_the_changelog_begins_with_this_version() -> None:
    first = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
    assert first == __version__
