"""A knowledge folder, read and proved before it is used: which documents lie in it, each with its hints, and lists of them with their numbers."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from bot.errors import KnowledgeError
from bot.knowledge import yaml_file as schema
from bot.knowledge.document import DocumentParts, load_document
from bot.knowledge.model import Document, Knowledge, Passage, Sentence
from bot.knowledge.passages import DEFAULT_PASSAGE_SIZE

_HINT_TEXTS = {"questions": schema.list_of(schema.text), "keywords": schema.list_of(schema.text)}
_HINTS = schema.mapping_of(
    schema.record(
        required={},
        optional={
            **_HINT_TEXTS,
            "sentences": schema.list_of(schema.record(required={"starts": schema.text}, optional=_HINT_TEXTS)),
        },
    )
)


def load_knowledge(folder: Path, passage_size: int = DEFAULT_PASSAGE_SIZE) -> Knowledge:
    """Read every document in a knowledge folder.

    Args:
        folder: holds a folder for each document (one with document.yaml in it) and, if wanted, lexicon.yaml.
        passage_size: characters that a passage may span before it is split between sentences.

    Returns:
        The knowledge, with documents in the order of their folder names. Every passage is proved to be the span of its
        source that it claims to be.

    Raises:
        KnowledgeError: the folder or a file in it is missing, broken or says what can't be.
    """
    parts = [load_with_hints(child, passage_size) for child in document_folders(folder)]
    lexicon = folder / "lexicon.yaml"
    return Knowledge(
        documents=tuple(part.document for part in parts),
        sections=tuple((part.document, section) for part in parts for section in part.sections),
        passages=tuple(passage for part in parts for passage in part.passages),
        pointers=tuple(pointer for part in parts for pointer in part.pointers),
        lexicon_path=lexicon if schema.is_there(lexicon) else None,
    )


def document_folders(folder: Path) -> list[Path]:
    """The folder of each document, in the order of their names; at least one. What several links lead to counts once.

    Raises:
        KnowledgeError: the folder is missing or holds no document, or half of one.
    """
    if not folder.is_dir():
        raise KnowledgeError("folder.missing", path=folder)
    folders = [child for child in sorted(folder.iterdir()) if child.is_dir() and not child.name.startswith(".") and _is_document(child)]
    if not folders:
        raise KnowledgeError("folder.no_document", path=folder)
    if not any(child.is_symlink() for child in folders):
        # To resolve many takes long.
        return folders
    # The folder itself counts before a link to it.
    real = {child.resolve(): child for child in sorted(folders, key=lambda child: (child.is_symlink(), child.name), reverse=True)}
    return [child for child in folders if real[child.resolve()] == child]


def load_with_hints(folder: Path, passage_size: int = DEFAULT_PASSAGE_SIZE) -> DocumentParts:
    """One document with its hints, proved to be what it claims to be.

    Raises:
        KnowledgeError: a file in its folder is missing, broken or says what can't be.
    """
    parts = load_document(folder, passage_size)
    passages = _with_hints(folder / "hints.yaml", list(parts.passages))
    for passage in passages:
        span = passage.span
        if passage.text != passage.document.text[span.start : span.end]:
            raise KnowledgeError("document.no_span", path=folder, passage=passage.id)
    return replace(parts, passages=tuple(passages))


def _is_document(folder: Path) -> bool:
    has_text, has_description = schema.is_there(folder / "source.md"), schema.is_there(folder / "document.yaml")
    if has_text != has_description:
        missing = "document.yaml" if has_text else "source.md"
        raise KnowledgeError("folder.half", path=folder, missing=missing)
    return has_text


def _with_hints(path: Path, passages: list[Passage]) -> list[Passage]:
    if not schema.is_there(path):
        return passages
    file = schema.YamlFile(path)
    if file.data is None:
        return passages
    file.check(_HINTS)
    index_by_id = {passage.id.split("/", 1)[1]: number for number, passage in enumerate(passages)}
    for key, hint in file.data.items():
        if key not in index_by_id:
            raise file.fail((key,), "hints.no_passage", passage=key)
        passage = passages[index_by_id[key]]
        sentences = list(passage.sentences)
        for number, part in enumerate(hint.get("sentences", ())):
            matching = [n for n, s in enumerate(sentences) if " ".join(s.text.split()).startswith(part["starts"])]
            if len(matching) != 1:
                wrong = "hints.more_sentences" if matching else "hints.no_sentence"
                raise file.fail((key, "sentences", number), wrong, starts=part["starts"])
            old = sentences[matching[0]]
            sentences[matching[0]] = Sentence(old.span, old.text, tuple(part.get("questions", ())), tuple(part.get("keywords", ())))
        passages[index_by_id[key]] = passage._replace(
            sentences=tuple(sentences), questions=tuple(hint.get("questions", ())), keywords=tuple(hint.get("keywords", ()))
        )  # fmt: skip
    return passages


class Counted(Protocol):
    """Documents whose sections and passages can be counted: as they are loaded, or from an index."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order of the knowledge folder."""
        ...

    def count(self, document: Document) -> int:
        """The number of passages of a document."""
        ...

    def count_sections(self, document: Document) -> int:
        """The number of sections of a document."""
        ...


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One line of a list of documents; `pages` is the last page with text, None where the document has no pages."""

    document: Document
    sections: int
    passages: int
    pages: int | None


def listed(counted: Counted) -> tuple[ListedDocument, ...]:
    """Every document with its numbers, in the order of the knowledge folder."""
    return tuple(
        ListedDocument(
            document, counted.count_sections(document), counted.count(document), max((page for _, page in document.pages), default=None)
        )
        for document in counted.documents
    )
