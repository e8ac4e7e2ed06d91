"""What `check` prints: what is in the folder, and what a person may want to look at."""

import shutil
from pathlib import Path

import pytest

from bot.console.checking import check_lines
from bot.knowledge.folder import load_knowledge
from tests.knowledge_folders import DESCRIPTION, SOURCE, write_folder
from tests.paths import KNOWLEDGE


def test_the_shipped_knowledge() -> None:
    lines = list(check_lines(KNOWLEDGE))
    assert lines[0] == "documenten: 1"
    assert lines[1].startswith("regeerakkoord-2017: Blog over het regeerakkoord 'Vertrouwen in de toekomst', Kennisplatform")
    assert "kopjes: 8, passages: 32" in lines[2]
    assert "blog: 9" in lines[2]
    assert "akkoord: 17" in lines[2]
    assert "toelichting: 6" in lines[2]
    (warning,) = [line for line in lines if line.startswith("Let op: ")]
    assert "source.md: onder het kopje 'Discriminatie' staat geen tekst." in warning
    assert lines[-1] == "Alles is in orde."


def test_passages_are_listed_as_hints_call_them(tmp_path: Path) -> None:
    lines = list(check_lines(write_folder(tmp_path), passages=True))
    listed = [line.strip() for line in lines if "/" in line]
    assert [ident.rsplit("-", 1)[0] for ident in listed] == [
        "wonen/de-gemeente-bouwt-900-woningen",
        "wonen/starters-krijgen-voorrang-bij-nieuwe",
        "afval/het-afval-wordt-elke-twee",
    ]
    hints = "".join(f"{ident}:\n  questions: [Wat staat hier?]\n" for ident in listed)
    assert "aanwijzingen: 3" in list(check_lines(write_folder(tmp_path / "met aanwijzingen", hints=hints)))[2]


def test_empty_headings_and_doubles_in_the_lexicon_are_told(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        source=SOURCE + "\n# Zorg\n",
        lexicon="synonyms:\n  - [afval, container]\n  - [container, gemeente]\nopposites:\n  afval: [container]\n",
    )
    warnings = [line for line in check_lines(folder) if line.startswith("Let op: ")]
    assert len(warnings) == 3
    assert "'Zorg'" in warnings[0]
    assert "'container' staat al bij" in warnings[1]
    assert "zijn ook gelijk" in warnings[2]


def test_a_warning_about_the_lexicon_names_file_and_line(tmp_path: Path) -> None:
    lexicon = "# eigen woorden\n\nsynonyms:\n  - [afval, container]\n  - [woning, optrekje]\n  - [container, gemeente]\n"
    (warning,) = [line for line in check_lines(write_folder(tmp_path, lexicon=lexicon)) if line.startswith("Let op: ")]
    assert "lexicon.yaml:6: " in warning
    assert "lexicon.yaml:4" in warning


def test_a_good_folder_has_no_warnings(tmp_path: Path) -> None:
    assert not [line for line in check_lines(write_folder(tmp_path)) if line.startswith("Let op: ")]


REMARKS = [
    ("byte order mark", {"source": "\ufeff" + SOURCE}, "source.md:1", "onzichtbaar teken (BOM)"),
    ("byte order mark in YAML", {"description": "\ufeff" + DESCRIPTION}, "document.yaml:1", "onzichtbaar teken (BOM)"),
    ("right-to-left override", {"source": SOURCE.replace("bouwt", "bou\u202ewt")}, "source.md:3", "U+202E RIGHT-TO-LEFT OVERRIDE"),
    ("zero-width space", {"source": SOURCE.replace("bouwt", "bou\u200bwt")}, "source.md:3", "U+200B"),
    ("escape sequence", {"source": SOURCE.replace("900", "\x1b[31m900")}, "source.md:3", "U+001B"),
    (
        "number sign",
        {"description": DESCRIPTION.replace("Coalitieakkoord Voorbeeldstad", "Plan #1 van de raad")},
        "document.yaml:1",
        "alleen 'Plan'",
    ),
    ("curled quotes", {"description": DESCRIPTION.replace("Coalitieakkoord Voorbeeldstad", "“Het plan”")}, "document.yaml:1", "“Het plan”"),
    ("curled quotes in a list", {"lexicon": "synonyms:\n  - [‘kliko’, afval]\n"}, "lexicon.yaml:2", "‘kliko’"),
    ("words in no source", {"lexicon": "synonyms:\n  - [zeppelin, luchtschip]\n"}, "lexicon.yaml:2", "zeppelin, luchtschip"),
    ("reading of what is in no source", {"lexicon": "readings:\n  woningen: [zeppelin]\n"}, "lexicon.yaml:2", "zeppelin"),
    ("function words", {"lexicon": "synonyms:\n  - [de, afval]\n"}, "lexicon.yaml:2", "'de' is te gewoon"),
]


@pytest.mark.parametrize(("files", "where", "says"), [case[1:] for case in REMARKS], ids=[case[0] for case in REMARKS])
def test_what_nobody_sees_is_told_with_file_and_line(tmp_path: Path, files: dict[str, str], where: str, says: str) -> None:
    lines = list(check_lines(write_folder(tmp_path, **files)))
    (warning,) = [line for line in lines if line.startswith("Let op: ")]
    assert where in warning
    assert says in warning
    assert lines[-1] == "Alles werkt, maar kijk nog naar wat er bij 'Let op' staat (1 keer)."


@pytest.mark.parametrize(
    "files",
    [
        {"description": DESCRIPTION + "about: Plan van 2022 # door de raad\n"},
        {"description": DESCRIPTION + 'about: "Plan #1 van de raad"\n'},
        {"source": SOURCE + "\nWie ‘nee’ zegt, zegt “ja”.\n"},
        {"source": SOURCE + "\nDe ge\u00admeente 👩\u200d🌾 helpt.\n"},
        {"lexicon": "synonyms:\n  - [onderkomen, woning]\nreadings:\n  vuilnis: [afval]\nassociations:\n  huur: [betaalbaar, woningen]\n"},
    ],
)
def test_what_is_meant_is_no_remark(tmp_path: Path, files: dict[str, str]) -> None:
    assert list(check_lines(write_folder(tmp_path, **files)))[-1] == "Alles is in orde."


def test_a_folder_that_links_lead_to_is_read_once(tmp_path: Path) -> None:
    """A link beside the folder, one that sorts before it, two to a folder elsewhere, and links that go round."""
    folder = write_folder(tmp_path)
    (document,) = [child for child in folder.iterdir() if child.is_dir()]
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elders"
    shutil.copytree(document, elsewhere)
    for link, target in (("aa", document), ("zz", document), ("elders-1", elsewhere), ("elders-2", elsewhere), ("zelf", folder)):
        (folder / link).symlink_to(target)
    (document / "terug").symlink_to(folder)
    assert {d.id for d in load_knowledge(folder).documents} == {document.name, "elders-1"}
    lines = list(check_lines(folder))
    assert lines[0] == "documenten: 2"
    warnings = {line.partition(":")[2].strip().rpartition("/")[2] for line in lines if line.startswith("Let op: ")}
    assert {warning.partition(":")[0] for warning in warnings} == {"aa", "zz", "elders-2"}
    assert any(f"dezelfde map als '{document.name}'" in warning for warning in warnings)


def test_a_byte_order_mark_is_no_part_of_the_first_heading(tmp_path: Path) -> None:
    knowledge = load_knowledge(write_folder(tmp_path, source="\ufeff" + SOURCE))
    assert [p.section.title for p in knowledge.passages] == ["Wonen", "Wonen", "Afval"]
