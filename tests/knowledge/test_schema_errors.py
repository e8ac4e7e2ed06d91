"""Everything that can be wrong in a knowledge folder: the error names file and line and says what to do."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.errors import KnowledgeError
from bot.knowledge.folder import load_knowledge
from bot.presentation.texts import told
from bot.watch import load_assistant
from tests.knowledge_folders import DESCRIPTION, SOURCE, write_folder

HINT = "wonen/starters-krijgen-voorrang-bij-nieuwe-74fe:\n"

# (name, files, file with the error, its line, words of what is wrong, words of the remedy)
WRONG: list[tuple[str, dict[str, Any], str, int | None, str, str]] = [
    ("unknown key", {"description": DESCRIPTION + "jaar: 2022\n"}, "document.yaml", 4, "'jaar' is onbekend", "Bekend zijn: title"),
    ("missing key", {"description": "title: Akkoord\nyear: 2022\n"}, "document.yaml", 1, "'publisher' ontbreekt", "Zet 'publisher: ...'"),
    ("year as text", {"description": DESCRIPTION.replace("2022", "'2022'")}, "document.yaml", 3, "'year'", "vier cijfers"),
    ("year as truth", {"description": DESCRIPTION.replace("2022", "yes")}, "document.yaml", 3, "'year'", "vier cijfers"),
    ("year too far", {"description": DESCRIPTION.replace("2022", "20222")}, "document.yaml", 3, "'year'", "vier cijfers"),
    (
        "title as number",
        {"description": DESCRIPTION.replace("Coalitieakkoord Voorbeeldstad", "12")},
        "document.yaml",
        1,
        "'title'",
        "tekst",
    ),
    ("empty title", {"description": DESCRIPTION.replace("Coalitieakkoord Voorbeeldstad", "''")}, "document.yaml", 1, "'title'", "tekst"),
    ("no web address", {"description": DESCRIPTION + "url: www.voorbeeld.nl\n"}, "document.yaml", 4, "'url'", "https://"),
    ("address with space", {"description": DESCRIPTION + "url: https://voorbeeld.nl/a b\n"}, "document.yaml", 4, "'url'", "spaties"),
    ("half an address", {"description": DESCRIPTION + 'url: "https://[x"\n'}, "document.yaml", 4, "'url'", "https://"),
    ("address without a host", {"description": DESCRIPTION + "url: https:///plan.pdf\n"}, "document.yaml", 4, "'url'", "https://"),
    ("port that is none", {"description": DESCRIPTION + "url: https://voorbeeld.nl:poort/\n"}, "document.yaml", 4, "'url'", "https://"),
    (
        "address that steers",
        {"description": DESCRIPTION + 'url: "https://voorbeeld.nl/\\e[31m"\n'},
        "document.yaml",
        4,
        "'url'",
        "https://",
    ),
    ("unknown kind", {"description": DESCRIPTION + "kind: mening\n"}, "document.yaml", 4, "'mening'", "agreement, explanation"),
    ("unknown label", {"description": DESCRIPTION + "labels:\n  mening: Blog\n"}, "document.yaml", 5, "'mening'", "agreement"),
    ("names is no list", {"description": DESCRIPTION + "names: Akkoord\n"}, "document.yaml", 4, "lijst", "'- '"),
    (
        "heading that is not there",
        {"description": DESCRIPTION + "headings:\n  - heading: Wonen\n    kind: agreement\n  - heading: Werken\n    kind: agreement\n"},
        "document.yaml",
        7,
        "'Werken' staat niet in source.md",
        "haal de regel weg",
    ),
    (
        "heading without kind",
        {"description": DESCRIPTION + "headings:\n  - heading: Wonen\n"},
        "document.yaml",
        5,
        "'kind' ontbreekt",
        "kind: ...",
    ),
    (
        "sentence that is not there",
        {"description": DESCRIPTION + "sentences:\n  - starts: Dit staat er niet\n    kind: explanation\n"},
        "document.yaml",
        5,
        "'Dit staat er niet' staat niet",
        "Neem de tekst over",
    ),
    (
        "left out and not there",
        {"description": DESCRIPTION + "leave_out:\n  - text: Lees verder.\n    because: link\n"},
        "document.yaml",
        5,
        "'Lees verder.' staat niet",
        "Neem de tekst over",
    ),
    (
        "left out for no reason",
        {"description": DESCRIPTION + "leave_out:\n  - text: Lees verder.\n    because: zomaar\n"},
        "document.yaml",
        6,
        "'zomaar'",
        "link, pull_quote, navigation",
    ),
    (
        "list instead of keys",
        {"description": "- title\n- publisher\n"},
        "document.yaml",
        1,
        "sleutels met waarden",
        "title, publisher, year",
    ),
    ("empty description", {"description": ""}, "document.yaml", None, "sleutels met waarden", "title, publisher, year"),
    (
        "broken YAML",
        {"description": "title: 'Akkoord\npublisher: x\nyear: 2022\n"},
        "document.yaml",
        4,
        "geen geldige YAML",
        "aanhalingstekens",
    ),
    (
        "tab in YAML",
        {"description": "title: Akkoord\npublisher: x\n\tyear: 2022\n"},
        "document.yaml",
        3,
        "geen geldige YAML",
        "spaties",
    ),
    ("object in YAML", {"description": "title: !!python/object:os.system x\n"}, "document.yaml", 1, "geen geldige YAML", "uitroepteken"),
    ("control character in YAML", {"description": "title: a\x07b\n"}, "document.yaml", 1, "geen geldige YAML", "Herstel"),
    (
        "key said twice",
        {"description": DESCRIPTION + "title: Nog een\n"},
        "document.yaml",
        4,
        "'title' staat er twee keer",
        "een van beide",
    ),
    ("not UTF-8 (description)", {"description": "title: Café".encode("latin-1")}, "document.yaml", 1, "geen UTF-8", "UTF-8"),
    ("not UTF-8 (source)", {"source": "Eerste regel.\n\nTweede regel, café.".encode("latin-1")}, "source.md", 3, "geen UTF-8", "UTF-8"),
    ("empty source", {"source": ""}, "source.md", None, "leeg", "Zet de tekst"),
    ("white source", {"source": " \n\n\t\n"}, "source.md", None, "leeg", "Zet de tekst"),
    ("only headings", {"source": "# Wonen\n\n# Afval\n"}, "source.md", None, "geen tekst om te citeren", "alinea's"),
    ("no source", {"source": None}, "voorbeeldstad-2022", None, "ontbreekt source.md", "beide bestanden"),
    ("no description", {"description": None}, "voorbeeldstad-2022", None, "ontbreekt document.yaml", "beide bestanden"),
    ("no document at all", {"description": None, "source": None}, "kennis", None, "geen document", "bot add"),
    (
        "hint for no passage",
        {"hints": "wonen/bestaat-niet-0000:\n  questions: [Wat?]\n"},
        "hints.yaml",
        1,
        "bestaat niet",
        "check --passages",
    ),
    (
        "hint for no sentence",
        {"hints": HINT + "  sentences:\n    - starts: Ouderen krijgen\n      questions: [Wie?]\n"},
        "hints.yaml",
        3,
        "geen zin in deze passage begint met 'Ouderen krijgen'",
        "zoals het in source.md staat",
    ),
    ("hint with unknown key", {"hints": HINT + "  vragen: [Wie?]\n"}, "hints.yaml", 2, "'vragen' is onbekend", "questions, keywords"),
    ("hint that is a list", {"hints": "- Wie?\n"}, "hints.yaml", 1, "sleutels met waarden", "sleutel: waarde"),
    (
        "hints said twice",
        {"hints": HINT + "  questions: [Wie?]\n" + HINT + "  questions: [Wat?]\n"},
        "hints.yaml",
        3,
        "twee keer",
        "een van beide",
    ),
    ("question that is a number", {"hints": HINT + "  questions:\n    - Wie?\n    - 12\n"}, "hints.yaml", 4, "tekst", "aanhalingstekens"),
    ("broken hints", {"hints": HINT + "  questions: [Wie?\n"}, "hints.yaml", 3, "geen geldige YAML", "inspringing"),
    ("unknown relation", {"lexicon": "synoniemen: []\n"}, "lexicon.yaml", 1, "'synoniemen' is onbekend", "synonyms, readings"),
    (
        "lonely synonym",
        {"lexicon": "synonyms:\n  - [azc, asielzoekerscentrum]\n  - [kliko]\n"},
        "lexicon.yaml",
        3,
        "maar een woord",
        "twee",
    ),
    ("reading without list", {"lexicon": "readings:\n  kliko: container\n"}, "lexicon.yaml", 2, "lijst", "'- '"),
    ("number as word", {"lexicon": "synonyms:\n  - [azc, 12]\n"}, "lexicon.yaml", 2, "tekst", "aanhalingstekens"),
    (
        "word of signs only",
        {"lexicon": 'synonyms:\n  - [bouwplan, "..."]\n'},
        "lexicon.yaml",
        2,
        "geen letter of cijfer",
        "Schrijf een woord",
    ),
    (
        "reading of signs only",
        {"lexicon": 'readings:\n  "—": [bouwplan]\n'},
        "lexicon.yaml",
        2,
        "geen letter of cijfer",
        "Schrijf een woord",
    ),
    ("alias", {"description": "title: &a Akkoord\npublisher: *a\nyear: 2022\n"}, "document.yaml", 2, "verwijzing", "voluit"),
    ("emphasis that is an alias", {"lexicon": "synonyms:\n  - [azc, *let op*]\n"}, "lexicon.yaml", 2, "verwijzing", "aanhalingstekens"),
    ("sign at the start", {"description": "title: @home\n"}, "document.yaml", 1, "niet met dit teken beginnen", "aanhalingstekens"),
    ("colon in a title", {"description": "title: Plan: het akkoord\n"}, "document.yaml", 1, "dubbele punt te veel", "aanhalingstekens"),
    ("date that is none", {"description": DESCRIPTION.replace("2022", "2022-13-45")}, "document.yaml", 3, "'year'", "vier cijfers"),
    ("number without end", {"description": DESCRIPTION.replace("2022", "9" * 5000)}, "document.yaml", None, "geen geldige YAML", ""),
    ("empty word", {"lexicon": "synonyms:\n  - [azc, '  ']\n"}, "lexicon.yaml", 2, "tekst", "tekst"),
]


@pytest.mark.parametrize(("files", "name", "line", "what", "remedy"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_the_error_names_file_and_line_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, Any], name: str, line: int | None, what: str, remedy: str
) -> None:
    folder = write_folder(tmp_path, **files)
    with pytest.raises(KnowledgeError) as caught:
        load_assistant(folder)
    error = caught.value
    assert error.path is not None
    assert (error.path.name, error.line) == (name, line)
    assert what in told(error)
    assert remedy in told(error)
    for command in (["check"], ["ask", "Wat gebeurt er met afval?"]):
        assert main([*command, "--knowledge", str(folder)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err == f"Fout: {told(error)}\n"
        assert err.count("\n") == 1, "one line"


def test_a_folder_without_errors_loads(tmp_path: Path) -> None:
    """The folder that the errors above are made from has none."""
    knowledge = load_knowledge(
        write_folder(tmp_path, hints=HINT + "  questions: [Wie krijgt voorrang?]\n", lexicon="synonyms: [[kliko, container]]\n")
    )
    assert [p.section.title for p in knowledge.passages] == ["Wonen", "Wonen", "Afval"]
    assert knowledge.passages[1].questions == ("Wie krijgt voorrang?",)


def test_a_missing_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "nergens"
    for command in (["check"], ["ask", "Wat?"], ["console"]):
        assert main([*command, "--knowledge", str(missing)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert "nergens: deze map met kennis bestaat niet. Kijk naar KNOWLEDGE_DIR of --knowledge." in err


def test_a_file_instead_of_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "kennis.txt"
    file.write_text("tekst")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(file)
    assert "bestaat niet" in told(caught.value)


def test_a_source_that_is_a_folder(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, source=None)
    (folder / "voorbeeldstad-2022" / "source.md").mkdir()
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert "kan niet worden gelezen" in told(caught.value)


def test_empty_hints_and_lexicon_are_none_at_all(tmp_path: Path) -> None:
    """A file in which everything is a comment is no error: it is how one begins."""
    folder = write_folder(tmp_path, hints="# nog leeg\n", lexicon="# nog leeg\n")
    assert load_assistant(folder).knowledge.passages


def test_hidden_and_other_folders_are_passed_over(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / ".git").mkdir()
    (folder / "plaatjes").mkdir()
    assert len(load_knowledge(folder).documents) == 1


def test_two_documents_come_in_order_of_their_folders(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    shutil.copytree(folder / "voorbeeldstad-2022", folder / "andere-stad-2022")
    knowledge = load_knowledge(folder)
    assert [d.id for d in knowledge.documents] == ["andere-stad-2022", "voorbeeldstad-2022"]
    assert len({p.id for p in knowledge.passages}) == 6


@pytest.mark.parametrize(
    ("pages", "line"), [("0\t1\nx\t2\n", 2), ("0\n", 1), ("0\t1\n99999\t2\n", 2), ("50\t1\n20\t2\n", 2), ("²\t1\n", 1)]
)
def test_wrong_pages(tmp_path: Path, pages: str, line: int) -> None:
    folder = write_folder(tmp_path)
    (folder / "voorbeeldstad-2022" / "pages.tsv").write_text(pages, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    assert caught.value.line == line
    assert "opnieuw" in told(caught.value)


def test_pages(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    second = SOURCE.index("# Afval")
    (folder / "voorbeeldstad-2022" / "pages.tsv").write_text(f"0\t1\n{second}\t2\n")
    knowledge = load_knowledge(folder)
    assert [p.document.page_at(p.span.start) for p in knowledge.passages] == [1, 1, 2]
    quote = load_assistant(folder).quote(knowledge.passages[2].id)
    assert quote is not None
    assert quote.page == quote.last_page == 2
