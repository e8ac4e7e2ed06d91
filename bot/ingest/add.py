"""Bringing a file in: converted, described, proved by loading it, and only then put in its place."""

import hashlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from bot.errors import AkkoordwijzerError, ConversionError, KnowledgeError
from bot.ingest.blocks import Extracted, LeftOut, Progress
from bot.ingest.carry_over import fitting_rules, split_hints
from bot.ingest.formats import ENDINGS
from bot.ingest.quotable import withheld
from bot.ingest.sandbox import convert
from bot.ingest.source import write_source
from bot.knowledge import yaml_file as schema
from bot.knowledge.document import DocumentParts, load_document
from bot.knowledge.markdown import Form
from bot.knowledge.model import Kind
from bot.knowledge.passages import DEFAULT_PASSAGE_SIZE, slug

_REQUIRED = ("title", "publisher", "year")
# Titles that programs fill in by themselves: a file's name, or nothing at all.
_NO_TITLE = re.compile(
    r"microsoft word\b|untitled|naamloos|(?:none|null|title|titel|geen)$|(?:document|presentatie|blad)\s*\d*$|.*\.(?:docx?|pdf|odt|indd|html?|txt|md)$",
    re.IGNORECASE,
)
_SAMPLES = 3
_NO_YEAR = 1800  # stands for a year that is not known, in a preview only
_OFFICE = {".pdf", ".docx", ".odt"}
ORIGINAL = "original"
"""Name, before its ending, of the file as it came in, where it was kept."""

_WRITTEN_FILES = {f"{ORIGINAL}.pdf", "source.md", "pages.tsv", "withheld.tsv", "document.yaml", "hints.yaml", "hints-vervallen.yaml"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the user says about a document; None: see what the file or an earlier version says."""

    title: str | None = None
    publisher: str | None = None
    year: int | None = None
    url: str | None = None
    kind: Kind | None = None


class MissingMetadataError(ConversionError):
    """Something about the document is known neither from the options nor from the file.

    Attributes:
        missing: which of 'title', 'publisher' and 'year'.
        suggestions: what the text itself seems to say, by the same names; to be confirmed by a person.
        extracted: the converted file, to be handed to `add` again so that it isn't read twice.
    """

    def __init__(self, path: Path, missing: tuple[str, ...], suggestions: Mapping[str, str], extracted: Extracted) -> None:
        options = " ".join(f"--{name}" for name in missing)
        super().__init__("ingest.no_metadata", path=path, options=options)
        self.missing, self.suggestions, self.extracted = missing, dict(suggestions), extracted


@dataclass(frozen=True, slots=True)
class AddSummary:
    """What came of adding a file.

    Attributes:
        document_id: the name of its folder.
        replaced: an earlier version stood there.
        pages: None where the format has no pages.
        unchanged: passages whose id also stood in the earlier version.
        left_out: how many lines or pictures were left out of the text, by kind.
        withheld: sentences that are not quoted, because their order on the page is not sure, each with its page.
        recognised: pages whose words were recognised in a scan.
        lost_hints: hints whose passage is gone; they stand in hints-vervallen.yaml.
        lost_rules: rules of document.yaml whose text is gone, as 'key: text'.
        outline: level, heading and number of passages directly below it, in order.
        samples: the first passages, to see how the text came out.
        empty_headings: those with nothing below them.
        missing: what must still be given before the document can be brought in; only after a dry run.
        written: False after a dry run.
    """

    document_id: str
    title: str
    publisher: str
    year: int
    kind: Kind
    url: str | None
    replaced: bool
    sections: int
    passages: int
    pages: int | None
    unchanged: int
    left_out: Mapping[LeftOut, int]
    withheld: tuple[tuple[int, str], ...]
    recognised: int
    lost_hints: int
    lost_rules: tuple[str, ...]
    outline: tuple[tuple[int, str, int], ...]
    samples: tuple[str, ...]
    empty_headings: tuple[str, ...]
    missing: tuple[str, ...]
    written: bool


def files_in(path: Path) -> tuple[Path, ...]:
    """The files that `add` is to bring in: the file itself, or all documents in a folder and the folders in it.

    Raises:
        ConversionError: there is nothing of that name, or no document in it.
    """
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise ConversionError("ingest.missing", path=path)
    documents = tuple(
        child
        for child in sorted(path.rglob("*"))
        if child.suffix.lower() in ENDINGS and child.is_file() and not any(part.startswith(".") for part in child.relative_to(path).parts)
    )
    if not documents:
        raise ConversionError("ingest.no_documents", path=path)
    return documents


def add(
    path: Path,
    knowledge_dir: Path,
    metadata: Metadata,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    extracted: Extracted | None = None,
    passage_size: int = DEFAULT_PASSAGE_SIZE,
    keep_original: bool = False,
) -> AddSummary:
    """Bring one file into a knowledge folder; a file of the same name replaces what was made of it before.

    Args:
        path: a PDF, Word document, web page, Markdown or text file.
        knowledge_dir: where its folder comes; made if it doesn't exist.
        metadata: goes before what an earlier version says, which goes before what the file says.
        dry_run: do everything but write.
        progress: called as (pages done, pages in all).
        extracted: the file converted before, see MissingMetadataError.
        passage_size: see `passages.groups`.
        keep_original: keep a PDF itself beside the text, so that its pages can be shown.

    Raises:
        MissingMetadataError: title, publisher or year is known from nowhere.
        ConversionError: the file can't be read, or its folder was made by hand. Nothing is left behind.
        KnowledgeError: the earlier version's document.yaml or hints.yaml is broken.
    """
    document_id = id_for(path)
    target = knowledge_dir / document_id
    earlier = _earlier(target, path)
    if extracted is None:
        extracted = convert(path, progress)
    missing: tuple[str, ...] = ()
    try:
        described = _describe(path, metadata, earlier, extracted)
    except MissingMetadataError as error:
        if not dry_run:
            raise
        # A preview shows the text; what must still be given is named in it.
        missing = error.missing
        described = _describe(path, _guessed(metadata, error), earlier, extracted)
    if not dry_run:
        knowledge_dir.mkdir(parents=True, exist_ok=True)
    # A folder that begins with a dot is no document; beside the target, so that renaming it is one step.
    staging = tempfile.mkdtemp(prefix=f".{document_id}-", dir=None if dry_run else knowledge_dir)
    try:
        folder = Path(staging) / document_id
        folder.mkdir()
        summary = _build(folder, target if earlier is not None else None, described, extracted, passage_size, missing, written=not dry_run)
        if not dry_run:
            if keep_original and extracted.pages is not None:
                shutil.copyfile(path, folder / f"{ORIGINAL}.pdf")
            _replace(folder, target)
    except KnowledgeError as error:
        if error.path is not None and error.path.name == "document.yaml":
            # Of what a person wrote in the earlier version; the copy that it was found in is gone by now.
            raise KnowledgeError(error.key, path=target / "document.yaml", **error.values) from None
        raise ConversionError("ingest.unfit", path=path, why=error) from None
    except OSError as error:
        raise ConversionError("ingest.unsaved", path=target, why=error) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return summary


# Names that Windows keeps for devices: a folder of that name can't be copied there.
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))))


def id_for(path: Path) -> str:
    """The name of the folder that a file's document gets: readable, and one that every system can hold."""
    name = slug(path.stem)
    if name == "x" and path.stem.lower() != "x":
        # Nothing in it is a letter that a folder's name may have.
        return f"document-{hashlib.blake2b(path.stem.encode(errors='replace'), digest_size=3).hexdigest()}"
    return f"{name}-document" if name in _DEVICES else name


def remove(document_id: str, knowledge_dir: Path) -> None:
    """Take a document out of a knowledge folder, with its hints.

    Raises:
        KnowledgeError: there is no such document.
    """
    known = sorted(child.name for child in knowledge_dir.iterdir() if (child / "document.yaml").is_file()) if knowledge_dir.is_dir() else []
    if document_id not in known:
        if not known:
            raise KnowledgeError("ingest.none", path=knowledge_dir, id=document_id)
        raise KnowledgeError("ingest.unknown", path=knowledge_dir, id=document_id, known=", ".join(known))
    # First out of sight in one step, so that a half-removed document is never loaded.
    trash = Path(tempfile.mkdtemp(prefix=f".{document_id}-", dir=knowledge_dir))
    (knowledge_dir / document_id).rename(trash / document_id)
    shutil.rmtree(trash)


def _earlier(target: Path, path: Path) -> dict[str, Any] | None:
    """What document.yaml of the earlier version says, or None where there is none."""
    if not target.exists():
        return None
    said = schema.YamlFile(target / "document.yaml").data if (target / "document.yaml").exists() else {}
    if not isinstance(said, dict) or said.get("file") != path.name:
        raise ConversionError("ingest.not_of_this_file", path=path, name=target.name)
    return said


def _guessed(metadata: Metadata, error: MissingMetadataError) -> Metadata:
    """What a preview shows for what nobody has said yet."""
    missing, suggested = error.missing, error.suggestions
    return replace(
        metadata,
        title=suggested.get("title", "?") if "title" in missing else metadata.title,
        publisher="?" if "publisher" in missing else metadata.publisher,
        year=int(suggested.get("year", _NO_YEAR)) if "year" in missing else metadata.year,
    )


def _describe(path: Path, metadata: Metadata, earlier: Mapping[str, Any] | None, extracted: Extracted) -> dict[str, Any]:
    """The content of document.yaml."""
    described = dict(earlier or {})
    title = "" if _NO_TITLE.match(extracted.title) or _is_of_a_template(path, extracted) else extracted.title
    url = extracted.url if extracted.url and schema.is_web_address(extracted.url) else None
    said = {"title": title, "publisher": extracted.publisher, "year": _year(extracted), "url": url, "kind": Kind.AGREEMENT.value}
    for key, value in said.items():
        given = getattr(metadata, key)
        chosen = (given.value if isinstance(given, Kind) else given) or described.get(key) or value
        if chosen:
            described[key] = chosen
    described["file"] = path.name
    described.pop("recognised", None)
    if extracted.recognised:
        described["recognised"] = list(extracted.recognised)
    missing = tuple(key for key in _REQUIRED if not described.get(key))
    if missing:
        raise MissingMetadataError(path, missing, _suggestions(extracted, str(described.get("title", ""))), extracted)
    order = ["title", "publisher", "year", "url", "file", "kind", "recognised"]
    return {key: described[key] for key in [*order, *(key for key in described if key not in order)] if key in described}


def _is_of_a_template(path: Path, extracted: Extracted) -> bool:
    """Whether the title that a word processor kept has hardly a word of the text in it, as that of an old template."""
    words = set(re.findall(r"[^\W\d_]{4,}", extracted.title.lower()))
    if path.suffix.lower() not in _OFFICE or not words:
        return False
    text = " ".join(block.text for block in extracted.blocks).lower()
    return sum(word in text for word in words) < 0.5 * len(words)


_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d]|[.,]\d)")


def _beginning(extracted: Extracted) -> str:
    return " ".join(block.text for block in extracted.blocks[:12])


def _year(extracted: Extracted) -> int | None:
    """The year that the file says, where that can be relied on: it was written down as such, or the text begins by naming it too."""
    year = extracted.year
    if year is None or not 1800 <= year <= 2200:
        return None
    return year if extracted.dated or str(year) in _YEAR.findall(f"{extracted.title} {_beginning(extracted)}") else None


def _suggestions(extracted: Extracted, title: str) -> dict[str, str]:
    """What the first heading and the first page seem to say; for the year also the title that was given, and last the file's own date."""
    suggested: dict[str, str] = {}
    heading = next((block.text for block in extracted.blocks[:10] if block.form is Form.HEADING), "")
    if heading:
        suggested["title"] = heading
    years = _YEAR.findall(f"{title} {_beginning(extracted)}") or ([str(extracted.year)] if extracted.year else [])
    if years:
        suggested["year"] = years[0]
    return suggested


def _build(
    folder: Path,
    earlier: Path | None,
    described: dict[str, Any],
    extracted: Extracted,
    passage_size: int,
    missing: tuple[str, ...],
    *,
    written: bool,
) -> AddSummary:
    """Write the whole folder and prove it by loading it."""
    source = write_source(extracted.blocks)
    (folder / "source.md").write_text(source.text, encoding="utf-8", newline="\n")
    if source.pages:
        (folder / "pages.tsv").write_text("".join(f"{start}\t{page}\n" for start, page in source.pages), encoding="utf-8", newline="\n")
    doubtful = withheld(source, extracted.readings)
    if doubtful:
        lines = "".join(f"{start}\t{end}\n" for start, end in doubtful)
        (folder / "withheld.tsv").write_text(lines, encoding="utf-8", newline="\n")
    described, lost_rules = fitting_rules(folder, described, passage_size)
    _write_description(folder, described, earlier)
    parts = load_document(folder, passage_size)
    ids = {passage.id.split("/", 1)[1] for passage in parts.passages}
    before: set[str] = set()
    lost_hints = 0
    if earlier is not None:
        with suppress(AkkoordwijzerError):  # A broken earlier version is just what adding again mends.
            before = {passage.id.split("/", 1)[1] for passage in load_document(earlier, passage_size).passages}
        lost_hints = split_hints(earlier, folder, ids)
        for other in earlier.iterdir():
            if other.is_file() and other.name not in _WRITTEN_FILES:
                shutil.copy2(other, folder / other.name)
    return AddSummary(
        document_id=folder.name, title=parts.document.title, publisher=parts.document.publisher, year=parts.document.year,
        kind=Kind(described["kind"]), url=parts.document.url, replaced=earlier is not None, sections=len(parts.sections),
        passages=len(parts.passages), pages=extracted.pages, unchanged=len(ids & before), left_out=dict(extracted.left_out),
        withheld=tuple((parts.document.page_at(start) or 0, source.text[start:end]) for start, end in doubtful),
        recognised=len(extracted.recognised), lost_hints=lost_hints, lost_rules=lost_rules, outline=_outline(parts),
        samples=tuple(passage.text for passage in parts.passages[:_SAMPLES]), empty_headings=tuple(section.title for section in parts.sections if section.empty), missing=missing, written=written,
    )  # fmt: skip


def _write_description(folder: Path, described: Mapping[str, Any], earlier: Path | None) -> None:
    """Write document.yaml; where it says the same as before, the file itself stays, comments and all."""
    if earlier is not None and schema.YamlFile(earlier / "document.yaml").data == described:
        shutil.copy2(earlier / "document.yaml", folder / "document.yaml")
        return
    text = yaml.safe_dump(dict(described), allow_unicode=True, sort_keys=False, width=110)
    (folder / "document.yaml").write_text(text, encoding="utf-8", newline="\n")


def _outline(parts: DocumentParts) -> tuple[tuple[int, str, int], ...]:
    # By identity: two sections may have the same heading.
    counts = Counter(id(passage.section) for passage in parts.passages)
    return tuple((section.level, section.title, counts[id(section)]) for section in parts.sections)


def _replace(folder: Path, target: Path) -> None:
    """Put the new folder in the place of the old one; if that fails, the old one stands there as before."""
    if not target.exists():
        folder.rename(target)
        return
    old = folder.parent / "old"
    try:
        target.rename(old)
        folder.rename(target)
    except BaseException:  # Someone may press Ctrl-C between the two.
        if old.exists() and not target.exists():
            old.rename(target)
        raise
