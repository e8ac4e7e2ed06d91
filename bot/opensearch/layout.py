"""What an index of the cluster holds, and how a passage is written into it and read back.

One index holds one municipality:

    {version}.{place}      a passage: its terms by field to find it, its words to weigh it, and its record to quote it
    text.{version}.{n}     the text of a document, in pieces, for the few questions that need it whole
    snapshot.{state}.{n}   the snapshot of a state, in pieces
    current                which state counts: one document, so that it changes for everyone at once

A version is a document with one content: another content gets another number, and both may lie there for a while. What belongs to
another state is known by that: a version that a snapshot does not name is left out.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from bot.index.protocol import Field

LAYOUT = 1
"""Of all that is told here: an index with another is loaded anew."""

K1, B = 1.5, 0.75
"""rank-bm25's own, so that the cluster proposes much as the formula weighs."""

BETWEEN, PART = "\x1f", "\x1e"
"""Between terms; between lists of terms."""

LONGEST_TERM = 1_000
"""Characters; Lucene takes 32,766 bytes, and nobody types a longer one."""

PIECE = 750_000
"""Bytes of a text or snapshot that are sent as one document."""

CURRENT = "current"


def body(shards: int, replicas: int) -> dict[str, Any]:
    """Settings and mapping of a new index; it is filled before it is searched, so it neither refreshes nor copies meanwhile."""
    text = {"type": "text", "analyzer": "terms", "similarity": "ours", "index_options": "freqs"}
    number = {"type": "long", "doc_values": False}
    return {
        "settings": {
            "number_of_shards": shards, "number_of_replicas": replicas, "refresh_interval": "-1",
            "similarity": {"ours": {"type": "BM25", "k1": K1, "b": B, "discount_overlaps": False}},
            "analysis": {
                # The terms are our own already: they are only to be told apart.
                "tokenizer": {"terms": {"type": "char_group", "tokenize_on_chars": [BETWEEN], "max_token_length": LONGEST_TERM}},
                "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"layout": LAYOUT},
            # What is only searched is not kept a second time.
            "_source": {"excludes": [*(field.value for field in Field), "weighed"]},
            "properties": {
                **{field.value: text for field in Field},
                "key": {"type": "long", "index": False},
                "version": {"type": "integer"},
                "code": number,
                "folded": number,
                "weighed": {"type": "binary", "doc_values": True},
                "record": {"type": "object", "enabled": False},
            },
        },
    }  # fmt: skip


VERSION_BITS = 32


def key_of(version: int, place: int) -> int:
    """The number by which a passage comes back from a search."""
    return version << VERSION_BITS | place


def id_of(version: int, place: int) -> str:
    """The name of a passage in the index."""
    return f"{version}.{place}"


class Weighed(NamedTuple):
    """What weighing a passage takes.

    Attributes:
        section: its place among the sections of its document.
        forms: its words, in order.
        hints: the stems of its hints.
    """

    section: int
    forms: Sequence[str]
    hints: Sequence[str]

    def encoded(self) -> str:
        """As it lies in the index."""
        text = PART.join((str(self.section), BETWEEN.join(self.forms), BETWEEN.join(self.hints)))
        return b64encode(text.encode("utf-8", "surrogatepass")).decode()

    @classmethod
    def decoded(cls, data: str) -> "Weighed":
        """What `encoded` gave; doc values come back in the alphabet for addresses, without padding."""
        raw = b64decode(data + "=" * (-len(data) % 4), altchars=b"-_" if "-" in data or "_" in data else None)
        section, forms, hints = raw.decode("utf-8", "surrogatepass").split(PART)
        return cls(int(section), forms.split(BETWEEN) if forms else [], hints.split(BETWEEN) if hints else [])


class Stored(NamedTuple):
    """A passage as it is quoted.

    Attributes:
        section: its place among the sections of its document.
        start: where it begins in the source text.
        text: to the letter.
        sentences: start, end, number of words and number of keys of each sentence, by turns.
        forms: the words of all sentences, one after another.
        whole: those of the passage, where cutting it into sentences cuts a word in two.
        before: the words of the last sentence of the passage before, in the same section.
        facts: the answer types of each sentence, a line each.
        hints: the stems of its hints.
        mark: what stands right before it: the mark of a list, and what lies between it and the passage before.
    """

    id: str
    section: int
    kind: str
    start: int
    text: str
    sentences: Sequence[int]
    forms: Sequence[str]
    whole: Sequence[str] | None
    before: Sequence[str]
    facts: str
    hints: Sequence[str]
    mark: str

    @property
    def weighed(self) -> Weighed:
        """What weighing it takes."""
        return Weighed(self.section, self.forms if self.whole is None else self.whole, self.hints)

    def encoded(self) -> dict[str, Any]:
        """As it lies in the index."""
        lists = (self.forms, self.before, self.hints, *(() if self.whole is None else (self.whole,)))
        return {
            "of": [self.id, self.section, self.kind, self.start, self.text, self.facts, self.mark],
            "sentences": list(self.sentences),
            "words": PART.join(BETWEEN.join(words) for words in lists),
        }

    @classmethod
    def decoded(cls, data: Mapping[str, Any]) -> "Stored":
        """What `encoded` gave.

        Raises:
            KeyError, ValueError, TypeError: it is none of ours.
        """
        ident, section, kind, start, text, facts, mark = data["of"]
        forms, before, hints, *whole = (part.split(BETWEEN) if part else [] for part in data["words"].split(PART))
        return cls(ident, section, kind, start, text, data["sentences"], forms, whole[0] if whole else None, before, facts, hints, mark)


def proof(document_id: str, start: int, text: str, mark: str) -> int:
    """What a passage is recognised by: 64 bits of BLAKE2b of where and what it is. A change by chance has one chance in 2 to the 64th."""
    data = PART.join((document_id, str(start), mark, text)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def pieces(name: str, data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Bytes as documents of the index, with their names."""
    count = -(-len(data) // PIECE)
    return [(f"{name}.{n}", {"record": {"data": b64encode(data[n * PIECE : (n + 1) * PIECE]).decode()}}) for n in range(count)]


def line(value: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
