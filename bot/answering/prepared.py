"""Knowledge made ready to answer from, and as plain data that can be kept: see `bot.compiled`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answering.hints import HintIndex, hint_texts
from bot.answering.index import PassageIndex, source_words
from bot.answering.scope import Scope, scope_facts
from bot.knowledge.model import Document, Kind, Knowledge, Passage, Pointer, Section, Sentence, Span
from bot.language.analysis import Analyser
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line, Relation
from bot.retrieval.protocol import Retriever
from bot.retrieval.rank_bm25_engine import RankBM25Retriever


@dataclass(frozen=True, slots=True)
class Prepared:
    """Knowledge and all that is made from it."""

    knowledge: Knowledge
    index: PassageIndex
    retriever: Retriever
    scope: Scope


def parts_of(knowledge: Knowledge) -> tuple[Knowledge, ...]:
    """Knowledge divided into what is weighed together: each document with hints alone, the others together, see `shelf`."""
    hinted = {p.document.id for p in knowledge.passages if hint_texts(p)}
    groups = [{d.id} for d in knowledge.documents if d.id in hinted]
    plain = {d.id for d in knowledge.documents} - hinted
    return tuple(_part(knowledge, group) for group in ([*groups, plain] if plain else groups))


def _part(knowledge: Knowledge, documents: set[str]) -> Knowledge:
    return knowledge._replace(
        documents=tuple(d for d in knowledge.documents if d.id in documents),
        sections=tuple((d, s) for d, s in knowledge.sections if d.id in documents),
        passages=tuple(p for p in knowledge.passages if p.document.id in documents),
        pointers=tuple(p for p in knowledge.pointers if p.document.id in documents),
    )


def joined(parts: Sequence[Knowledge]) -> Knowledge:
    """The knowledge that was divided, its documents in the order of their ids."""
    if len(parts) == 1:
        return parts[0]
    if any(type(part) is not Knowledge for part in parts):
        # Imported here: few have so many passages that they are read from disk.
        from bot.answering.joined_knowledge import JoinedKnowledge

        return JoinedKnowledge.of(parts)
    owner = {document.id: part for part in parts for document in part.documents}
    order = sorted(owner)
    return parts[0]._replace(
        documents=tuple(d for ident in order for d in owner[ident].documents if d.id == ident),
        sections=tuple(item for ident in order for item in owner[ident].sections if item[0].id == ident),
        passages=tuple(owner[ident].passages[number] for ident in order for number in owner[ident].stretch(ident)),
        pointers=tuple(p for ident in order for p in owner[ident].pointers if p.document.id == ident),
    )


def prepare(knowledge: Knowledge, local_lines: Sequence[Line] = (), lexicon: Lexicon | None = None) -> Prepared:
    """Read and index a body of knowledge.

    Args:
        knowledge: the sources.
        local_lines: lexicon lines of this knowledge, beside those that come with the program.
        lexicon: another lexicon in place of both.
    """
    words, hints = source_words(knowledge.passages)
    index = PassageIndex(knowledge.passages, Analyser(lexicon or Lexicon(local_lines), words, hints))
    return _prepared(knowledge, index, RankBM25Retriever.of(index.field_texts()))


def _prepared(knowledge: Knowledge, index: PassageIndex, retriever: Retriever) -> Prepared:
    facts = scope_facts(knowledge, index.analyser)
    return Prepared(knowledge, index, retriever, Scope(index.analyser, knowledge.documents, facts))


def state_of(prepared: Prepared, local_lines: Sequence[Line]) -> dict[str, Any]:
    """Prepared knowledge as plain data."""
    index = prepared.index
    assert isinstance(prepared.retriever, RankBM25Retriever)
    rows = index.view_rows()
    return {
        "knowledge": _knowledge_state(prepared.knowledge),
        "lines": [(line.relation.value, line.left, line.right, line.origin) for line in local_lines],
        "source_words": index.analyser.source_words,
        "hint_words": index.analyser.hint_words,
        "hints": index.hints.state(),
        "views": rows,
        "keys": index.keys,
        "fields": prepared.retriever.state(),
        # Last: by now every word of the sources has been read.
        "words": index.analyser.table(),
    }


def restored(state: Mapping[str, Any]) -> Prepared:
    """Prepared knowledge from what `state_of` gave."""
    knowledge = _restored_knowledge(state["knowledge"])
    lexicon = Lexicon([Line(Relation(sign), left, right, origin) for sign, left, right, origin in state["lines"]])
    analyser = Analyser(lexicon, state["source_words"], state["hint_words"], state["words"])
    rows, postings = state["hints"]
    hints = HintIndex(rows, postings, analyser)
    index = PassageIndex(knowledge.passages, analyser, hints, state["views"], state["keys"])
    return _prepared(knowledge, index, RankBM25Retriever.restored(state["fields"]))


def _knowledge_state(knowledge: Knowledge) -> dict[str, Any]:
    documents = {document.id: number for number, document in enumerate(knowledge.documents)}
    sections = {id(section): number for number, (_, section) in enumerate(knowledge.sections)}
    return {
        "documents": [
            (d.id, d.title, d.publisher, d.year, d.url, d.about, d.names, {k.value: v for k, v in d.labels.items()}, d.text, d.pages, str(d.path or ""))
            for d in knowledge.documents
        ],
        "sections": [(documents[d.id], s.headings, s.level, s.empty) for d, s in knowledge.sections],
        "passages": [
            (p.id, documents[p.document.id], sections[id(p.section)], p.kind.value, (p.span.start, p.span.end), [(s.span.start, s.span.end) for s in p.sentences])
            for p in knowledge.passages
        ],
        "pointers": [(documents[p.document.id], sections[id(p.section)], p.span.start, p.span.end) for p in knowledge.pointers],
        "lexicon": str(knowledge.lexicon_path or ""),
        "warnings": knowledge.warnings,
    }  # fmt: skip


def _restored_knowledge(state: Mapping[str, Any]) -> Knowledge:
    documents = [
        Document(ident, title, publisher, year, url, about, names, {Kind(k): v for k, v in labels.items()}, text, pages, Path(path) if path else None)
        for ident, title, publisher, year, url, about, names, labels, text, pages, path in state["documents"]
    ]  # fmt: skip
    sections = [(documents[d], Section(headings, level, empty)) for d, headings, level, empty in state["sections"]]
    passages = []
    for ident, d, s, kind, (start, end), spans in state["passages"]:
        text = documents[d].text
        # The hints have done their work: they are in the index.
        sentences = tuple(Sentence(Span(a, b), text[a:b]) for a, b in spans)
        passages.append(Passage(ident, documents[d], sections[s][1], Kind(kind), Span(start, end), text[start:end], sentences))
    pointers = [Pointer(documents[d], sections[s][1], Span(a, b), documents[d].text[a:b]) for d, s, a, b in state["pointers"]]
    return Knowledge(
        tuple(documents), tuple(sections), tuple(passages), tuple(pointers),
        Path(state["lexicon"]) if state["lexicon"] else None, state["warnings"],
    )  # fmt: skip
