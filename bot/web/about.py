"""The fixed pages: what this is, what is kept, for whom it works, how to use it on another site; and how the program is."""

from functools import cache
from pathlib import Path

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.named import NamedTuple
from bot.web.site import Site

_PACKAGE = Path(__file__).parent.parent
_SHOWN = ("answered_right", "silent_right", "both")


class Figure(NamedTuple):
    """What was measured on one question set, in per cent: right answers, right silence, both."""

    name: str
    answered: float
    silent: float
    both: float


@cache
def recorded_figures() -> tuple[Figure, ...]:
    """The figures of the record that the project's tests hold it to; none where the record did not come along."""
    for path in (_PACKAGE / "bundled_figures.yaml", _PACKAGE.parent / "tests" / "evaluation" / "recorded_figures.yaml"):
        if path.is_file():
            sets = yaml.safe_load(path.read_text(encoding="utf-8"))["question_sets"]
            return tuple(_figure(item["questions"], item["figures"]) for item in sets if item["figures"].keys() >= set(_SHOWN))
    return ()


def _figure(questions: str, figures: dict[str, float]) -> Figure:
    return Figure(Path(questions).stem, *(figures[name] for name in _SHOWN))


class About:
    """Handlers of the fixed pages.

    Args:
        site: what they share with the others.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    async def about(self, request: Request) -> Response:
        """What this is, how good it is, and what it can't do."""
        return self._site.pages.page(request, "about", figures=recorded_figures(), documents=self._site.answers.current.knowledge.documents)

    async def privacy(self, request: Request) -> Response:
        """What is kept."""
        return self._site.pages.page(request, "privacy", settings=self._site.settings)

    async def accessibility(self, request: Request) -> Response:
        """How the pages can be used, and where to tell that they can't."""
        return self._site.pages.page(request, "accessibility", settings=self._site.settings)

    async def embed(self, request: Request) -> Response:
        """A piece of HTML for another site."""
        return self._site.pages.page(request, "embed", address=str(request.base_url))

    async def health(self, request: Request) -> Response:
        """Whether the program is well: answered by the event loop itself, so it never waits for a question."""
        answers = self._site.answers
        state = {"status": "ok", "documents": len(answers.current.knowledge.documents), "knowledge_error": answers.knowledge_error}
        return JSONResponse(state)
