"""Forms in a PDF: what was filled in is text of the page; a form that only its own program shows is refused."""

import io
from pathlib import Path

import pytest

from bot.ingest.sandbox import convert
from tests.ingest.refusals import refused

_FONT = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>"


def form(text: str, value: str, drawn: bool = True, flags: int = 4, xfa: str = "") -> bytes:
    """A page with a line of text and one field beside it, its value drawn by the program that filled it in or not."""
    content = f"BT /F 11 Tf 72 700 Td ({text}) Tj ET"
    look = f"/Tx BMC BT /F 11 Tf 2 5 Td ({value}) Tj ET EMC"
    shown = "/AP << /N 6 0 R >>" if drawn else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] /DR {_FONT} /DA (/F 11 Tf 0 g) /NeedAppearances true {xfa} >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {_FONT} /Annots [5 0 R] >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (naam) /V ({value}) /F {flags} /Rect [250 695 500 713] /P 3 0 R "
        f"/DA (/F 11 Tf 0 g) {shown} >>",
        f"<< /Type /XObject /Subtype /Form /BBox [0 0 250 18] /Resources {_FONT} /Length {len(look)} >>\nstream\n{look}\nendstream",
    ]
    out = io.BytesIO(b"%PDF-1.6\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252"))
    start = out.tell()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out.write(f"xref\n0 7\n0000000000 65535 f \n{table}trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def text_of(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "formulier.pdf"
    path.write_bytes(data)
    return " ".join(line.text.replace("\n", " ") for block in convert(path).blocks for line in block.lines)


@pytest.mark.parametrize("drawn", [True, False])
def test_what_was_filled_in_is_read_with_its_label(tmp_path: Path, drawn: bool) -> None:
    assert text_of(tmp_path, form("Naam van de vereniging:", "Speeltuin Zonnedal", drawn)) == "Naam van de vereniging: Speeltuin Zonnedal"


def test_a_hidden_field_is_not_read(tmp_path: Path) -> None:
    assert text_of(tmp_path, form("Naam van de vereniging:", "Geheim", flags=2)) == "Naam van de vereniging:"


def test_a_form_that_only_its_own_program_shows_is_refused(tmp_path: Path) -> None:
    with refused("druk het af naar een nieuwe PDF"):
        text_of(tmp_path, form("Please wait...", "", xfa="/XFA (<xdp/>)"))
