"""What the handlers of all pages share, and how they read what a visitor sent."""

from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request

from bot.named import NamedTuple
from bot.presentation.contact import Contact
from bot.settings import Settings
from bot.web.answers import Answers
from bot.web.guard import Ceiling
from bot.web.rendering import Pages
from bot.web.seals import Seals
from bot.web.store import FeedbackStore

MOST_FIELDS = 20
MOST_PARTS = 100_000
"""Parts of a list that an address may ask for; a larger number is none."""


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that lead from a request to a page.

    Attributes:
        ceiling: on the questions of one visitor.
        opened: on what costs more than a page: images, judgements.
    """

    settings: Settings
    answers: Answers
    pages: Pages
    seals: Seals
    store: FeedbackStore
    ceiling: Ceiling
    opened: Ceiling

    @property
    def contact(self) -> Contact:
        """Whom to ask where there is no answer."""
        given = self.settings
        return Contact(given.municipality_name, given.contact_url, given.contact_phone, given.contact_email)


class Slice(NamedTuple):
    """Part of a list: which, of how many, and where it begins and ends."""

    part: int
    parts: int
    start: int
    end: int


def slice_of(request: Request, count: int, size: int) -> Slice:
    """The part of a list that the address asks for with `deel`; the first where it asks for none that is there.

    Args:
        request: what was asked.
        count: items in the whole list.
        size: items in a part.
    """
    asked = request.query_params.get("deel", "")
    parts = max(1, -(-count // size))
    part = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    part = part if 1 <= part <= parts else 1
    return Slice(part, parts, (part - 1) * size, min(part * size, count))


async def form_of(request: Request) -> FormData:
    """The fields of a form; empty where there is none that can be read."""
    from starlette.exceptions import HTTPException

    try:
        return await request.form(max_files=0, max_fields=MOST_FIELDS)
    except HTTPException:
        return FormData()


def text_of(form: FormData, name: str) -> str:
    """A field as text; '' where it is missing or a file."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def client_of(request: Request) -> str:
    """Who asks, for a ceiling: an address, kept nowhere else."""
    return str(request.state.client)
