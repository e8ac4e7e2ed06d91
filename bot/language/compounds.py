"""Dutch compounds taken apart: 'terreurgebied' is about terreur and about a gebied."""

from collections.abc import Callable, Container, Iterable, Sequence

from bot.language.function_words import FUNCTION_WORDS

_LINKS = ("", "s", "en", "e", "er", "n", "ens")
REMEMBERED = 50_000
"""Words whose parts are remembered: words of questions must not pile up."""

_SHORTEST, LONGEST = 3, 45
"""Letters: of a part, and of a word that is taken apart. No longer compound is in use, and trying takes time that grows with length."""
_NO_PART = frozenset(("heid lijk baar ing ling schap sel ster ers ren ten den gen ken len men nen pen sen ven").split())


class Compounds:
    """Splits words with the help of known words.

    Args:
        base: folded words that are simple: they are parts, and are not taken apart themselves.
        further: folded words that may be parts when they have four letters or more, compounds among them.
    """

    def __init__(self, base: Container[str], *further: Container[str]) -> None:
        self._base = base
        self._further = further
        self._memory: dict[str, tuple[str, ...]] = {}

    def knows(self, form: str) -> bool:
        """Whether the word is known as it stands, or in its singular or infinitive, or is made of known words."""
        return self._is_part(form) or self._may_be_part(form) or any(self._is_part(s) for s in _singulars(form)) or bool(self.parts(form))

    def parts(self, form: str) -> tuple[str, ...]:
        """The parts of a compound.

        Args:
            form: a folded word.

        Returns:
            Two or more folded parts in order (the last one as it stands, inflected), or () for a word that is no compound
            of known words. The split with the fewest parts wins, then the one with the longest last part.
        """
        parts = self._memory.get(form)
        if parts is None:
            parts = self._split(form) if LONGEST >= len(form) >= 2 * _SHORTEST and form not in self._base else ()
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[form] = parts
        return parts

    def _split(self, form: str) -> tuple[str, ...]:
        best: tuple[str, ...] = ()
        if any(single in self._base for single in _singulars(form)):
            return ()
        for cut in range(_SHORTEST, len(form) - _SHORTEST + 1):
            head, tail = form[:cut], form[cut:]
            for link in _LINKS:
                stripped = head[: len(head) - len(link)] if link else head
                if not head.endswith(link) or len(stripped) < _SHORTEST or not self._is_part(stripped):
                    continue
                if self._is_tail(tail):
                    rest: tuple[str, ...] = (tail,)
                else:
                    rest = self.parts(tail) if len(tail) >= 2 * _SHORTEST else ()
                if rest and (not best or 1 + len(rest) < len(best)):
                    best = (stripped, *rest)
                break
        return best

    def _is_part(self, word: str) -> bool:
        if word in FUNCTION_WORDS or word in _NO_PART or len(word) < _SHORTEST:
            return False
        return word in self._base or (len(word) > _SHORTEST and self._may_be_part(word))

    def _may_be_part(self, word: str) -> bool:
        for words in self._further:  # noqa: SIM110 - a plain loop is faster than any(), and this runs a hundred times for a long word
            if word in words:
                return True
        return False

    def _is_tail(self, word: str) -> bool:
        return self._is_part(word) or any(self._is_part(single) for single in _singulars(word))


def _singulars(word: str) -> list[str]:
    """Words of which this may be the plural, the infinitive or an inflected form."""
    singulars = []
    if word.endswith("en") and len(word) > 4:
        bare = word[:-2]
        singulars += [bare, bare + "e"]
        if bare[-1] == bare[-2]:
            singulars.append(bare[:-1])
        elif bare[-1] not in "aeiou" and bare[-2] in "aeou":
            singulars.append(bare[:-1] + bare[-2] + bare[-1])
        singulars += [single[:-1] + {"v": "f", "z": "s"}[single[-1]] for single in list(singulars) if single[-1] in "vz"]
    if word.endswith("s") and len(word) > 4:
        singulars.append(word[:-1])
    if word.endswith("e") and len(word) > 4:
        singulars += [word[:-1], word + "n"]
    if word.endswith("t") and len(word) > 4:
        singulars.append(word[:-1] + "en")
    return singulars


def that_may_hold(forms: Sequence[str], words: Iterable[str]) -> set[str]:
    """The forms that may be taken apart otherwise where some words become known, or are known no more.

    Args:
        forms: folded.
        words: folded.
    """
    text = "\n".join(("", *forms, ""))
    touched: set[str] = set()
    for part in {part for word in words if len(word) > _SHORTEST for part in _beginnings(word)}:
        at = text.find(part)
        while at >= 0:
            end = text.index("\n", at)
            touched.add(text[text.rindex("\n", 0, at) + 1 : end])
            at = text.find(part, end)
    return touched


def _beginnings(word: str) -> set[str]:
    """With one of these begins each word of which `_singulars` may give this one, or which is this one."""
    beginnings = {word}
    if word.endswith(("f", "s")):
        beginnings.add(word[:-1] + {"f": "v", "s": "z"}[word[-1]])
    # 'boom' begins as 'bomen' does without its second o.
    beginnings |= {same[:-2] + same[-1] for same in beginnings if same[-2] == same[-3]}
    if word.endswith("e"):
        beginnings.add(word[:-1])
    if word.endswith("en"):
        beginnings |= {word[:-1], word[:-2]}
    elif word.endswith("n"):
        beginnings.add(word[:-1])
    return beginnings


def joined(forms: list[str], known: Callable[[str], bool]) -> list[tuple[int, int, str]]:
    """Words that someone wrote apart: 'kinder pardon'.

    Args:
        forms: the folded words of a question, in order.
        known: whether a joined word is known.

    Returns:
        (first, last, word) for each run of two or three words that is one known word when joined; longer runs first.
    """
    runs = []
    for length in (3, 2):
        for first in range(len(forms) - length + 1):
            word = "".join(form.replace("-", "") for form in forms[first : first + length])
            if len(word) > 5 and known(word):
                runs.append((first, first + length - 1, word))
    return runs
