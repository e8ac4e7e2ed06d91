"""What an index of the cluster holds, and how a passage is written into it and read back.

One index holds one municipality:

    {version}.{place}      a passage: its terms by field to find it, and in one piece all that weighing and quoting it take
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
from typing import Any

from bot.index.protocol import Field
from bot.named import NamedTuple

LAYOUT = 2
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
            "_source": {"includes": ["record"]},
            "properties": {
                **{field.value: text for field in Field},
                "key": number,
                "version": {"type": "integer", "doc_values": False},
                "code": number,
                "folded": number,
                # Beside the others, so that it comes with a search and needs no look-up of its own.
                "passage": {"type": "binary", "doc_values": True},
                "record": {"type": "object", "enabled": False},
            },
        },
    }  # fmt: skip


VERSION_BITS = 32


def key_of(version: int, ordinal: int) -> int:
    """The number by which a passage comes back from a search."""
    return version << VERSION_BITS | ordinal


def id_of(version: int, ordinal: int) -> str:
    """The name of a passage in the index."""
    return f"{version}.{ordinal}"


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
        mark: what stands before it: the mark of a list, headings, what lies between it and the passage before.
        after: what stands behind it where the rest of a table does.
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
    after: str = ""

    @property
    def weighed(self) -> Weighed:
        """What weighing it takes."""
        return Weighed(self.section, self.forms if self.whole is None else self.whole, self.hints)


class Packed:
    """A passage as it lies in the index: one string, of which so much is read as is asked for.

    Args:
        data: what `packed` gave; it comes back in the alphabet for addresses, without padding.

    Attributes:
        key: see `key_of`.

    Raises:
        ValueError: it is none of ours.
    """

    __slots__ = ("_numbers", "_parts", "key")

    def __init__(self, data: str) -> None:
        raw = b64decode(data + "=" * (-len(data) % 4), altchars=b"-_" if "-" in data or "_" in data else None)
        self._parts = raw.decode("utf-8", "surrogatepass").split(PART, _PARTS - 1)
        if len(self._parts) != _PARTS:
            raise ValueError(len(self._parts))
        self._numbers = list(map(int, self._parts[0].split(",")))
        self.key = key_of(self._numbers[0], self._numbers[1])

    @property
    def weighed(self) -> Weighed:
        """What weighing it takes."""
        _, forms, whole, hints, *_ = self._parts
        return Weighed(self._numbers[2], _terms(whole if self._numbers[6] else forms), _terms(hints))

    def stored(self) -> Stored:
        """All of it.

        Raises:
            ValueError: it is none of ours.
        """
        _, _, section, start, of_mark, of_text, has_whole, *sentences = self._numbers
        _, forms, whole, hints, before, ident, kind, facts, rest = self._parts
        text = of_mark + of_text
        return Stored(
            ident, section, kind, start, rest[of_mark:text], sentences, _terms(forms), _terms(whole) if has_whole else None, _terms(before), facts,
            _terms(hints), rest[:of_mark], rest[text:],
        )  # fmt: skip


_PARTS = 9


def packed(stored: Stored, version: int, ordinal: int) -> str:
    """A passage as it lies in the index; see `Packed`.

    Args:
        version, ordinal: see `key_of`.
    """
    whole = stored.whole is not None
    numbers = (version, ordinal, stored.section, stored.start, len(stored.mark), len(stored.text), int(whole), *stored.sentences)
    lists = (stored.forms, stored.whole or (), stored.hints, stored.before)
    parts = (",".join(map(str, numbers)), *map(BETWEEN.join, lists), stored.id, stored.kind, stored.facts, stored.mark + stored.text + stored.after)  # fmt: skip
    # What stands last may hold anything, as a source does.
    return b64encode(PART.join(parts).encode("utf-8", "surrogatepass")).decode()


def _terms(text: str) -> list[str]:
    return text.split(BETWEEN) if text else []


def proof(document_id: str, stored: Stored) -> int:
    """What a passage is recognised by: 64 bits of BLAKE2b of where and what it is. A change by chance has one chance in 2 to the 64th."""
    parts = (document_id, str(stored.start), str(len(stored.mark)), str(len(stored.text)), stored.mark, stored.text, stored.after)
    data = PART.join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def pieces(name: str, data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Bytes as documents of the index, with their names."""
    count = -(-len(data) // PIECE)
    return [(f"{name}.{n}", {"record": {"data": b64encode(data[n * PIECE : (n + 1) * PIECE]).decode()}}) for n in range(count)]


def line(value: Mapping[str, Any]) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
