"""Small files of each format, made here so that no test needs a stored one."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.ingest.odt_files import odt

WIDTH, HEIGHT = 595, 842
_FONTS = {"plain": "Helvetica", "bold": "Helvetica-Bold", "italic": "Helvetica-Oblique"}


@dataclass
class Sheet:
    """One page of a PDF, written to from the top."""

    content: list[str] = field(default_factory=list)
    turned: int = 0

    def put(self, text: str, left: float, top: float, size: float = 11, font: str = "plain") -> "Sheet":
        """Write one line of text with its baseline `top` points below the upper edge."""
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        self.content.append(f"BT /{font} {size} Tf {left} {HEIGHT - top} Td ({escaped}) Tj ET")
        return self

    def lines(
        self, texts: Iterable[str], left: float = 72, top: float = 100, size: float = 11, font: str = "plain", pitch: float = 14
    ) -> "Sheet":
        """Write lines below each other."""
        for number, text in enumerate(texts):
            self.put(text, left, top + number * pitch, size, font)
        return self

    def grid(self, columns: Sequence[float], rows: Sequence[float]) -> "Sheet":
        """Draw the rules of a table."""
        for x in columns:
            self.content.append(f"{x} {HEIGHT - rows[0]} m {x} {HEIGHT - rows[-1]} l S")
        for y in rows:
            self.content.append(f"{columns[0]} {HEIGHT - y} m {columns[-1]} {HEIGHT - y} l S")
        return self

    def picture(self) -> "Sheet":
        """Put one grey dot, as large as the page."""
        self.content.append(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q")
        return self


def pdf(sheets: Sequence[Sheet], title: str = "", created: str = "", trailer: str = "") -> bytes:
    """A PDF of these pages."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(sheets)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(sheets)} >>")
    objects.append(f"<< /Title ({title}) /CreationDate ({created}) >>")
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>" for name, base in _FONTS.items()
    )
    for number, sheet in enumerate(sheets):
        content = "\n".join(sheet.content)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Rotate {sheet.turned} /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {5 + 2 * number} 0 R "
            f"/Resources << /Font << {fonts} >> >> >>"
        )
        objects.append(f"<< /Length {len(content.encode('cp1252', 'replace'))} >>\nstream\n{content}\nendstream")
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252", "replace"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        out.write(f"{place:010d} 00000 n \n".encode())
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(text: str, style: str = "", numbering: int | None = None, level: int = 0, bold: bool = False) -> str:
    """The XML of one Word paragraph."""
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbering}"/></w:numPr>' if numbering is not None else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:p><w:pPr>{styled}{numbered}</w:pPr><w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """The XML of a Word table."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def docx(body: str, extra: dict[str, str] | None = None) -> bytes:
    """A Word document: styles Kop1 and Kop2 are headings, list 1 has bullets, list 2 has numbers."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{ident}"><w:name w:val="{name}"/></w:style>'
        for ident, name in (("Kop1", "heading 1"), ("Kop2", "heading 2"), ("Inhopg1", "toc 1"), ("Titel", "Title"))
    )
    levels = {
        kind: "".join(f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="{kind}"/></w:lvl>' for level in range(3)) for kind in ("bullet", "decimal")
    }
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{number}">{levels[kind]}</w:abstractNum>' for number, kind in ((1, "bullet"), (2, "decimal"))
    ) + "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in (1, 2))
    parts = {
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {_W}>{numbering}</w:numbering>",
        "docProps/core.xml": (
            '<c:coreProperties xmlns:c="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
            "<dc:title>Raadsbrief over de bieb</dc:title><dcterms:created>2023-04-05T10:00:00Z</dcterms:created></c:coreProperties>"
        ),
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def notes(texts: Sequence[str]) -> dict[str, str]:
    """The part of a Word document that holds its footnotes, numbered from 1."""
    inside = "".join(f'<w:footnote w:id="{number}">{paragraph(text)}</w:footnote>' for number, text in enumerate(texts, 1))
    return {"word/footnotes.xml": f"<w:footnotes {_W}>{inside}</w:footnotes>"}


HTML = """<!doctype html><html lang="nl"><head><title>Afvalbeleid | Gemeente Zuidmeer</title>
<meta property="og:site_name" content="Gemeente Zuidmeer"><meta property="article:published_time" content="2024-02-03">
<link rel="canonical" href="https://www.zuidmeer.example/afval"><script>var tekst = "geen tekst";</script></head><body>
<header><a href="/">Naar de voorpagina</a></header><nav><ul><li>Menu</li></ul></nav>
<main><h1>Afvalbeleid</h1><p>De gemeente haalt elke week <b>groen</b>afval op.<br>Dat is gratis.
<h2>Tarieven</h2><ul><li>Grijs afval kost 3 euro per zak.<li><p>Papier kost niets.</p><p>Zet het voor acht uur buiten.</p></ul>
<ol><li>Bel ons.</li><li>Maak een afspraak.</li></ol>
<table><tr><th>Soort</th><th>Dag</th></tr><tr><td>Glas</td><td>maandag</td></tr></table></main>
<footer>Contact en privacy</footer></body></html>"""

MARKDOWN = """---
title: Woonplan
publisher: Gemeente Zuidmeer
year: 2022
---
# Wonen

Er komen **300 woningen** bij,
ook voor [starters](https://zuidmeer.example).

## Regels

- Eerst de buurt.
  - Dan de stad.
1. Een
2. Twee

| Wijk | Aantal |
|------|--------|
| Noord | 120 |
"""

TEXT = """JAARPLAN BIBLIOTHEEK

1. Inleiding

De bibliotheek is van iedereen en gaat ook op zon-
dag open.

2. Plannen

- Meer boeken voor jonge lezers, ook in
  andere talen.
- Een café.

De zondag is een proef.
"""


REGULATION = """<?xml version="1.0" encoding="UTF-8"?>
<cvdr><meta><owmskern><title>Verordening sport</title><creator>Zuidmeer</creator></owmskern></meta><body><regeling>
<intitule>Verordening sport</intitule><regeling-tekst><artikel><kop><label>Artikel</label><nr>1</nr><titel>Zwemmen</titel></kop>
<lid><lidnr>1.</lidnr><al>Het zwembad blijft open:</al><lijst><li><li.nr>a.</li.nr><al>in de zomer;</al></li></lijst></lid></artikel>
</regeling-tekst></regeling></body></cvdr>"""


def files(folder: Path) -> dict[str, Path]:
    """One small file of each format, all about the same kind of thing."""
    sheets = [
        Sheet().put("Sportnota 2021", 72, 200, 30, "bold").put("Gemeente Zuidmeer", 72, 300, 16),
        Sheet()
        .put("1. Zwemmen", 72, 100, 16, "bold")
        .lines(["Het zwembad blijft open en krijgt een nieuw dak. Ook de kleedkamers worden", "vernieuwd in het jaar 2023."], top=130)
        .grid([72, 200, 300], [200, 220, 240])
        .put("Bad", 80, 214).put("Euro", 210, 214).put("Groot", 80, 234).put("12", 210, 234),
    ]  # fmt: skip
    contents = {
        "nota.pdf": pdf(sheets),
        "brief.docx": docx(paragraph("Bieb", "Kop1") + paragraph("De bieb blijft open.") + table([["Dag", "Uur"], ["ma", "9"]])),
        "verordening.odt": odt(),
        "regeling.xml": REGULATION.encode(),
        "pagina.html": HTML.encode(),
        "plan.md": MARKDOWN.encode(),
        "jaarplan.txt": TEXT.encode(),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return {Path(name).suffix[1:]: folder / name for name in contents}
