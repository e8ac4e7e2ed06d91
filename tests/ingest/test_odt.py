"""OpenDocument texts, with the numbers that LibreOffice shows."""

from pathlib import Path

import pytest

from bot.ingest.sandbox import convert
from bot.ingest.source import write_source
from tests.ingest.odt_files import odt
from tests.ingest.refusals import refused


def test_headings_lists_notes_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "verordening.odt"
    path.write_bytes(odt())
    found = convert(path)
    assert write_source(found.blocks).text == (
        "# Artikel 1 Onderhoud\n\nHet college1 kijkt na:\n\u20031. schommels;\n\u2003\u2003c) van hout;\n\u20032. glijbanen.\n\n[^1]: Zie de wet.\n\n"
        "## 1.1 Kosten\n\n- Niets.\n\n| Dag\u2003Uur\n\n# Artikel 2 Slot\n\nDe raad besluit.\n"
    )
    assert (found.title, found.year, found.pages) == ("Verordening", 2022, None)


@pytest.mark.parametrize(("body", "says"), [("<text:p>half", "ODT-bestand is beschadigd"), ("", "geen tekst")])
def test_what_cannot_be_read_gives_one_clear_error(tmp_path: Path, body: str, says: str) -> None:
    path = tmp_path / "brief.odt"
    path.write_bytes(odt(body))
    with refused(says):
        convert(path)
