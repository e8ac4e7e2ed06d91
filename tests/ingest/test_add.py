"""`add` and `remove`: all of a document, or nothing; what people added stays."""

from pathlib import Path

import pytest
import yaml

from bot.errors import ConversionError, KnowledgeError
from bot.ingest import add as adding
from bot.ingest.add import Metadata, MissingMetadataError, add, files_in, id_for, remove
from bot.ingest.blocks import Extracted, Line, TextBlock
from bot.knowledge.folder import listed, load_knowledge
from bot.knowledge.markdown import Form
from bot.knowledge.model import Kind
from tests.ingest.refusals import refused
from tests.ingest.small_files import Sheet, files, pdf

SAID = Metadata(title="Sportnota", publisher="Gemeente Zuidmeer", year=2021)


@pytest.fixture
def pdf_file(tmp_path: Path) -> Path:
    return files(tmp_path)["pdf"]


@pytest.fixture
def knowledge_dir(tmp_path: Path) -> Path:
    return tmp_path / "kennis"


def test_every_format_becomes_a_document_that_loads(tmp_path: Path, knowledge_dir: Path) -> None:
    for path in files(tmp_path).values():
        summary = add(path, knowledge_dir, SAID)
        assert summary.passages > 0
        assert summary.written
    knowledge = load_knowledge(knowledge_dir)
    assert {document.title for document in knowledge.documents} == {"Sportnota"}
    assert len(knowledge.documents) == 7


def test_quotes_know_their_page(pdf_file: Path, knowledge_dir: Path) -> None:
    add(pdf_file, knowledge_dir, SAID)
    knowledge = load_knowledge(knowledge_dir)
    (pool,) = (passage for passage in knowledge.passages if "zwembad" in passage.text)
    assert pool.document.page_at(pool.span.start) == pool.document.page_at(pool.span.end - 1) == 2


def test_what_the_summary_says(pdf_file: Path, knowledge_dir: Path) -> None:
    seen: list[tuple[int, int]] = []
    summary = add(pdf_file, knowledge_dir, SAID, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]
    assert (summary.document_id, summary.pages, summary.sections, summary.passages) == ("nota", 2, 2, 4)
    assert summary.outline == ((1, "Sportnota 2021", 1), (1, "1. Zwemmen", 3))
    assert summary.samples[0] == "Gemeente Zuidmeer"
    assert summary.kind is Kind.AGREEMENT
    assert not summary.replaced


def test_a_dry_run_writes_nothing(pdf_file: Path, knowledge_dir: Path) -> None:
    assert add(pdf_file, knowledge_dir, SAID, dry_run=True).passages == 4
    assert not knowledge_dir.exists()


def test_what_is_not_known_is_asked_once_and_the_file_read_once(
    pdf_file: Path, knowledge_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingMetadataError) as error:
        add(pdf_file, knowledge_dir, Metadata(publisher="Gemeente Zuidmeer"))
    assert error.value.missing == ("title", "year")
    assert error.value.suggestions == {"title": "Sportnota 2021", "year": "2021"}
    assert not knowledge_dir.exists()
    monkeypatch.setattr(adding, "convert", None)
    assert add(pdf_file, knowledge_dir, SAID, extracted=error.value.extracted).written


def test_options_go_before_the_file_and_the_file_before_nothing(tmp_path: Path, knowledge_dir: Path) -> None:
    page = files(tmp_path)["html"]
    summary = add(page, knowledge_dir, Metadata(year=2020, kind=Kind.COMMENTARY))
    assert (summary.title, summary.publisher, summary.year) == ("Afvalbeleid | Gemeente Zuidmeer", "Gemeente Zuidmeer", 2020)
    assert summary.kind is Kind.COMMENTARY
    assert summary.url == "https://www.zuidmeer.example/afval"


def test_adding_again_replaces_and_keeps_ids_hints_and_hand_made_keys(tmp_path: Path, knowledge_dir: Path) -> None:
    path = tmp_path / "regels.md"
    path.write_text("# Regels\n\nHonden mogen los in het park.\n\nKatten niet.\n", encoding="utf-8")
    add(path, knowledge_dir, SAID)
    folder = knowledge_dir / "regels"
    ids = [passage.id for passage in load_knowledge(knowledge_dir).passages]
    hints = "".join(f"# voor de redactie\n{ident.split('/', 1)[1]}:\n  keywords: [huisdier]\n" for ident in ids)
    (folder / "hints.yaml").write_text(hints, encoding="utf-8")
    described = yaml.safe_load((folder / "document.yaml").read_text(encoding="utf-8"))
    described |= {
        "names": ["Hondennota"],
        "sentences": [{"starts": "Katten", "kind": "explanation"}, {"starts": "Honden", "kind": "commentary"}],
    }
    (folder / "document.yaml").write_text("# met de hand\n" + yaml.safe_dump(described), encoding="utf-8")

    same = add(path, knowledge_dir, Metadata())
    assert (same.replaced, same.unchanged, same.lost_hints, same.lost_rules) == (True, 2, 0, ())
    assert (folder / "document.yaml").read_text(encoding="utf-8").startswith("# met de hand\n")
    assert (folder / "hints.yaml").read_text(encoding="utf-8") == hints

    path.write_text("# Regels\n\nHonden mogen los in het park.\n\nKonijnen ook.\n", encoding="utf-8")
    changed = add(path, knowledge_dir, Metadata(year=2022))
    assert (changed.unchanged, changed.lost_hints, changed.lost_rules) == (1, 1, ("sentences: Katten",))
    knowledge = load_knowledge(knowledge_dir)
    assert knowledge.documents[0].names == ("Hondennota",)
    assert knowledge.documents[0].year == 2022
    assert [passage.keywords for passage in knowledge.passages] == [("huisdier",), ()]
    assert "katten" in (folder / "hints-vervallen.yaml").read_text(encoding="utf-8")


def test_a_failed_add_leaves_the_earlier_version_and_nothing_else(pdf_file: Path, knowledge_dir: Path) -> None:
    add(pdf_file, knowledge_dir, SAID)
    before = sorted((path, path.read_bytes()) for path in knowledge_dir.rglob("*") if path.is_file())
    pdf_file.write_bytes(b"%PDF-1.4 kapot")
    with pytest.raises(ConversionError):
        add(pdf_file, knowledge_dir, SAID)
    assert sorted((path, path.read_bytes()) for path in knowledge_dir.rglob("*") if path.is_file()) == before


def test_a_disk_that_fails_halfway_leaves_the_earlier_version(pdf_file: Path, knowledge_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(pdf_file, knowledge_dir, SAID)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.parent.name.startswith(".") and self.name == "nota":
            raise OSError(28, "no space")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with refused("geen ruimte", ConversionError):
        add(pdf_file, knowledge_dir, Metadata(title="Anders"))
    assert load_knowledge(knowledge_dir).documents[0].title == "Sportnota"
    assert [child.name for child in knowledge_dir.iterdir()] == ["nota"]


def test_a_folder_made_by_hand_or_of_another_file_is_never_overwritten(pdf_file: Path, knowledge_dir: Path) -> None:
    folder = knowledge_dir / "nota"
    folder.mkdir(parents=True)
    (folder / "document.yaml").write_text("title: Van mij\n", encoding="utf-8")
    with refused("niet van dit bestand", ConversionError):
        add(pdf_file, knowledge_dir, SAID)


def test_files_in_a_folder(tmp_path: Path) -> None:
    files(tmp_path)
    (tmp_path / ".verborgen").mkdir()
    (tmp_path / ".verborgen" / "a.pdf").touch()
    (tmp_path / "foto.png").touch()
    assert [path.name for path in files_in(tmp_path)] == [
        "brief.docx",
        "jaarplan.txt",
        "nota.pdf",
        "pagina.html",
        "plan.md",
        "regeling.xml",
        "verordening.odt",
    ]
    assert files_in(tmp_path / "nota.pdf") == (tmp_path / "nota.pdf",)
    with refused("bestaat niet", ConversionError):
        files_in(tmp_path / "weg")
    (tmp_path / "leeg").mkdir()
    with refused("geen document", ConversionError):
        files_in(tmp_path / "leeg")


def test_remove_takes_the_document_and_names_the_others_where_it_is_unknown(tmp_path: Path, knowledge_dir: Path) -> None:
    for path in files(tmp_path).values():
        add(path, knowledge_dir, SAID)
    remove("nota", knowledge_dir)
    assert "nota" not in {document.id for document in load_knowledge(knowledge_dir).documents}
    for wrong in ("nota", "../kennis", ""):
        with refused("brief, jaarplan, pagina, plan, regeling, verordening", KnowledgeError):
            remove(wrong, knowledge_dir)


def test_listed_documents_carry_their_numbers(tmp_path: Path, knowledge_dir: Path) -> None:
    for kind in ("pdf", "html"):
        add(files(tmp_path)[kind], knowledge_dir, SAID)
    numbers = [(line.document.id, line.sections, line.passages, line.pages) for line in listed(load_knowledge(knowledge_dir))]
    assert numbers == [("nota", 2, 4, 2), ("pagina", 2, 8, None)]


@pytest.mark.parametrize(
    ("title", "text", "suggested"),
    [("Coalitieakkoord 2026-2030", "Vastgesteld op 12 mei 2026.", "2026"), ("Akkoord", "Vastgesteld in het voorjaar.", "2009")],
)
def test_the_date_that_a_program_put_in_a_file_is_not_taken_for_its_year(
    title: str, text: str, suggested: str, tmp_path: Path, knowledge_dir: Path
) -> None:
    """It is that of a template, or of printing: a quote would carry a wrong year without anyone having said so."""
    with pytest.raises(MissingMetadataError) as error:
        add(dated_2009(tmp_path, text)[0], knowledge_dir, Metadata(title, "Gemeente"), extracted=dated_2009(tmp_path, text)[1])
    assert (error.value.missing, error.value.suggestions["year"]) == (("year",), suggested)


def test_a_year_that_the_text_names_too_is_taken(tmp_path: Path, knowledge_dir: Path) -> None:
    path, extracted = dated_2009(tmp_path, "Vastgesteld op 3 maart 2009.")
    assert add(path, knowledge_dir, Metadata("Akkoord", "Gemeente"), extracted=extracted).year == 2009


def dated_2009(folder: Path, text: str) -> tuple[Path, Extracted]:
    """A file that a program dated in 2009, with this text in it."""
    path = folder / "akkoord.pdf"
    path.write_bytes(b"")
    heading = TextBlock(Form.HEADING, (Line("Akkoord"),), 1)
    return path, Extracted(
        [heading, TextBlock(Form.PARAGRAPH, (Line(text),)), TextBlock(Form.PARAGRAPH, (Line("Wij bouwen."),))], year=2009
    )


@pytest.mark.parametrize("name", ["CON.md", "aux.txt", "Lpt1.md", "\N{BICYCLE}.md", "\u0627\u062a\u0641\u0627\u0642.md"])
def test_a_folder_gets_a_name_that_every_system_can_hold(name: str, tmp_path: Path, knowledge_dir: Path) -> None:
    path = tmp_path / name
    path.write_text("# Wonen\n\nWij bouwen.\n")
    made = add(path, knowledge_dir, SAID).document_id
    assert made not in ("con", "aux", "lpt1", "x")
    assert add(path, knowledge_dir, SAID).document_id == made


def test_names_without_a_latin_letter_are_told_apart() -> None:
    assert id_for(Path("\N{BICYCLE}.md")) != id_for(Path("\u0627\u062a\u0641\u0627\u0642.md"))


def test_the_outline_counts_each_heading_by_itself(tmp_path: Path, knowledge_dir: Path) -> None:
    path = tmp_path / "tarieven.md"
    path.write_text("# Tarieven\n\nEen.\n\n# Tarieven\n\nTwee.\n\nDrie.\n")
    assert add(path, knowledge_dir, SAID, dry_run=True).outline == ((1, "Tarieven", 1), (1, "Tarieven", 2))


def test_a_preview_needs_no_title_or_publisher_and_names_what_is_missing(pdf_file: Path, knowledge_dir: Path) -> None:
    summary = add(pdf_file, knowledge_dir, Metadata(), dry_run=True)
    assert summary.missing
    assert "publisher" in summary.missing
    assert summary.samples
    assert not knowledge_dir.exists()


def test_a_title_of_nothing_or_of_an_old_template_is_not_believed(tmp_path: Path, knowledge_dir: Path) -> None:
    for title in ("None", "Aandachtspuntenlijst raadsvergadering november"):
        path = tmp_path / "nota.pdf"
        path.write_bytes(
            pdf([Sheet().put("Sportnota", 72, 80, 20, "bold").lines(["Het zwembad blijft open en krijgt een nieuw dak."])], title=title)
        )
        with pytest.raises(MissingMetadataError) as caught:
            add(path, knowledge_dir, Metadata(publisher="Zuidmeer", year=2021))
        assert caught.value.suggestions["title"] == "Sportnota"


def test_the_names_in_an_archive_are_read_within_limits(tmp_path: Path, knowledge_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a million names takes a gigabyte: it is read where memory has a limit, not here."""

    def here(*_: object, **__: object) -> None:
        raise AssertionError("read in this process")

    path = files(tmp_path)["docx"]
    monkeypatch.setattr("zipfile.ZipFile", here)
    assert add(path, knowledge_dir, SAID).passages > 0
