"""What `check` prints: what is in the folder, and what a person may want to look at."""

from pathlib import Path

from bot.checking import check_lines
from tests.knowledge_folders import SOURCE, write_folder
from tests.paths import KNOWLEDGE


def test_the_shipped_knowledge() -> None:
    lines = list(check_lines(KNOWLEDGE))
    assert lines[0] == "documenten: 1"
    assert lines[1].startswith("regeerakkoord-2017: Blog over het regeerakkoord 'Vertrouwen in de toekomst', Kennisplatform")
    assert "kopjes: 8, passages: 32" in lines[2]
    assert "blog: 9" in lines[2]
    assert "akkoord: 17" in lines[2]
    assert "toelichting: 6" in lines[2]
    assert "Let op: regeerakkoord-2017: onder het kopje 'Discriminatie' staat geen tekst." in lines
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
        lexicon="synonyms:\n  - [kliko, container]\n  - [container, vuilnisbak]\nopposites:\n  kliko: [container]\n",
    )
    warnings = [line for line in check_lines(folder) if line.startswith("Let op: ")]
    assert len(warnings) == 3
    assert "'Zorg'" in warnings[0]
    assert "'container' staat al bij" in warnings[1]
    assert "zijn ook gelijk" in warnings[2]


def test_a_warning_about_the_lexicon_names_file_and_line(tmp_path: Path) -> None:
    lexicon = "# eigen woorden\n\nsynonyms:\n  - [kliko, container]\n  - [fiets, rijwiel]\n  - [container, vuilnisbak]\n"
    (warning,) = [line for line in check_lines(write_folder(tmp_path, lexicon=lexicon)) if line.startswith("Let op: ")]
    assert "lexicon.yaml:6: " in warning
    assert "lexicon.yaml:4" in warning


def test_a_good_folder_has_no_warnings(tmp_path: Path) -> None:
    assert not [line for line in check_lines(write_folder(tmp_path)) if line.startswith("Let op: ")]
