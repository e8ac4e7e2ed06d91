"""Numbers that say who someone is: found in a question so that they are never kept."""

import re
from collections.abc import Iterator
from enum import Enum

from bot.expressions import expression


class Personal(str, Enum):
    """What was found."""

    BSN = "bsn"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"


MASK = "•"

# It begins where such a name begins: tried from each letter of a long word, it would take time that grows with the square.
_EMAIL = expression(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = expression(r"\b[A-Za-z]{2}[ .-]?\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}")
_PHONE = expression(r"(?<![\w+])(?:\+|00)[ ]?[1-9](?:[ ().-]{0,2}\d){7,13}(?!\d)|(?<!\w)\(?0\)?(?:[ ().-]{0,2}\d){9}(?![\d])")
_BSN = expression(r"(?<!\d)\d(?:[ .-]?\d){7,8}(?!\d)")
_NAMED_BSN = expression(r"bsn|burgerservice|sofi", re.IGNORECASE)


def _one_of(*words: str) -> str:
    return f"(?:{'|'.join(words)})"


# 'Bel me maar op', 'met mijn', 'rekeningnummer is': what stands before a number and only announces it.
_REACH = _one_of("mail", "app", "bel", "sms", "stuur", "schrijf", "bereik", "antwoord", "reageer")
_WHOM, _GLADLY, _BY = _one_of("me", "mij", "ons", "het"), _one_of("maar", "graag"), _one_of("op", "naar", "via", "aan")
_UNDER, _WHOSE = _one_of("met", "op", "via", "naar", "onder", "en"), _one_of("mijn", "m'n", "ons", "onze", "het", "zijn", "haar", "een")
_CALLED = _one_of("bsn", "sofi", "burgerservice", "reken", "bank", "iban", "telefoon", "tel", "mobiel", "06", "e-?mail", "mail")
_NUMBER, _IS = _one_of("nummer", "adres", r"nr\.?"), _one_of("is", "=", ":", "-")
_ANNOUNCED = expression(
    rf"\b(?:{_REACH}\w*\s+{_WHOM}?\s*(?:{_GLADLY}\s+)?{_BY}?\s*)?(?:{_UNDER}\s+)?(?:{_WHOSE}\s+)?"
    rf"(?:\b{_CALLED}[\w-]*\.?\s*{_NUMBER}?\s*{_IS}?\s*)?{MASK}[{MASK}]*[\s,.;:)]*(?:en\b\s*)?",
    re.IGNORECASE,
)
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def personal_spans(text: str) -> list[tuple[Personal, int, int]]:
    """Where personal numbers and addresses stand.

    Returns:
        (what, start, end) in order of place, none overlapping.
    """
    spans: list[tuple[Personal, int, int]] = []
    for what, start, end in _candidates(text):
        if not any(start < other_end and end > other_start for _, other_start, other_end in spans):
            spans.append((what, start, end))
    return sorted(spans, key=lambda item: item[1])


def masked(text: str) -> tuple[str, frozenset[Personal]]:
    """The text with each sign of a personal number or address replaced by `MASK`, so that it keeps its length; and what was found."""
    spans = personal_spans(text)
    for _, start, end in spans:
        text = text[:start] + MASK * (end - start) + text[end:]
    return text, frozenset(what for what, _, _ in spans)


def without_masked(text: str) -> str:
    """A masked text without what was masked and the words that only announce it: 'Mijn BSN is ••••••••• en ...' asks nothing with those."""
    return _ANNOUNCED.sub(" ", text).replace(MASK, " ").strip()


def is_bsn(digits: str) -> bool:
    """The eleven-test for a citizen service number of 8 or 9 digits."""
    number = digits.zfill(9)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=True))
    return len(digits) in (8, 9) and int(number) > 0 and total % 11 == 0


def is_iban(text: str) -> bool:
    """The mod-97 test for an international bank account number without spaces."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _candidates(text: str) -> Iterator[tuple[Personal, int, int]]:
    for match in _EMAIL.finditer(text):
        yield Personal.EMAIL, *match.span()
    for match in _IBAN.finditer(text):
        # What follows an account number may look like more of it: the longest part that passes the test counts.
        for end in range(match.end(), match.start() + 14, -1):
            part = text[match.start() : end]
            if part[-1].isalnum() and is_iban(re.sub(r"[ .-]", "", part).upper()):
                yield Personal.IBAN, match.start(), end
                break
    for match in _BSN.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        # Eight digits are more often a date; they count where the question says what they are.
        if is_bsn(digits) and (len(digits) == 9 or _NAMED_BSN.search(text)):
            yield Personal.BSN, *match.span()
    for match in _PHONE.finditer(text):
        yield Personal.PHONE, *match.span()
