"""Dutch number words as numbers: 'driehonderd' is 300."""

from functools import lru_cache

_UNITS = {
    "nul": 0, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17,
    "achttien": 18, "negentien": 19,
}  # fmt: skip
_TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80, "negentig": 90,
}  # fmt: skip
_SCALES = {"honderd": 100, "duizend": 1000}


_CENTURIES = {"achttien": 1800, "negentien": 1900, "twintig": 2000}
YEARS = range(1800, 2100)


def year_of(words: str) -> int | None:
    """The year that number words say, as people say it: 'negentiennegentig', 'tweeduizend vijfentwintig'.

    Args:
        words: folded, in one piece or with spaces between them.

    Returns:
        The year, or None where they name none. A round number ('tweeduizend') counts things as often as it names a year: None.
    """
    form = words.replace(" ", "")
    if not form.startswith((*_CENTURIES, "tweeduizend")):
        return None
    number = number_of(form)
    if number is None:
        century = next((name for name in _CENTURIES if form.startswith(name)), "")
        rest = number_of(form.removeprefix(century)) if century else None
        number = _CENTURIES[century] + rest if rest is not None and 10 <= rest <= 99 else None
    return number if number is not None and number in YEARS and number % 100 else None


@lru_cache(maxsize=10_000)
def number_of(form: str) -> int | None:
    """The number that a folded word names.

    Args:
        form: digits ('750', '1.000') or a number word below a million in one piece ('driehonderdvijftig').

    Returns:
        The number, or None where the word names none ('een' does not: it is mostly an article).
    """
    if form.replace(".", "").isdigit() and form.isascii():
        groups = form.split(".")
        if len(groups) == 1 or all(len(group) == 3 for group in groups[1:]):
            return int(form.replace(".", ""))
        return None
    if len(form) < 3 or not form.isalpha():
        return None
    return _words(form)


def _words(form: str) -> int | None:
    if form in _UNITS:
        return _UNITS[form]
    if form in _TENS:
        return _TENS[form]
    for scale, size in reversed(_SCALES.items()):
        before, sign, after = form.partition(scale)
        if sign:
            many = _words(before) if before else 1
            rest = _words(after.removeprefix("en")) if after else 0
            return None if many is None or rest is None else many * size + rest
    for tens, size in _TENS.items():
        if form.endswith("en" + tens):
            unit = form[: -len(tens) - 2]
            return size + _UNITS[unit] if unit in _UNITS else size + 1 if unit == "een" else None
    return None
