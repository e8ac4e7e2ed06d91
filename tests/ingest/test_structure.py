"""What holds for every format: statutes, questions and answers, headings that come back, numbers that are quoted, notes that are not."""

from pathlib import Path

import pytest

from bot.ingest.add import Metadata, add
from bot.ingest.blocks import Line, TextBlock
from bot.ingest.numbering import Count, Level, numeral
from bot.ingest.sandbox import convert
from bot.ingest.source import write_source
from bot.ingest.structure import structured
from bot.knowledge.document import load_document
from bot.knowledge.markdown import Form
from tests.ingest.refusals import refused


def written(tmp_path: Path, name: str, text: str) -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return write_source(convert(path).blocks).text


STATUTE = """<meta http-equiv='Content-Type' content='text/html; charset=utf-8' />

##Wet op de speelplekken

### Hoofdstuk  1

####Begrippen

### Artikel  1

1.  In deze wet wordt verstaan onder:

–  *speelplek:* plek om te spelen;

–  *college:* college van burgemeester en wethouders.

2.  Het college <sup> 1  Zie de toelichting bij dit artikel.  </sup> wijst aan:

a.  speelplekken;

b.  pleinen.

### Hoofdstuk  2

####Slot

### Artikel  2

Deze wet heet: Speelwet.
"""


def test_a_statute_in_markdown(tmp_path: Path) -> None:
    assert written(tmp_path, "wet.md", STATUTE) == (
        "# Wet op de speelplekken\n\n## Hoofdstuk 1 Begrippen\n\n### Artikel 1\n\n- 1. In deze wet wordt verstaan onder:\n"
        "- speelplek: plek om te spelen;\n- college: college van burgemeester en wethouders.\n- 2. Het college 1 wijst aan:\n"
        "\u2003a. speelplekken;\n\u2003b. pleinen.\n\n[^1]: Zie de toelichting bij dit artikel.\n\n## Hoofdstuk 2 Slot\n\n### Artikel 2\n\n"
        "Deze wet heet: Speelwet.\n"
    )


def test_numbers_are_quoted_and_notes_that_only_refer_are_not(tmp_path: Path) -> None:
    path = tmp_path / "wet.md"
    path.write_text(STATUTE, encoding="utf-8")
    add(path, tmp_path / "kennis", Metadata(title="Speelwet", publisher="Rijk", year=2020))
    passages = load_document(tmp_path / "kennis" / "wet", 600).passages
    texts = [passage.text for passage in passages]
    assert "1. In deze wet wordt verstaan onder:" in texts
    assert "2. Het college 1 wijst aan:\n\u2003a. speelplekken;\n\u2003b. pleinen." in texts
    assert "speelplek: plek om te spelen;" in texts
    assert not [text for text in texts if "toelichting" in text]
    assert passages[0].section.headings[-2:] == ("Hoofdstuk 1 Begrippen", "Artikel 1")


CVDR = """<?xml version="1.0" encoding="UTF-8"?>
<cvdr xmlns="http://standaarden.overheid.nl/cvdr/terms/"><meta><owmskern><identifier>CVDR123456_2</identifier>
<title>Verordening speelplekken</title><creator>Zonnedal</creator></owmskern><owmsmantel><issued>2021-03-04</issued></owmsmantel></meta>
<body><regeling><intitule>Verordening speelplekken Zonnedal 2021</intitule><regeling-tekst>
<hoofdstuk><kop><label>Hoofdstuk</label> <nr>1</nr> <titel>Algemeen</titel></kop>
<artikel><kop><label>Artikel</label> <nr>1.1</nr> <titel>Onderhoud</titel></kop>
<lid><lidnr>1.</lidnr><al>Het <nadruk>college</nadruk> laat nakijken<noot><noot.nr>1</noot.nr><noot.al>Ook in de winter.</noot.al></noot>:</al>
<lijst><li><li.nr>a.</li.nr><al>schommels;</al></li><li><li.nr>b.</li.nr><al>glijbanen:</al>
<lijst><li><li.nr>1°.</li.nr><al>van hout;</al></li></lijst></li><li><li.nr>-</li.nr><al>en de rest.</al></li></lijst></lid>
<lid><lidnr>2.</lidnr><al>Dat kost niets.</al></lid></artikel></hoofdstuk>
<artikel><kop><label>Artikel</label> <nr>2</nr></kop>
<table><tgroup cols="2"><tbody><row><entry><al>Soort</al></entry><entry><al>Euro</al></entry></row></tbody></tgroup></table></artikel>
</regeling-tekst></regeling></body></cvdr>"""

BWB = """<?xml version="1.0" encoding="UTF-8"?>
<toestand bwb-id="BWBR0012345" inwerkingtreding="2019-01-01"><bwb-inputbestand/><wetgeving soort="wet"><intitule>Wet van 1 mei 2018 over spelen
<meta-data><brondata><publicatiejaar>2018</publicatiejaar></brondata></meta-data></intitule><citeertitel>Speelwet<meta-data/></citeertitel>
<wet-besluit><aanhef><wij>Wij Willem-Alexander,</wij><considerans><considerans.al>Alzo Wij in overweging genomen hebben;</considerans.al></considerans></aanhef>
<wettekst><hoofdstuk><kop><label>Hoofdstuk</label> <nr>I</nr> <titel>Begrippen</titel><meta-data/></kop>
<artikel><kop><label>Artikel</label> <nr>1a</nr><meta-data><jcis/></meta-data></kop><al>In deze wet betekent:</al>
<lijst type="ongenummerd"><li><li.nr>–</li.nr><al><nadruk type="cur">kind:</nadruk> persoon tot twaalf jaar.</al></li></lijst>
</artikel></hoofdstuk></wettekst></wet-besluit></wetgeving></toestand>"""


def test_a_bye_law_in_xml(tmp_path: Path) -> None:
    path = tmp_path / "regeling.xml"
    path.write_text(CVDR, encoding="utf-8")
    found = convert(path)
    assert write_source(found.blocks).text == (
        "# Verordening speelplekken Zonnedal 2021\n\n## Hoofdstuk 1 Algemeen\n\n### Artikel 1.1 Onderhoud\n\n- 1. Het college laat nakijken1:\n"
        "\u2003a. schommels;\n\u2003b. glijbanen:\n\u2003\u20031°. van hout;\n\u2003- en de rest.\n\n[^1]: Ook in de winter.\n\n"
        "- 2. Dat kost niets.\n\n"
        "## Artikel 2\n\n| Soort\u2003Euro\n"
    )
    assert (found.title, found.publisher, found.year) == ("Verordening speelplekken", "Zonnedal", 2021)
    assert found.url == "https://lokaleregelgeving.overheid.nl/CVDR123456"


def test_a_statute_in_xml(tmp_path: Path) -> None:
    path = tmp_path / "wet.xml"
    path.write_text(BWB, encoding="utf-8")
    found = convert(path)
    assert write_source(found.blocks).text == (
        "# Wet van 1 mei 2018 over spelen\n\nWij Willem-Alexander,\n\nAlzo Wij in overweging genomen hebben;\n\n## Hoofdstuk I Begrippen\n\n"
        "### Artikel 1a\n\nIn deze wet betekent:\n\n- kind: persoon tot twaalf jaar.\n"
    )
    assert (found.title, found.year, found.url) == ("Speelwet", 2019, "https://wetten.overheid.nl/BWBR0012345")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<?xml version='1.0'?><rss><item>nieuws</item></rss>", "geen regeling van overheid.nl"),
        ("<?xml version='1.0'?><cvdr><al>half", "XML-bestand is beschadigd"),
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><cvdr><al>&b;</al></cvdr>", "XML-bestand is beschadigd"),
    ],
)
def test_other_xml_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bestand.xml"
    path.write_text(text, encoding="utf-8")
    with refused(says):
        convert(path)


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        ("decimal", 12, "12"), ("lowerLetter", 3, "c"), ("lowerLetter", 28, "bb"), ("upperLetter", 2, "B"), ("lowerRoman", 4, "iv"),
        ("upperRoman", 19, "XIX"), ("decimalZero", 7, "07"), ("none", 5, ""),
    ],
)  # fmt: skip
def test_numerals(kind: str, number: int, shown: str) -> None:
    assert numeral(kind, number) == shown


def test_levels_count_and_begin_anew_below_each_other() -> None:
    count = Count({0: Level("decimal", "Artikel %1"), 1: Level("decimal", "%1.%2"), 2: Level("lowerLetter", "%3)", start=3)})
    shown = [count.next(level).strip() for level in (0, 1, 1, 2, 2, 0, 1, 2)]
    assert shown == ["Artikel 1", "1.1", "1.2", "c)", "d)", "Artikel 2", "2.1", "c)"]


def test_a_question_without_an_answer_stays_text() -> None:
    blocks = [TextBlock(Form.PARAGRAPH, (Line("Vraag 1"),)), TextBlock(Form.PARAGRAPH, (Line("Wat kost het?"),))]
    assert structured(blocks) == blocks
