"""The address of a quote leads to its page, or to its very words."""

import pytest

from bot.knowledge.links import address_at
from bot.knowledge.model import Document, Span

TEXT = "Er komt een e-loket, en wel op 1 juni voor alle inwoners van de hele grote gemeente Zuidmeer. Klaar."


def document(url: str | None, pages: tuple[tuple[int, int], ...] = ()) -> Document:
    return Document("stuk", "Stuk", "Zuidmeer", 2021, url, "", (), {}, TEXT, pages)


@pytest.mark.parametrize(
    ("url", "pages", "span", "address"),
    [
        (None, (), Span(0, 7), None),
        ("https://x.example/a.pdf", ((0, 3), (94, 4)), Span(0, 20), "https://x.example/a.pdf#page=3"),
        ("https://x.example/a.pdf", ((0, 3), (94, 4)), Span(94, 100), "https://x.example/a.pdf#page=4"),
        ("https://x.example/a.pdf", (), Span(0, 20), "https://x.example/a.pdf"),
        ("https://x.example/a.docx", (), Span(0, 20), "https://x.example/a.docx"),
        ("https://x.example/a", (), Span(0, 20), "https://x.example/a#:~:text=Er%20komt%20een%20e%2Dloket%2C"),
        ("https://x.example/a", (), Span(0, 93), "https://x.example/a#:~:text=Er%20komt%20een%20e%2Dloket%2C%20en,de%20hele%20grote%20gemeente%20Zuidmeer."),
        ("https://x.example/a#deel", (), Span(0, 20), "https://x.example/a#deel"),
    ],
)  # fmt: skip
def test_addresses(url: str | None, pages: tuple[tuple[int, int], ...], span: Span, address: str | None) -> None:
    assert address_at(document(url, pages), span) == address


def test_the_page_of_a_letter_is_that_of_the_last_page_begun() -> None:
    paged = document(None, ((2, 3), (50, 4)))
    assert [paged.page_at(offset) for offset in (0, 1, 2, 49, 50, 99)] == [None, None, 3, 3, 4, 4]
    assert document(None).page_at(0) is None
