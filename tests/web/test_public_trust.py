"""What the public may ask: the licence, what the program is, what it keeps, how good it is."""

import hashlib
import re
from datetime import date
from pathlib import Path

import httpx
import pytest
import yaml

from bot import __version__
from bot.answering.assistant import Assistant
from bot.settings import Settings
from bot.web.about import recorded_figures
from bot.web.app import application
from tests.paths import ROOT
from tests.web.visiting import Seen, visitor

TEMPLATES = sorted((ROOT / "docs" / "sjablonen").glob("*.md"))


def test_the_licence_is_the_eupl_to_the_letter() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    words = " ".join(re.findall(r"\w+", text))
    # The words of the text at https://spdx.org/licenses/EUPL-1.2.html: white space is laid out differently everywhere.
    assert hashlib.sha256(words.encode()).hexdigest() == "8a14e695861d7e6dc2158614896f2b9963941d46e4ed3c986639b51e9337294a"


def test_publiccode_has_what_the_standard_asks_for() -> None:
    """The mandatory keys of https://yml.publiccode.tools/schema.core.html, and their forms."""
    told = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    needed = {
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "developmentStatus",
        "softwareType",
        "description",
        "legal",
        "maintenance",
        "localisation",
    }
    assert needed <= told.keys()
    assert told["softwareVersion"] == __version__
    date.fromisoformat(told["releaseDate"])
    assert told["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    for description in told["description"].values():
        assert len(description["shortDescription"]) <= 150
        assert 150 <= len(description["longDescription"]) <= 10_000
        assert description["features"]
    assert told["legal"]["license"] == "EUPL-1.2"
    assert told["maintenance"]["contacts"]


async def test_the_page_about_it_shows_the_recorded_figures(client: httpx.AsyncClient) -> None:
    record = yaml.safe_load((ROOT / "tests" / "evaluation" / "recorded_figures.yaml").read_text(encoding="utf-8"))
    page = Seen(await client.get("/over"))
    rows = [[cell.text() for cell in row.css("th, td")] for row in page.all("tbody tr")]
    assert len(rows) == len(record["question_sets"]) == len(recorded_figures())
    for row, item in zip(rows, record["question_sets"], strict=True):
        assert row[1:] == [f"{item['figures'][name]:.0f} %" for name in ("answered_right", "silent_right", "both")]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_are_there_and_say_je(template: Path) -> None:
    assert len(TEMPLATES) == 3
    text = template.read_text(encoding="utf-8")
    assert "[" in text
    assert not re.search(r"\b(?:u|uw)\b", text)


@pytest.mark.parametrize("engine", ["embedded", "opensearch"])
async def test_the_page_on_privacy_says_where_the_words_of_a_question_go(settings: Settings, assistant: Assistant, engine: str) -> None:
    async with visitor(application(settings._replace(engine=engine), assistant)) as client:
        page = Seen(await client.get("/privacy"))
    assert ("gaan wel naar de zoekmachine" in page.text) == (engine == "opensearch")
