"""Small OpenDocument texts, made here."""

import io
import zipfile

_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("meta", "meta"))
)
STYLES = """<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:start-value="3"/></text:list-style>
<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>"""
OUTLINE = """<text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="1" style:num-prefix="Artikel "/>
<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>"""
BODY = """<text:h text:outline-level="1">Onderhoud</text:h><text:p>Het college<text:note><text:note-citation>1</text:note-citation>
<text:note-body><text:p>Zie de wet.</text:p></text:note-body></text:note> kijkt<text:s/>na:</text:p>
<text:list text:style-name="L1"><text:list-item><text:p>schommels;</text:p><text:list><text:list-item><text:p>van hout;</text:p></text:list-item>
</text:list></text:list-item><text:list-item><text:p>glijbanen.</text:p></text:list-item></text:list>
<text:h text:outline-level="2">Kosten</text:h><text:list text:style-name="L2"><text:list-item><text:p>Niets.</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Dag</text:p></table:table-cell><table:table-cell><text:p>Uur</text:p></table:table-cell>
</table:table-row></table:table><text:h text:outline-level="1">Slot</text:h><text:p>De raad besluit.</text:p>"""


def odt(body: str = BODY) -> bytes:
    """An OpenDocument text with this body; list L1 is numbered 1. and c), L2 has bullets, headings are 'Artikel 1' and '1.1'."""
    content = f"<office:document-content {_NAMES}><office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    styles = f"<office:document-styles {_NAMES}><office:styles>{OUTLINE}</office:styles></office:document-styles>"
    meta = (
        f'<office:document-meta {_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Verordening</dc:title>'
        "<meta:creation-date>2022-05-06T10:00:00</meta:creation-date></office:meta></office:document-meta>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        for name, text in (("content.xml", content), ("styles.xml", styles), ("meta.xml", meta)):
            archive.writestr(name, text)
    return out.getvalue()
