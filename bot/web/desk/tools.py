"""What the desk asks of commands that stand beside the web pages; the command line, which knows them all, hands it over."""

from collections.abc import Callable, Iterable
from pathlib import Path

from bot.ingest.add import AddSummary
from bot.named import NamedTuple
from bot.web.store import Judgement


class Tools(NamedTuple):
    """What the desk asks of commands that stand beside the web pages.

    Attributes:
        judgements: key, day and judgement of what people said elsewhere, such as in Telegram.
        suggestions: for a document, the words that the lexicon does not know, as lines.
        measured: for a question set, how well it is answered, as lines.
        told: what came of adding a file, as lines.
    """

    judgements: Callable[[], Iterable[tuple[str, str, Judgement]]]
    suggestions: Callable[[str], Iterable[str]]
    measured: Callable[[Path], Iterable[str]]
    told: Callable[[AddSummary], Iterable[str]]
