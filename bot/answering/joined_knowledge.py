"""Bodies of knowledge as one, of which some are too large to be walked through: who asks for something is led to the one that has it."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar, overload

from bot.knowledge.model import Document, Knowledge, Passage

Item = TypeVar("Item")


class Chained(Sequence[Item], Generic[Item]):
    """Stretches of other sequences, one after another.

    Args:
        stretches: (sequence, the numbers of those of its items that count).
    """

    def __init__(self, stretches: Sequence[tuple[Sequence[Item], range]]) -> None:
        self._stretches = stretches
        self._starts = [0, *accumulate(len(numbers) for _, numbers in stretches)]

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | Sequence[Item]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        number = number + len(self) if number < 0 else number
        if not 0 <= number < len(self):
            raise IndexError(number)
        place = bisect_right(self._starts, number) - 1
        items, numbers = self._stretches[place]
        return items[numbers[number - self._starts[place]]]


class JoinedKnowledge(Knowledge):
    """Knowledge that asks its parts."""

    owners: dict[str, Knowledge]

    @classmethod
    def of(cls, parts: Sequence[Knowledge]) -> "JoinedKnowledge":
        """The parts as one, their documents in the order of their ids."""
        owners = {document.id: part for part in parts for document in part.documents}
        documents = {document.id: document for part in parts for document in part.documents}
        order = sorted(owners)
        found = cls(
            tuple(documents[ident] for ident in order),
            Chained([(part.sections, range(len(part.sections))) for part in parts]),
            Chained([(owners[ident].passages, owners[ident].stretch(ident)) for ident in order]),
            Chained([(part.pointers, range(len(part.pointers))) for part in parts]),
            parts[0].lexicon_path,
            tuple(warning for part in parts for warning in part.warnings),
        )
        found.owners = {ident: owners[ident] for ident in order}
        return found

    def _parts(self) -> list[Knowledge]:
        return list({id(part): part for part in self.owners.values()}.values())

    def passage(self, passage_id: str) -> Passage | None:
        """See `Knowledge.passage`."""
        owner = self.owners.get(passage_id.partition("/")[0])
        return owner.passage(passage_id) if owner else None

    def coded(self, code: str) -> Passage | None:
        """See `Knowledge.coded`."""
        return next((found for found in (part.coded(code) for part in self._parts()) if found), None)

    def stretch(self, document_id: str) -> range:
        """See `Knowledge.stretch`."""
        start = 0
        for ident, owner in self.owners.items():
            size = len(owner.stretch(ident))
            if ident == document_id:
                return range(start, start + size)
            start += size
        return range(0)

    def themes(self) -> tuple[str, ...]:
        """See `Knowledge.themes`; those of one part after those of another."""
        return tuple(dict.fromkeys(theme for part in self._parts() for theme in part.themes()))

    def under_theme(self, title: str) -> Sequence[Passage]:
        """See `Knowledge.under_theme`."""
        return [passage for part in self._parts() for passage in part.under_theme(title)]

    def beside(self, passage: Passage) -> Sequence[Passage]:
        """See `Knowledge.beside`."""
        return self.owners[passage.document.id].beside(passage)

    def count(self, document: Document) -> int:
        """See `Knowledge.count`."""
        return self.owners[document.id].count(document)
