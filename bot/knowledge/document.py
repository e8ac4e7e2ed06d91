"""One document of a knowledge folder, read and proved: its document.yaml and source.md become sections, passages and pointers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import KnowledgeError
from bot.expressions import expression
from bot.knowledge import yaml_file as schema
from bot.knowledge.markdown import Block, Form, blocks
from bot.knowledge.model import Document, Kind, Passage, Pointer, Role, Section, Sentence, Span
from bot.knowledge.passages import divided, passage_id, sentence_spans

_KINDS = schema.one_of(*(kind.value for kind in Kind))
_DOCUMENT = schema.record(
    required={"title": schema.text, "publisher": schema.text, "year": schema.year},
    optional={
        "url": schema.address,
        "file": schema.text,  # the file that `add` made the document of: only that one may replace it
        "about": schema.text,
        "names": schema.list_of(schema.text),
        "labels": schema.mapping_of(schema.text, keys=_KINDS),
        "kind": _KINDS,
        "recognised": schema.list_of(schema.page),
        "headings": schema.list_of(
            schema.record(required={"heading": schema.text, "kind": _KINDS}, optional={"remarks": _KINDS, "paragraphs": _KINDS})
        ),
        "sentences": schema.list_of(schema.record(required={"starts": schema.text, "kind": _KINDS}, optional={})),
        "leave_out": schema.list_of(
            schema.record(
                required={
                    "text": schema.text,
                    "because": schema.one_of(*(r.value for r in Role if r is not Role.TEXT)),
                },
                optional={},
            )
        ),
    },
)
# A sentence that only sends the reader elsewhere. What can be downloaded is an answer, so 'Download' is not here.
_LINK = expression(r"(?:Lees|Bekijk|Klik)\b.{0,120}$|(?:Zie|Kijk) (?:ook|voor)\b.{0,120}$|Anderen bekeken ook$")
_REFERENCE = expression(
    r"(?:zie|bron(?:nen)?|vgl|cf|ibid|idem|kamerstuk\w*|stb|stcrt|trb|ecli|https?:|www\.|art|artikel|verordening|richtlijn|handelingen|tk|ek)\b",
    re.IGNORECASE,
)
_SHORTEST_NOTE = 60  # letters: a shorter footnote explains nothing by itself


@dataclass(frozen=True, slots=True)
class DocumentParts:
    """All that one document folder holds."""

    document: Document
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    pointers: tuple[Pointer, ...]


def load_document(folder: Path, passage_size: int) -> DocumentParts:
    """Read and check one document folder.

    Args:
        folder: holds document.yaml and source.md, pages.tsv where the source has pages, and withheld.tsv where it has sentences
            that must not be quoted.
        passage_size: characters that a passage may span, see `passages.groups`.

    Raises:
        KnowledgeError: a file is missing, unreadable or empty, or document.yaml says what can't be.
    """
    described = schema.YamlFile(folder / "document.yaml")
    described.check(_DOCUMENT)
    data = described.data
    source = folder / "source.md"
    text = schema.read_text(source).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise KnowledgeError("document.empty", path=source)
    labels = {Kind(key): label for key, label in data.get("labels", {}).items()}
    document = Document(
        id=folder.name,
        title=data["title"],
        publisher=data["publisher"],
        year=data["year"],
        url=data.get("url"),
        about=data.get("about", ""),
        names=tuple(data.get("names", ())),
        labels=labels,
        source=text,
        pages=_pages(folder / "pages.tsv", len(text)),
        path=folder,
        recognised=tuple(data.get("recognised", ())),
    )
    return _Reader(document, described, data, _withheld(folder / "withheld.tsv", len(text))).read(passage_size)


def _pages(path: Path, length: int) -> tuple[tuple[int, int], ...]:
    pages: list[tuple[int, int]] = []
    for number, start, page in _pairs(path, "document.page"):
        if start > length or (pages and start < pages[-1][0]):
            raise KnowledgeError("document.page_place", path=path, line=number)
        pages.append((start, page))
    return tuple(pages)


def _withheld(path: Path, length: int) -> tuple[Span, ...]:
    spans: list[Span] = []
    for number, start, end in _pairs(path, "document.withheld"):
        if not start < end <= length:
            raise KnowledgeError("document.page_place", path=path, line=number)
        spans.append(Span(start, end))
    return tuple(spans)


def _pairs(path: Path, key: str) -> Iterator[tuple[int, int, int]]:
    """The line number and the two numbers on each line of a file; nothing where there is no such file."""
    if not schema.is_there(path):
        return
    for number, line in enumerate(schema.read_text(path).splitlines(), 1):
        fields = line.split("\t")
        if len(fields) != 2 or not all(part.isdecimal() for part in fields):
            raise KnowledgeError(key, path=path, line=number)
        yield number, int(fields[0]), int(fields[1])


class _Reader:
    """Walks the blocks of one document once, knowing which heading it is under."""

    def __init__(self, document: Document, described: schema.YamlFile, data: Mapping[str, Any], withheld: Sequence[Span]) -> None:
        self.document, self.described, self.withheld = document, described, set(withheld)
        self.kind = Kind(data.get("kind", Kind.AGREEMENT.value))
        self.rules = {_fold(rule["heading"]): rule for rule in data.get("headings", ())}
        self.exceptions = [(_fold(rule["starts"]), Kind(rule["kind"])) for rule in data.get("sentences", ())]
        self.leave_out = [(_fold(rule["text"]), Role(rule["because"])) for rule in data.get("leave_out", ())]
        self.used: set[tuple[str, str]] = set()

    def read(self, passage_size: int) -> DocumentParts:
        sections: list[Section] = []
        passages: dict[str, Passage] = {}
        pointers: list[Pointer] = []
        for section, rule, body in self._sections():
            sections.append(section)
            for block in body:
                for kind, role, run in self._runs(block, rule):
                    if role is Role.LINK:
                        pointers += [Pointer(self.document, section, s, self._text(s)) for s in run]
                    elif role is Role.TEXT:
                        for group in divided(self.document.text, run, passage_size):
                            passage = self._passage(section, kind, group, passages)
                            passages.setdefault(passage.id, passage)
        self._check_rules_used()
        if not passages:
            raise KnowledgeError("document.no_text", path=self.described.path.with_name("source.md"))
        return DocumentParts(self.document, tuple(sections), tuple(passages.values()), tuple(pointers))

    def _sections(self) -> Iterator[tuple[Section, Mapping[str, str], list[Block]]]:
        """Each section with the rule that holds in it and the blocks directly below its heading."""
        parts: list[tuple[tuple[str, ...], int, Mapping[str, str], list[Block]]] = [((), 0, {}, [])]
        open_headings: list[tuple[int, str, Mapping[str, str]]] = []
        for block in blocks(self.document.text):
            if block.form is not Form.HEADING:
                parts[-1][3].append(block)
                continue
            title = self._text(block.span).rstrip(": ") or self._text(block.span)
            while open_headings and open_headings[-1][0] >= block.level:
                open_headings.pop()
            inherited = open_headings[-1][2] if open_headings else {}
            rule = self.rules.get(_fold(title), inherited)
            if _fold(title) in self.rules:
                self.used.add(("headings", _fold(title)))
            open_headings.append((block.level, title, rule))
            parts.append((tuple(h[1] for h in open_headings), block.level, rule, []))
        above: dict[str, set[str]] = defaultdict(set)
        for headings, *_ in parts:
            above["".join(headings[-1:])].add("".join(headings[-2:-1]))
        for number, (headings, level, rule, body) in enumerate(parts):
            if not headings and not body:
                continue
            following = parts[number + 1][1] if number + 1 < len(parts) else 0
            empty = bool(headings) and not body and following <= level
            repeated = len(headings) > 1 and len(above[headings[-1]]) > 1
            yield Section(headings, level, empty, repeated), rule, body

    def _runs(self, block: Block, rule: Mapping[str, str]) -> Iterator[tuple[Kind, Role, list[Span]]]:
        """Neighbouring sentences of a block that are of one kind and role."""
        base = Kind(rule.get("kind", self.kind.value))
        if block.form is Form.REMARK:
            base = Kind(rule.get("remarks", base.value))
        elif block.form is Form.PARAGRAPH:
            base = Kind(rule.get("paragraphs", base.value))
        run: list[Span] = []
        last: tuple[Kind, Role] | None = None
        whole = block.form is Form.ROW
        spans = [block.span] if whole else sentence_spans(self.document.text, block.span.start, block.span.end)
        for span in spans:
            folded = _fold(self._text(span))
            role = self._role(folded, len(spans) == 1 and block.form is Form.PARAGRAPH)
            if block.form is Form.NOTE and role is Role.TEXT and _refers(self._text(block.span)):
                role = Role.NOTE
            now = (self._kind(folded, base), Role.WITHHELD if span in self.withheld else role)
            if last and now != last:
                yield *last, run
                run = []
            run.append(span)
            last = now
        if last:
            yield *last, run

    def _kind(self, folded: str, base: Kind) -> Kind:
        for starts, kind in self.exceptions:
            if folded.startswith(starts):
                self.used.add(("sentences", starts))
                return kind
        return base

    def _role(self, folded: str, alone: bool) -> Role:
        for text, role in self.leave_out:
            # A pull quote repeats a sentence of the running text: only the one that stands alone is left out.
            if folded == text and (alone or role is not Role.PULL_QUOTE):
                self.used.add(("leave_out", text))
                return role
        return Role.LINK if _LINK.match(folded) else Role.TEXT

    def _passage(self, section: Section, kind: Kind, group: tuple[Span, ...], known: Mapping[str, Passage]) -> Passage:
        span = Span(group[0].start, group[-1].end)
        text = self._text(span)
        ident = first = passage_id(self.document.id, section.title, text)
        number = 1
        # The same words twice under one heading are one passage: nothing but their number could tell them apart, and a
        # number would change when one of them goes. What only shares its first words and its hash gets a number.
        while ident in known and (known[ident].kind, known[ident].text.split()) != (kind, text.split()):
            number += 1
            ident = f"{first}-{number}"
        sentences = tuple(Sentence(s, self._text(s)) for s in group)
        return Passage(ident, self.document, section, kind, span, text, sentences)

    def _check_rules_used(self) -> None:
        for key, rules in (
            ("headings", list(self.rules)),
            ("sentences", [starts for starts, _ in self.exceptions]),
            ("leave_out", [text for text, _ in self.leave_out]),
        ):
            for number, rule in enumerate(rules):
                if (key, rule) not in self.used:
                    raise self.described.fail((key, number), "document.rule", text=rule[:60])

    def _text(self, span: Span) -> str:
        return self.document.text[span.start : span.end]


def _refers(note: str) -> bool:
    """Whether a footnote only sends the reader elsewhere: then it must not win from the text that it belongs to."""
    return len(note) < _SHORTEST_NOTE or bool(_REFERENCE.match(note))


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(":").rstrip()
