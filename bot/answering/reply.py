"""A reply as a value: made once, rendered for Telegram, console and JSON alike."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from bot.errors import KnowledgeError
from bot.knowledge.model import Document, Kind, Passage, Span
from bot.named import NamedTuple


class Outcome(str, Enum):
    """Whether the sources answer."""

    ANSWER = "answer"
    NO_ANSWER = "no_answer"


class Reason(str, Enum):
    """Why a reply is what it is. The sentence that a user reads for each stands in presentation/nl.yaml."""

    ANSWERED = "answered"
    # The sources speak of it, but do not answer.
    NEAREST = "nearest"
    NO_AMOUNT = "no_amount"
    NO_PERCENTAGE = "no_percentage"
    NO_DATE = "no_date"
    NO_TIME = "no_time"
    NO_NUMBER = "no_number"
    NO_LOCATION = "no_place"
    NO_AGE = "no_age"
    NO_DURATION = "no_duration"
    NO_FREQUENCY = "no_frequency"
    NO_CONTACT = "no_contact"
    NO_NAME = "no_name"
    NO_OPINION = "no_opinion"
    NO_PROCEDURE = "no_procedure"
    NO_CONDITION = "no_condition"
    SAID_IN = "said_in"
    NO_MORE = "no_more"
    NO_REASON = "no_reason"
    NO_PAYER = "no_payer"
    NO_LIST = "no_list"
    NO_HEADING = "no_heading"
    WAS_ALL = "was_all"
    NO_DEFINITION = "no_definition"
    NO_COMPARISON = "no_comparison"
    OTHER_NAME = "other_name"
    OTHER_YEAR = "other_year"
    OTHER_AGREEMENT = "other_agreement"
    ONLY_A_LINK = "only_a_link"
    EMPTY_SECTION = "empty_section"
    # Nothing in the sources is near.
    NOTHING = "nothing"
    OTHER_LANGUAGE = "other_language"
    NO_WORDS = "no_words"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    # A fixed reply in place of a search, see `ROUTES`.
    DANGER = "danger"
    COMPLAINT = "complaint"
    INSULT = "insult"
    THANKS = "thanks"
    EMOJI = "emoji"
    PRIVACY = "privacy"
    OVERVIEW = "overview"
    WHO_ARE_YOU = "who_are_you"
    MADE_BY = "made_by"
    LANGUAGE_MODEL = "language_model"
    TRUST = "trust"
    LANGUAGES = "languages"
    LEARNING = "learning"
    KNOWN_DOCUMENTS = "known_documents"
    HELP = "help"
    GREETING = "greeting"
    GOODBYE = "goodbye"
    SHORT = "short"
    CHAT = "chat"
    NOT_A_QUESTION = "not_a_question"


class Route(str, Enum):
    """What kind of message gets a fixed reply."""

    DANGER = "danger"
    COMPLAINT = "complaint"
    INSULT = "insult"
    THANKS = "thanks"
    EMOJI = "emoji"
    ABOUT_BOT = "about_bot"
    PRIVACY = "privacy"
    OVERVIEW = "overview"
    SMALLTALK = "smalltalk"


ROUTES: Mapping[Reason, Route] = {
    Reason.DANGER: Route.DANGER,
    Reason.INSULT: Route.INSULT,
    Reason.COMPLAINT: Route.COMPLAINT,
    Reason.PRIVACY: Route.PRIVACY,
    Reason.EMOJI: Route.EMOJI,
    Reason.GREETING: Route.SMALLTALK,
    Reason.GOODBYE: Route.SMALLTALK,
    Reason.SHORT: Route.SMALLTALK,
    Reason.THANKS: Route.THANKS,
    Reason.OVERVIEW: Route.OVERVIEW,
    Reason.KNOWN_DOCUMENTS: Route.ABOUT_BOT,
    Reason.LANGUAGE_MODEL: Route.ABOUT_BOT,
    Reason.MADE_BY: Route.ABOUT_BOT,
    Reason.TRUST: Route.ABOUT_BOT,
    Reason.LANGUAGES: Route.ABOUT_BOT,
    Reason.LEARNING: Route.ABOUT_BOT,
    Reason.WHO_ARE_YOU: Route.ABOUT_BOT,
    Reason.HELP: Route.ABOUT_BOT,
    Reason.CHAT: Route.SMALLTALK,
    Reason.NOT_A_QUESTION: Route.SMALLTALK,
}
"""The route of each reason for a fixed reply, in the order in which they are tried."""


class _Spans(NamedTuple):
    passage: Passage
    span: Span
    highlight: Span


class Quote(_Spans):
    """A span of a passage as shown, with the answering sentence.

    Attributes:
        span: the quoted text in the source.
        highlight: the answering sentence(s), a span within `span`.
    """

    __slots__ = ()

    def __new__(cls, passage: Passage, span: Span, highlight: Span) -> "Quote":
        """Prove the quote against its source.

        Raises:
            KnowledgeError: the spans are not stretches of the source that hold text, or the highlight is not in the quote.
        """
        document, whole = passage.document, passage.span
        inside = 0 <= span.start <= highlight.start < highlight.end <= span.end <= document.length
        if not inside or document.slice(whole.start, whole.end) != passage.text:
            raise KnowledgeError("document.quote", passage=passage.id)
        return super().__new__(cls, passage, span, highlight)

    @classmethod
    def _make(cls, values: Iterable[Any]) -> "Quote":  # type: ignore[override]  # gives a Quote and nothing below it
        """A copy with something changed proves itself too."""
        return cls(*values)

    @property
    def text(self) -> str:
        """The quoted text, to the letter."""
        return self.passage.document.slice(self.span.start, self.span.end)

    @property
    def highlight_text(self) -> str:
        """The answering sentence(s), to the letter."""
        return self.passage.document.slice(self.highlight.start, self.highlight.end)

    @property
    def kind(self) -> Kind:
        return self.passage.kind

    @property
    def page(self) -> int | None:
        """The page of the answering sentence."""
        return self.passage.document.page_at(self.highlight.start)

    @property
    def last_page(self) -> int | None:
        """The page on which the answering sentence ends."""
        return self.passage.document.page_at(self.highlight.end - 1)

    @property
    def recognised(self) -> bool:
        """Whether words of the quote were recognised in a scan."""
        document = self.passage.document
        first, last = document.page_at(self.span.start), document.page_at(self.span.end - 1)
        return any(first is not None and last is not None and first <= page <= last for page in document.recognised)


class MatchedWord(NamedTuple):
    """A word of the question and what it did: for '/uitleg'.

    Attributes:
        word: as it was read.
        weight: its share of the question, 0 to 1.
        match: how well the first quote covers it, 0 to 1.
        by: what covered it, 'word', 'part', 'synonym', 'hint', 'heading', 'neighbour' or '' for nothing.
    """

    word: str
    weight: float
    match: float
    by: str


class Note(str, Enum):
    """A line beside a quote, its sentence in nl.yaml under 'notes'."""

    PERSONAL = "personal"
    SAME_QUOTE = "same_quote"
    OTHER_NUMBER = "other_number"
    ONLY_A_PLAN = "only_a_plan"


class Listed(NamedTuple):
    """What a reply that lists points says of them.

    Attributes:
        heading: the heading under which they stand, '' where they stand under several.
        first: the number of the first point shown, from 1.
        total: how many there are.
        summary: a summary was asked for.
        above: the heading above that one, where it does not say by itself which it is; else ''.
    """

    heading: str
    first: int
    total: int
    summary: bool = False
    above: str = ""


class Reply(NamedTuple):
    """What a user gets.

    Attributes:
        question: the question as it came in, cleaned.
        confidence: the calibrated chance that the first quote answers, 0 to 1.
        quotes: the answer first; with outcome NO_ANSWER the nearest passages, or none.
        reason: why it is an answer or not.
        missing: what the reason speaks of: a name, a year, a heading; never shown outside a sentence of nl.yaml.
        corrections: (as typed, as read) for each word that was corrected.
        also_in: titles of other documents that also answer; theirs are the quotes after the first.
        words: the explanation of the first quote, word by word.
        gate: the name of the gate that forbade an answer, or ''; see `gates.GATES`.
        gate_passage: the id of the passage that it was asked of, which need not be one that is shown.
        earlier: how many of the documents of `also_in` are older ones, whose words stand beside those of the newest.
        notes: lines beside the quote, each with what it speaks of.
        listed: the quotes are points of a list; None for an answer of one passage.
        parts: the replies to each question of a message that held several.
        left_out: the questions of such a message that were not answered.
        headings: headings that come near, where there is silence.
        documents: the documents that one can ask about, for replies that name them.
    """

    question: str
    outcome: Outcome
    confidence: float
    quotes: tuple[Quote, ...]
    reason: Reason
    missing: str = ""
    corrections: tuple[tuple[str, str], ...] = ()
    also_in: tuple[str, ...] = ()
    words: tuple[MatchedWord, ...] = ()
    gate: str = ""
    gate_passage: str = ""
    earlier: int = 0
    notes: tuple[tuple[Note, Mapping[str, str]], ...] = ()
    listed: Listed | None = None
    parts: "tuple[Reply, ...]" = ()
    left_out: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()

    @property
    def shown(self) -> "tuple[Quote, ...]":
        """The quotes that a user sees: of several questions those of all in order, of silence the one nearest passage."""
        if self.parts:
            return tuple(quote for part in self.parts for quote in part.shown)
        return self.quotes if self.outcome is Outcome.ANSWER else self.quotes[:1]

    @property
    def route(self) -> Route | None:
        """What kind of message got this fixed reply; None for what was searched for."""
        return ROUTES.get(self.reason)
