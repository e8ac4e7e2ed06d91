"""Writes what belongs to the documents of an index and to those that changed since together; see `index.changes`."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.index.bm25 import BM25
from bot.index.group import BETWEEN, ITEM, Group, Stretch
from bot.index.group_writer import GroupWriter
from bot.index.index import Index
from bot.index.live_words import LiveWords, ReadAlike
from bot.index.postings import FIELDS, tabulate, write_table
from bot.index.protocol import Field
from bot.index.schema import Arrays, ArrayWriter, Integers, distinct, key_of, packed, unpacked, unpacked_words
from bot.index.words import CONTENT, HELD, IN_HINT, IN_SOURCE, OF_SOURCE, ReadForms, Words
from bot.language.analysis import ROOT_MARK, Analyser
from bot.language.compounds import that_may_hold
from bot.language.lexicon import Lexicon
from bot.language.near_words import WordArrays
from bot.language.spelling import sound
from bot.language.stems import stem
from bot.language.vocabulary import base_words
from bot.named import NamedTuple

BATCH = 500
"""Rows that are read at once."""


class TooMuch(Exception):  # noqa: N818 - it ends an attempt, and is no error
    """So much changed that all is to be written anew."""


class Texts(NamedTuple):
    """Texts of the larger file, by the numbers of its forms.

    Attributes:
        rows: of the passages.
        sections: for each its section.
        sizes: for each how many words each of its sentences has.
        words: for each the forms of all of its sentences.
        whole: for each the forms of the passage, where cutting it into sentences cuts a word in two.
    """

    rows: list[int]
    sections: list[int]
    sizes: list[NDArray[np.uint32]]
    words: list[Integers]
    whole: list[Integers | None]

    def with_others(self, others: "Texts") -> "Texts":
        """These and others."""
        return Texts(
            self.rows + others.rows, self.sections + others.sections, self.sizes + others.sizes, self.words + others.words,
            self.whole + others.whole,
        )  # fmt: skip


class Joining:
    """What belongs to the documents of both files together.

    Args:
        connection: to the smaller file.
        index: that of the larger one.
        group: its documents that are weighed together.
        changes: the documents that came or changed.
        lexicon: helps to read words.
        limit: the number of texts that may lie in the smaller file.
    """

    def __init__(
        self, connection: sqlite3.Connection, index: Index, group: Group, changes: GroupWriter, lexicon: Lexicon, limit: float
    ) -> None:  # fmt: skip
        self._connection, self._index, self._group, self._changes = connection, index, group, changes
        self._lexicon, self._limit = lexicon, limit
        self._words, self._arrays = group.words, Arrays(index.connection, group.number)
        self._size = len(group.passages)
        self._writer = ArrayWriter(connection, changes.number)

    def write(self, documents: Sequence[str], stretches: Mapping[str, Stretch], gone: Sequence[Stretch]) -> int:
        """Write it.

        Args:
            documents: all that there are now, in order.
            stretches: those of the larger file.
            gone: those of them that count no more.

        Returns:
            The number of passages that count.
        """
        live, analyser, otherwise = self._read_anew(gone)
        out = np.zeros(self._size, dtype=bool)
        for stretch in gone:
            out[stretch.rows().start : stretch.rows().stop] = True
        texts = self._texts(np.flatnonzero(out))
        again = self._texts(np.flatnonzero(self._with_words(otherwise) & ~out))
        if out.sum() > self._limit or len(again.rows) > self._limit:
            raise TooMuch
        new = len(self._changes.forms)
        first = self._changes.passages
        self._list_again(again, otherwise)
        self._changes.finish(0, analyser=analyser)
        out[again.rows] = True
        self._write_words(live, new)
        order = self._order(documents, stretches, dict(zip(again.rows, range(first, first + len(again.rows)), strict=True)))
        self._writer.put("texts", packed(order.tolist()))
        self._write_counts(texts.with_others(again))
        self._write_tables(out, len(order))
        self._write_key_flags()
        self._write_facts()
        return len(order)

    def _read_anew(self, gone: Iterable[Stretch]) -> tuple[NDArray[np.bool_], Analyser, list[int]]:
        """Which forms of the larger file the sources have now; what reads words now; and the forms that it reads otherwise."""
        words, changed = self._words, self._changes.words(IN_SOURCE)
        documents = self._arrays.numbers("forms.documents").astype(np.int64)
        for stretch in gone:
            forms, sources = self._index.connection.execute(_FORMS, (stretch.document.id,)).fetchone()
            numbers = unpacked_words(forms)
            documents[numbers[np.flatnonzero(np.unpackbits(np.frombuffer(sources, dtype=np.uint8), count=len(numbers)))]] -= 1
        live = documents > 0
        live[[n for n in map(words.forms.find, self._changes.in_sources()) if n >= 0]] = True
        was = (np.frombuffer(words.form_flags, dtype=np.uint8) & IN_SOURCE) > 0
        sources = LiveWords(words, live, changed)
        went = {words.form(number) for number in np.flatnonzero(was & ~live).tolist()}
        moved = {form for form in went if form not in sources}
        moved |= {form for form in changed if not any(number >= 0 and was[number] for number in words.numbers_of(form))}
        moved = {form for form in moved if form not in base_words() and form not in self._lexicon}
        every = words.forms.all() if moved else []
        touched = that_may_hold(every, moved)
        analyser = Analyser(self._lexicon, sources, (), ReadAlike(ReadForms(words), touched))
        otherwise = []
        for form in touched:
            number = words.forms.find(form)
            keys = [words.keys[int(key)] for key in words.keys_of.row(number)]
            if live[number] and keys and keys != analyser.word(form.removesuffix(CONTENT)).match_keys():
                otherwise.append(number)
        return live, analyser, sorted(otherwise)

    def _with_words(self, forms: Sequence[int]) -> NDArray[np.bool_]:
        """Which passages of the larger file have one of some forms, in their text or their headings."""
        having = np.zeros(self._size, dtype=bool)
        retriever = self._group.retriever
        assert isinstance(retriever, BM25)
        for number in forms:
            having[retriever.holding(Field.FORMS, [self._words.form(number)])] = True
        if forms:
            # What is listed of a passage is its words before it is cut into sentences.
            cut = self._arrays.numbers("cut").astype(np.int64)
            having[[row for row, words in zip(cut.tolist(), self._texts(cut).words, strict=True) if np.isin(words, forms).any()]] = True
            starts, values = self._group.sentences.headings
            sections = distinct(np.searchsorted(starts, np.flatnonzero(np.isin(values, forms)), side="right") - 1)
            for section in sections.tolist():
                query, key = "SELECT first, passages FROM sections WHERE key = ?", key_of(self._group.number, section)
                first, count = self._index.connection.execute(query, (key,)).fetchone()
                having[first : first + count] = True
        return having

    def _texts(self, rows: Integers) -> Texts:
        """Texts of the larger file, by their numbers, ascending."""
        keys = [key_of(self._group.number, row) for row in rows.tolist()]
        texts = Texts([], [], [], [], [])
        for first in range(0, len(keys), BATCH):
            batch = keys[first : first + BATCH]
            query = f"SELECT key, section, sentences, words, whole FROM passages WHERE key IN ({','.join('?' * len(batch))}) ORDER BY key"  # noqa: S608 - question marks only
            for key, section, sentences, words, whole in self._index.connection.execute(query, batch):
                texts.rows.append(key - key_of(self._group.number, 0))
                texts.sections.append(section)
                texts.sizes.append(unpacked(sentences)[2::3])
                texts.words.append(unpacked_words(words))
                texts.whole.append(unpacked_words(whole) if whole is not None else None)
        return texts

    def _list_again(self, texts: Texts, forms: Iterable[int]) -> None:
        """Add texts of the larger file in which words are read otherwise now, and those words."""
        changes, headings = self._changes, self._group.sentences.headings
        numbers: dict[int, int] = {}

        def there(some: Integers) -> Integers:
            new = [number for number in distinct(some).tolist() if number not in numbers]
            numbers.update(zip(new, changes.numbers([self._words.forms[number] for number in new]).tolist(), strict=True))
            return np.fromiter((numbers[number] for number in some.tolist()), dtype=np.int64, count=len(some))

        there(np.array(list(forms), dtype=np.int64))
        sections: dict[int, int] = {}
        for section in texts.sections:
            if section not in sections:
                sections[section] = changes.sections
                changes.add_section(there(headings.row(section).astype(np.int64)).tolist())
        for section, sizes, words, whole in zip(*texts[1:], strict=True):
            if whole is not None:
                changes.add_whole(changes.passages, there(whole))
            changes.add_texts(there(words), sizes, [len(sizes)], [sections[section]])

    def _write_words(self, live: NDArray[np.bool_], new: int) -> None:
        """By which number each word, key and n-gram of the smaller file is known; which words count; and what typing errors need of them.

        Args:
            new: how many forms stand in the documents that came or changed: those behind them stand in others too.
        """
        second = Words(Arrays(self._connection, self._changes.number))
        forms = self._known_by("forms", self._words.forms.find, second.forms.all(), len(self._words.forms))
        self._known_by("keys", self._words.keys.find, second.keys.all(), len(self._words.keys))
        self._known_by("grams", self._words.grams.find, second.grams.all(), len(self._words.grams))
        flags = np.zeros(max(len(live), int(forms.max(initial=-1)) + 1), dtype=np.uint8)
        flags[: len(live)] = np.where(live, IN_SOURCE, 0)
        flags[forms[:new]] |= np.frombuffer(second.form_flags, dtype=np.uint8)[:new]
        self._writer.put("joined.form_flags", flags.tobytes())
        before = self._words.spelling(IN_SOURCE)
        came = (flags & IN_SOURCE).astype(bool)
        came[: len(live)] &= (np.frombuffer(self._words.form_flags, dtype=np.uint8) & IN_SOURCE) == 0
        added = [
            (number, form.removesuffix(CONTENT)) for number, form in zip(forms.tolist(), second.forms.all(), strict=True) if came[number]
        ]
        spelling = before.changed(live.take(before.numbers), WordArrays.of(added, sound), self._words.form, dict(added).__getitem__)
        for flag, arrays in ((IN_SOURCE, spelling), (IN_HINT, self._words.spelling(IN_HINT))):
            for name, data in arrays.parts().items():
                self._writer.put(f"spelling.{flag}.{name}", data)

    def _known_by(self, name: str, find: Callable[[str], int], texts: Sequence[str], size: int) -> Integers:
        """Write by which number each text of the smaller file is known: that of the larger one, or the next behind those."""
        numbers = np.fromiter(map(find, texts), dtype=np.int64, count=len(texts))
        new = numbers < 0
        numbers[new] = size + np.arange(np.count_nonzero(new))
        self._writer.put(f"joined.{name}", packed(numbers.tolist()))
        return numbers

    def _order(self, documents: Sequence[str], stretches: Mapping[str, Stretch], again: Mapping[int, int]) -> Integers:
        """For each passage, in order, the number of its text in the posting lists."""
        new = {
            name: range(first, first + count)
            for name, first, count in self._connection.execute(
                "SELECT id, first, passages FROM documents WHERE of_group = ?", (self._group.number,)
            )
        }
        here = {name for (name,) in self._connection.execute("SELECT id FROM documents")}
        ranges = [
            new[name] if name in new else stretches[name].rows()
            for name in documents
            if name in new or (name not in here and stretches[name].group == self._group.number)
        ]
        order = np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(some.start, some.stop) for some in ranges)])
        moved = np.arange(max(int(order.max(initial=-1)) + 1, self._size))
        moved[list(again)] = list(again.values())
        return moved.take(order)

    def _write_counts(self, out: Texts) -> None:
        """Write how many texts have a term now, for those terms of which that may have changed.

        Args:
            out: texts of the larger file that are not counted there any more.
        """
        fewer = self._texts_with_terms(out)
        for ordinal, field in enumerate(FIELDS):
            query = "SELECT term, texts FROM terms WHERE of_group = ? AND field = ?"
            more: dict[str, int] = dict(self._connection.execute(query, (self._changes.number, ordinal)))
            terms = list(more.keys() | fewer[field].keys())
            before: dict[str, int] = {}
            for first in range(0, len(terms), BATCH):
                batch = terms[first : first + BATCH]
                before.update(
                    self._index.connection.execute(
                        f"{query} AND term IN ({','.join('?' * len(batch))})",
                        (self._group.number, ordinal, *batch),
                    )
                )
            rows = sorted((term, before.get(term, 0) - fewer[field].get(term, 0) + more.get(term, 0)) for term in terms)
            self._connection.executemany(f"INSERT INTO counted VALUES ({self._group.number}, {ordinal}, ?, ?)", rows)  # noqa: S608 - numbers of ours

    def _texts_with_terms(self, texts: Texts) -> dict[Field, Mapping[str, int]]:
        """By field how many of some texts of the larger file have each term that one of them has."""
        words, every = (
            self._words,
            [words_cut if whole is None else whole for words_cut, whole in zip(texts.words, texts.whole, strict=True)],
        )
        none = np.empty(0, dtype=np.int64)
        text, text_of = np.concatenate([none, *every]), np.repeat(np.arange(len(every)), [len(some) for some in every]).astype(np.int64)
        heading_of, _, heading = self._group.sentences.headings.spread(np.array(texts.sections, dtype=np.int64))
        both, both_of = np.concatenate([text, heading]), np.concatenate([text_of, heading_of])
        used = distinct(text)
        plain = used.copy()
        for rank, number in enumerate(used.tolist()):
            if (form := words.forms[number]).endswith(CONTENT) and (alike := words.forms.find(form.removesuffix(CONTENT))) >= 0:
                plain[rank] = alike
        owner, inside, keys = words.keys_of.spread(text)
        of_keys = words.keys_of.starts.astype(np.int64)
        compound = np.diff(of_keys)[text] > _OWN_KEYS
        # Of a compound the roots of its parts, of another word its own; see `Word.roots`.
        roots = (inside % 2 == 1) & ((inside > 1) == compound[owner])
        grams_owner, _, grams = words.grams_of.spread(both)
        related_owner, _, related = words.keys_of.spread(both)
        counted: list[tuple[Field, Integers, Integers]] = [
            (Field.FORMS, plain[np.searchsorted(used, text)] if len(text) else none, text_of),
            (Field.WORDS, keys[inside == 0], text_of[owner[inside == 0]]),
            (Field.PARTS, keys[roots], text_of[owner[roots]]),
            (Field.GRAMS, grams, both_of[grams_owner]),
            (Field.RELATED, related, both_of[related_owner]),
        ]
        with_terms: dict[Field, Mapping[str, int]] = {field: {} for field in Field}
        for field, terms, of in counted:
            pairs = distinct(terms << 32 | of)
            numbers = Counter((pairs >> 32).tolist())
            if field is Field.FORMS:
                with_terms[field] = {words.form(number): count for number, count in numbers.items()}
            elif field is Field.PARTS:
                with_terms[field] = {words.keys[number].removeprefix(ROOT_MARK): count for number, count in numbers.items()}
            else:
                names = words.grams if field is Field.GRAMS else words.keys
                with_terms[field] = {names[number]: count for number, count in numbers.items()}
        return with_terms

    def _write_tables(self, out: NDArray[np.bool_], size: int) -> None:
        """Write what BM25Plus says of the texts that count.

        Args:
            out: which texts of the larger file don't.
            size: the number of all that do.
        """
        second = Arrays(self._connection, self._changes.number)
        for ordinal, field in enumerate(FIELDS):
            lengths = np.concatenate([arrays.numbers(f"{field.value}.lengths") for arrays in (self._arrays, second)])
            lengths[: self._size][out] = 0
            total = int(lengths.sum(dtype=np.int64))
            if not total:
                continue
            parts = [arrays for arrays in (self._arrays, second) if arrays.has(f"{field.value}.counts")]
            counts = distinct(np.concatenate([arrays.numbers(f"{field.value}.counts") for arrays in parts]))
            query = "SELECT DISTINCT texts FROM counted WHERE field = ? AND texts > 0"
            frequencies = [texts for (texts,) in self._connection.execute(query, (ordinal,))]
            if self._arrays.has(f"{field.value}.frequencies"):
                frequencies += self._arrays.numbers(f"{field.value}.frequencies").tolist()
            table = tabulate(size, total / size, frequencies, counts.tolist(), distinct(lengths).tolist())
            write_table(self._writer, f"joined.{field.value}", table)

    def _write_key_flags(self) -> None:
        """Write which keys a content word has, and which are stems of words of the sources."""
        connection = self._connection
        second = Words(Arrays(connection, self._changes.number))
        numbers = Arrays(connection, self._changes.number).numbers("joined.keys").astype(np.int64)
        of_second = dict(zip(second.keys.all(), numbers.tolist(), strict=True))
        flags = np.zeros(max(len(self._words.keys), int(numbers.max(initial=-1)) + 1), dtype=np.uint8)
        flags[: len(self._words.keys)] = np.frombuffer(self._words.key_flags, dtype=np.uint8) & HELD
        rows = connection.execute("SELECT term, texts FROM counted WHERE field = ?", (FIELDS.index(Field.RELATED),))
        for key, texts in rows:
            flags[of_second[key] if key in of_second else self._words.keys.find(key)] = HELD if texts else 0
        form_flags = np.frombuffer(Arrays(connection, self._changes.number).data("joined.form_flags"), dtype=np.uint8)
        forms = Arrays(connection, self._changes.number).numbers("joined.forms").astype(np.int64)
        live, size = (form_flags & IN_SOURCE) > 0, len(self._words.forms)
        flags[_stems(self._words, live[:size])] |= OF_SOURCE
        flags[numbers.take(_stems(second, (forms >= size) & live.take(forms)))] |= OF_SOURCE
        self._writer.put("joined.key_flags", flags.tobytes())

    def _write_facts(self) -> None:
        """Write what the sources speak of, in the order of the documents."""
        titles = {line.split(ITEM)[0]: line for arrays in (self._arrays, Arrays(self._connection, self._changes.number)) for line in arrays.lines("empty")}  # fmt: skip
        query = "SELECT id, years, links, empty FROM documents WHERE of_group = ?"
        gone = {document for (document,) in self._connection.execute("SELECT place FROM gone")}
        rows = [row[1:] for row in self._index.connection.execute(query.replace("SELECT", "SELECT place,"), (self._group.number,)) if row[0] not in gone]  # fmt: skip
        rows = sorted([*rows, *self._connection.execute(query, (self._group.number,))])
        links = dict.fromkeys(text for _, _, some, _ in rows if some for text in some.split(BETWEEN))
        self._writer.put("years", packed(sorted({int(year) for _, years, _, _ in rows for year in years.split(",")})))
        self._writer.lines("links", filter(None, (ITEM.join(self._changes.stems(text)) for text in links)))
        self._writer.lines("empty", (titles[title] for _, _, _, some in rows if some for title in some.split(BETWEEN)))


def _stems(words: Words, chosen: NDArray[np.bool_]) -> Integers:
    """The numbers of the stems of some forms."""
    starts = words.keys_of.starts.astype(np.int64)
    content = np.diff(starts) > 0
    # The first of a form's keys is its stem; a function word has none.
    keys = words.keys_of.values.take(starts[:-1][chosen & content]).astype(np.int64)
    others = [words.keys.find(stem(words.form(number))) for number in np.flatnonzero(chosen & ~content).tolist()]
    return np.concatenate([keys, np.array(others, dtype=np.int64)])


_OWN_KEYS = 2
"""Keys of a word that is no compound: its stem and its root."""

_FORMS = "SELECT forms, sources FROM documents WHERE id = ?"
