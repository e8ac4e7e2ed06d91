"""Where Dutch sentences end, and where they don't."""

import pytest

from bot.knowledge.passages import sentence_spans


def split(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[s.start : s.end] for s in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "De heer dr. A.B. de Vries sprak met mevr. Jansen over art. 12 van de wet.",
        "Zie blz. 14 e.v. voor de cijfers.",
        "Er komen o.a. woningen, bijv. Voor starters en senioren.",
        "Dit geldt m.n. Voor jongeren.",
        "Het kost max. 3.500 euro, d.w.z. Ongeveer de helft.",
        "Op 1.1.2024 gaat het in.",
        "Het gaat om 2.500 woningen.",
        "Bel prof. Bakker of ir. Smit.",
        "De gemeente (incl. De wijken) doet mee.",
        "Waar gaat dat heen ... vraagt men zich af.",
        "Het Suikerfeest, 'wat een feest!' zei hij, wordt gevierd.",
    ],
)
def test_one_sentence(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dit is een zin. Dit ook.", ["Dit is een zin.", "Dit ook."]),
        ("Komt het goed? Ja! Zeker.", ["Komt het goed?", "Ja!", "Zeker."]),
        ("Er komen bomen, bankjes enz. De gemeente betaalt.", ["Er komen bomen, bankjes enz.", "De gemeente betaalt."]),
        ("Hij zei: 'Het komt goed.' Dat bleek waar.", ["Hij zei: 'Het komt goed.'", "Dat bleek waar."]),
        ("Dat is zo (zie hoofdstuk 2). Daarna volgt meer.", ["Dat is zo (zie hoofdstuk 2).", "Daarna volgt meer."]),
        ("Het gaat om 750. 'Dat is veel', zegt hij.", ["Het gaat om 750.", "'Dat is veel', zegt hij."]),
        ("Wacht… Het komt.", ["Wacht…", "Het komt."]),
        ("Een regel\ndie doorloopt. Nog een.", ["Een regel\ndie doorloopt.", "Nog een."]),
        ("Zonder punt", ["Zonder punt"]),
        ("", []),
        ("  \n ", []),
        ("...", ["..."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


def test_part_of_a_text() -> None:
    text = "Eerste zin. Tweede zin. Derde zin."
    assert [text[s.start : s.end] for s in sentence_spans(text, 12, 23)] == ["Tweede zin."]
