"""Writes what belongs to all documents of a group together: words with their keys, posting lists, hints."""

import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.index.group import ITEM
from bot.index.held import HINT_STRENGTHS, OF_PASSAGE, PART_STRENGTH
from bot.index.hints import WHOLE
from bot.index.postings import FieldWriter, Lists, idf_table
from bot.index.protocol import Field
from bot.index.schema import ArrayWriter, Integers, Rows, distinct, packed, unpacked
from bot.index.whole import ALL_BELOW, write_lists
from bot.index.words import CONTENT, HELD, IN_HINT, IN_SOURCE, OF_SOURCE, carries_content, grams_of, write_spelling
from bot.language.analysis import Analyser, Word
from bot.language.lexicon import Lexicon
from bot.named import NamedTuple

if TYPE_CHECKING:
    from bot.index.earlier import EarlierWords


class Behind(NamedTuple):
    """The group of another file behind which documents come; see `index.changes`.

    Attributes:
        group: its number.
        passages, sections: how many it has.
    """

    group: int
    passages: int
    sections: int


class GroupWriter:
    """What belongs to all documents of a group, gathered while they come, and written at the end.

    Args:
        number: under which it is written.
        behind: the group that the documents belong to, where that lies in another file.

    Attributes:
        group: the number of the group that its documents belong to.
        passages_before, sections_before: how many of that lie in another file.
    """

    def __init__(self, connection: sqlite3.Connection, number: int, lexicon: Lexicon, behind: Behind | None = None) -> None:
        self._connection, self.number, self._lexicon = connection, number, lexicon
        self.group, self.passages_before, self.sections_before = behind or Behind(number, 0, 0)
        self._forms: dict[str, int] = {}
        self._flags = bytearray()
        self._documents_with = array("I")
        self._words, self._sizes = array("I"), array("I")
        self._whole: dict[int, Integers] = {}
        self._texts, self._heading_of = array("I"), array("I")
        self._headings: list[Sequence[int]] = []
        self._hints: list[tuple[int, int, bool, Sequence[int]]] = []
        self._years: set[int] = set()
        self._links: dict[str, None] = {}
        self._empty: list[str] = []

    @property
    def passages(self) -> int:
        """The number that the next passage gets."""
        return self.passages_before + len(self._texts)

    @property
    def sections(self) -> int:
        """The number that the next section gets."""
        return self.sections_before + len(self._headings)

    def numbers(self, forms: Sequence[str]) -> Integers:
        """The numbers of forms in this group."""
        known = self._forms
        numbers = np.fromiter((known.setdefault(form, len(known)) for form in forms), dtype=np.int64, count=len(forms))
        self._documents_with.extend([0] * (len(known) - len(self._flags)))
        self._flags.extend(bytes(len(known) - len(self._flags)))
        return numbers

    def note(self, forms: Integers, flag: int) -> None:
        """Where the forms of a document stand, each once; see `words.IN_SOURCE`."""
        np.frombuffer(self._flags, dtype=np.uint8)[forms] |= flag
        if flag == IN_SOURCE:
            np.frombuffer(self._documents_with, dtype=np.uint32)[forms] += 1

    def add_section(self, heading: Sequence[int]) -> None:
        """The next section, with the forms of its headings."""
        self._headings.append(heading)

    def add_texts(self, words: Integers, sizes: NDArray[np.uint32], sentences: Sequence[int], sections: Sequence[int]) -> None:
        """The next passages.

        Args:
            words: the forms of all their words.
            sizes: how many words each of their sentences has.
            sentences: how many sentences each passage has.
            sections: which it stands in.
        """
        self._words.frombytes(words.astype(np.uint32).tobytes())
        self._sizes.frombytes(sizes.tobytes())
        self._texts.extend(sentences)
        self._heading_of.extend(section - self.sections_before for section in sections)

    def add_whole(self, passage: int, words: Integers) -> None:
        """The forms of a passage in which words are cut in two by its sentences."""
        self._whole[passage - self.passages_before] = words

    def add_hint(self, passage: int, sentence: int, keyword: bool, words: Sequence[int]) -> None:
        """A hint of a passage."""
        self._hints.append((passage, sentence, keyword, words))

    def add_facts(self, years: Iterable[int], links: Iterable[str], empty: Iterable[str]) -> None:
        """What a document speaks of, see `index.SourceFacts`."""
        self._years.update(years)
        self._links.update(dict.fromkeys(links))
        self._empty += empty

    @property
    def forms(self) -> Sequence[str]:
        """The forms so far."""
        return list(self._forms)

    def in_sources(self) -> list[str]:
        """Those of the forms that stand in a text or heading."""
        return [form for form, flags in zip(self._forms, self._flags, strict=True) if flags & IN_SOURCE]

    def words(self, flag: int) -> frozenset[str]:
        """The folded words that stand somewhere; see `words.IN_SOURCE`."""
        return frozenset(form.removesuffix(CONTENT) for form, flags in zip(self._forms, self._flags, strict=True) if flags & flag)

    def finish(self, position: int, earlier: "EarlierWords | None" = None, analyser: Analyser | None = None) -> None:
        """Write what follows from all documents together.

        Args:
            position: of this group among all.
            earlier: what is known of words.
            analyser: reads the words; by default from these documents alone.
        """
        writer = ArrayWriter(self._connection, self.number)
        forms = list(self._forms)
        flags = np.frombuffer(bytes(self._flags), dtype=np.uint8)
        if analyser is None:
            sources = self.words(IN_SOURCE)
            table = earlier.table(sources, self._lexicon) if earlier else None
            analyser = Analyser(self._lexicon, sources, self.words(IN_HINT), table)
        self._analyser = analyser
        words = [analyser.word(form.removesuffix(CONTENT)) if carries_content(form) else None for form in forms]
        keys: dict[str, int] = {}
        keys_of = Rows.of([keys.setdefault(key, len(keys)) for key in word.match_keys()] if word else () for word in words)
        read = zip(forms, words, self._flags, strict=True)
        stems = {keys.setdefault((w or analyser.word(f.removesuffix(CONTENT))).stem, len(keys)) for f, w, flag in read if flag & IN_SOURCE}
        grams, of_forms = grams_of([word.form if word else "" for word in words])
        writer.strings("forms", forms)
        writer.put("forms.flags", flags.tobytes())
        writer.put("forms.documents", self._documents_with.tobytes())
        writer.put("cut", packed(sorted(self._whole)))
        if not self.passages_before:
            write_spelling(writer, forms, flags, earlier.signs() if earlier else None)
        writer.rows("forms.keys", keys_of)
        writer.strings("grams", grams)
        writer.rows("forms.grams", of_forms)
        writer.rows("headings", Rows.of(self._headings))
        self._write_hints(writer, words, keys, keys_of)
        held = self._write_fields(forms, words, list(keys), keys_of, grams, of_forms)
        key_flags = np.zeros(len(keys), dtype=np.uint8)
        key_flags[held] |= HELD
        key_flags[sorted(stems)] |= OF_SOURCE
        writer.strings("keys", list(keys))
        writer.put("keys.flags", key_flags.tobytes())
        writer.put("years", packed(sorted(self._years)))
        writer.lines("links", filter(None, (ITEM.join(self.stems(text)) for text in self._links)))
        writer.lines("empty", (ITEM.join((title, *self.stems(title))) for title in self._empty))
        row = (self.number, position, len(self._texts), len(self._headings))
        self._connection.execute("INSERT INTO groups VALUES (?, ?, ?, ?)", row)

    def stems(self, text: str) -> list[str]:
        """The stems of the content words of a text, each once; once all was written."""
        return list(dict.fromkeys(word.stem for word in self._analyser.content(text)))

    def _write_fields(
        self, forms: Sequence[str], words: Sequence[Word | None], keys: Sequence[str], keys_of: Rows, grams: Sequence[str], of_forms: Rows
    ) -> Integers:
        """Write the posting lists and the lengths of the sentences.

        Returns:
            The numbers of the keys that a content word of a text, heading or hint has.
        """
        size = len(self._texts)
        per_passage = unpacked(self._texts.tobytes()).astype(np.int64)
        sizes = unpacked(self._sizes.tobytes()).astype(np.int64)
        passage_of = np.repeat(np.arange(size), per_passage)
        text, text_of = unpacked(self._words.tobytes()).astype(np.int64), np.repeat(passage_of, sizes)
        self._write_lengths(text, sizes, per_passage, keys_of)
        if self._whole:
            keep = ~np.isin(text_of, list(self._whole))
            text = np.concatenate([text[keep], *self._whole.values()])
            text_of = np.concatenate([text_of[keep], np.repeat(list(self._whole), list(map(len, self._whole.values())))])
        passage, _, heading = Rows.of(self._headings).spread(unpacked(self._heading_of.tobytes()).astype(np.int64))
        both, both_of = np.concatenate([text, heading]), np.concatenate([text_of, passage])
        hint = np.concatenate([np.asarray(h[3], dtype=np.int64) for h in self._hints]) if self._hints else np.empty(0, dtype=np.int64)
        hint_of = np.repeat([h[0] for h in self._hints], [len(h[3]) for h in self._hints]).astype(np.int64)
        plain: dict[str, int] = {}
        names = np.array([plain.setdefault(form.removesuffix(CONTENT), len(plain)) for form in forms], dtype=np.int64)
        number = {key: n for n, key in enumerate(keys)}
        stem_of = Rows.of([number[word.stem]] if word else () for word in words)
        roots: dict[str, int] = {}
        roots_of = Rows.of([roots.setdefault(root, len(roots)) for root in word.roots()] if word else () for word in words)

        lists: list[tuple[Field, Lists]] = []

        def write(field: Field, terms: Sequence[str], of: Integers, numbers: Integers) -> None:
            written = FieldWriter(size, of, numbers).write(self._connection, self.number, field, terms)
            if written and size < ALL_BELOW and not self.passages_before:
                lists.append((field, written))

        def spread(rows: Rows, numbers: Integers, of: Integers) -> tuple[Integers, Integers]:
            owner, _, values = rows.spread(numbers)
            return of[owner], values

        write(Field.FORMS, list(plain), text_of, names[text])
        write(Field.WORDS, keys, *spread(stem_of, text, text_of))
        write(Field.PARTS, list(roots), *spread(roots_of, text, text_of))
        write(Field.GRAMS, grams, *spread(of_forms, both, both_of))
        related = spread(keys_of, both, both_of)
        write(Field.RELATED, keys, *related)
        write(Field.HINTS, keys, *spread(stem_of, hint, hint_of))
        if size < ALL_BELOW and not self.passages_before:
            write_lists(ArrayWriter(self._connection, self.number), lists)
        return distinct(np.concatenate([related[1], keys_of.spread(hint)[2]]))

    def _write_lengths(self, text: Integers, sizes: Integers, per_passage: Integers, keys_of: Rows) -> None:
        """How many keys each sentence has of its own."""
        sentence = np.repeat(np.arange(len(sizes)), sizes)
        owner, _, values = keys_of.spread(text)
        pairs = distinct(sentence[owner] << 32 | values)
        lengths = np.bincount(pairs >> 32, minlength=len(sizes)).astype(np.uint16)
        writer = ArrayWriter(self._connection, self.number)
        writer.put("sentences.starts", packed((np.cumsum(per_passage) - per_passage).tolist()))
        writer.put("sentences.lengths", lengths.tobytes())

    def _write_hints(self, writer: ArrayWriter, words: Sequence[Word | None], keys: Mapping[str, int], keys_of: Rows) -> None:
        questions = [(passage, sentence, forms) for passage, sentence, keyword, forms in self._hints if not keyword]
        content = [[form for form in forms if words[form]] for _, _, forms in questions]
        writer.put("questions.passages", packed(passage for passage, _, _ in questions))
        writer.put("questions.sentences", packed(WHOLE if sentence == OF_PASSAGE else sentence for _, sentence, _ in questions))
        writer.rows("questions.forms", Rows.of(content))
        postings: list[list[int]] = [[] for _ in keys] if questions else []
        for number, forms in enumerate(content):
            for key in {key for form in forms for key in keys_of.row(form)[:2].tolist()}:
                postings[key].append(number)
        writer.rows("questions.postings", Rows.of(postings))
        writer.put("questions.idf", np.array(idf_table(len(questions)), dtype=np.float64).tobytes())
        writer.rows("hinted", Rows.of(self._hinted(words, keys_of) if self._hints else ()))

    def _hinted(self, words: Sequence[Word | None], keys_of: Rows) -> list[list[int]]:
        """For each passage: sentence, key and how firmly it belongs there, by turns; see `held.HINT_STRENGTHS`."""
        counts: dict[int, dict[tuple[int, int], float]] = {}
        for passage, sentence, keyword, forms in self._hints:
            strengths: dict[int, float] = {}
            for form in forms:
                keys_of_form = keys_of.row(form).tolist()
                for key in keys_of_form[2:]:
                    strengths[key] = max(strengths.get(key, 0.0), PART_STRENGTH)
                strengths.update(dict.fromkeys(keys_of_form[:2], 1.0))
            strengths_of = counts.setdefault(passage, {})
            for key, strength in strengths.items():
                strengths_of[sentence, key] = strengths_of.get((sentence, key), 0.0) + (2 if keyword else 1) * strength
        last = len(HINT_STRENGTHS) - 1
        return [
            [value for (sentence, key), count in counts.get(passage, {}).items() for value in (sentence, key, min(last, round(count)))]
            for passage in range(len(self._texts))
        ]
