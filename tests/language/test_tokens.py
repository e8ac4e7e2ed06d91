"""What counts as a word, and what has no place in a question."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.tokens import clean, fold, tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hoeveel vluchtelingen mogen er komen?", ["Hoeveel", "vluchtelingen", "mogen", "er", "komen"]),
        ("LHBT'ers, foto's en café's", ["LHBT'ers", "foto's", "en", "café's"]),
        ("IS-gangers en de 1F-unit", ["IS-gangers", "en", "de", "1F-unit"]),
        ("voor- en vroegschoolse", ["voor", "en", "vroegschoolse"]),
        ("3.500 euro, d.w.z. veel", ["3.500", "euro", "d.w.z", "veel"]),
        ("'bed-bad-brood'-locaties", ["bed-bad-brood", "locaties"]),
        ("wat_is dit", ["wat", "is", "dit"]),
        ("😀!? … --", []),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [token.surface for token in tokenize(text)] == words


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("1.850", "1850"),
        ("12.500.000", "12500000"),
        ("750", "750"),
        ("9.30", "9.30"),
        ("0.125", "0.125"),
        ("1.8500", "1.8500"),
        ("d.w.z", "d.w.z"),
    ],
)
def test_a_number_is_compared_without_the_dots_between_its_thousands(written: str, form: str) -> None:
    """'Komen er 1850 woningen?' and '1.850 woningen' are of the same number."""
    (token,) = tokenize(written)
    assert (token.surface, token.form) == (written, form)


def test_tokens_know_their_place_and_form() -> None:
    token = tokenize("In Één keer")[1]
    assert (token.surface, token.form, token.start, token.end) == ("Één", "een", 3, 6)
    assert token.accented
    assert token.capitalised
    assert not tokenize("een")[0].accented
    assert tokenize("bed-bad-brood")[0].parts == ("bed", "bad", "brood")
    assert tokenize("brood")[0].parts == ()


@pytest.mark.parametrize(
    ("word", "form"),
    [("Één", "een"), ("coöperatie", "cooperatie"), ("CAFÉ", "cafe"), ("foto’s", "foto's"), ("e\u0301e\u0301n", "een"), ("Łódź", "łodz")],
)
def test_fold(word: str, form: str) -> None:
    assert fold(word) == form


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("vlucht\u00adelingen", "vluchtelingen"),  # soft hyphen
        ("vlucht\u200belingen\u200d\ufeff", "vluchtelingen"),  # zero-width signs
        ("\u202evluchtelingen\u202c\u2066x\u2069", "vluchtelingenx"),  # direction
        ("a\x00b\x07c\x1b[31md\x7f", "abc[31md"),  # control
        ("a\ud800b", "ab"),  # half a character
        ("tekst\U000e0041\U000e0042", "tekst"),  # invisible tags
        ("cafe\u0301", "café"),
        ("foto’s", "foto's"),
        ("  vraag \n", "vraag"),
        ("een<br/>twee", "een twee"),
        ("<p class='x'>Mag <b>dat</b>?</p>", "Mag  dat ?"),
        ("minder < 5 en > 3, ik <3 je", "minder < 5 en > 3, ik <3 je"),  # signs that are no tags
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_clean_text_has_no_invisible_signs(text: str) -> None:
    cleaned = clean(text)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs") and not c.isspace()]
    assert not set(cleaned) & set("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    cleaned.encode("utf-8")


@given(st.text())
def test_tokens_are_stretches_of_their_text(text: str) -> None:
    tokens = tokenize(text)
    assert all(text[t.start : t.end] == t.surface and t.form for t in tokens)
    assert all(a.end <= b.start for a, b in itertools.pairwise(tokens))


@pytest.mark.parametrize(
    "text",
    ["𝗯𝗹𝗶𝗷𝗳𝘁 𝗵𝗲𝘁 𝗸𝗶𝗻𝗱𝗲𝗿𝗽𝗮𝗿𝗱𝗼𝗻?", "ｂｌｉｊｆｔ ｈｅｔ ｋｉｎｄｅｒｐａｒｄｏｎ?", "ⓑⓛⓘⓙⓕⓣ ⓗⓔⓣ ⓚⓘⓝⓓⓔⓡⓟⓐⓡⓓⓞⓝ?", "𝒷𝓁𝒾𝒿𝒻𝓉 𝒽ℯ𝓉 𝓀𝒾𝓃𝒹ℯ𝓇𝓅𝒶𝓇𝒹ℴ𝓃?"],
    ids=["bold", "full-width", "circles", "script"],
)
def test_letters_in_another_dress_are_letters(text: str) -> None:
    assert clean(text) == "blijft het kinderpardon?"


def test_other_signs_stay_as_they_are() -> None:
    assert clean("10 m² kost € 5… ½") == "10 m² kost € 5… ½"
