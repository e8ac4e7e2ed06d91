"""Replies of several quotes, a page at a time, made from what was weighed; and what a conversation keeps of the pages to come."""

from collections.abc import Callable, Sequence

from bot.answering import comparing, lead_ins, likeliest, lists, over_time
from bot.answering.blocks import Points, sentence_quote
from bot.answering.chosen_list import NearLists
from bot.answering.defining import amounts_to, definition
from bot.answering.defining import at_hand as definitions_at_hand
from bot.answering.forms import (
    PATTERNS,
    Asked,
    Form,
    asked_for,
    asks_one_thing,
    asks_to_name,
    asks_which,
    asks_which_there_are,
    bare,
    enumerates,
)
from bot.answering.lists import PAGE
from bot.answering.reply import Listed, Outcome, Quote, Reason, Reply
from bot.answering.shelf import SURE, Examined
from bot.answering.silence import fitting_headings, near_quotes
from bot.knowledge.model import Passage, Span
from bot.language.function_words import is_content
from bot.language.stems import stem
from bot.language.tokens import tokenize
from bot.named import NamedTuple

Weigh = Callable[[str], list[Examined]]


SHORTEST_PART = 3
"""Letters up to which a word in another one is chance."""

_ABOUT_ELSEWHERE = frozenset(
    {
        "other_agreement", "other_year", "other_name", "other_cabinet", "other_municipality", "empty_section", "only_a_link", "named_time",
        "behind_link", "opinion",
    }
)  # fmt: skip
"""Gates that say that the documents are not about what is asked: then they hold no list of it either."""

SURE_BOTH = 0.6
"""The share of a question that one sentence must cover to be taken for both sides of a comparison."""


END = "end"
"""What is kept in place of points where a list was shown to its end."""


class Page(NamedTuple):
    """A reply that lists, and the points that are left."""

    reply: Reply
    rest: tuple[str, ...]


def listed_reply(text: str, examinations: Sequence[Examined], weigh: Weigh) -> Page | None:
    """What a question that one sentence does not answer gets; None for any other question, which is answered as usual.

    Args:
        text: the question.
        examinations: what each document has to say to it, best first.
        weigh: asks another question.
    """
    asked = asked_for(text)
    opinion = asked is not None and asked.form is Form.OLD_AND_NEW and examinations[0].verdict.gate == "opinion"
    if examinations[0].verdict.gate in _ABOUT_ELSEWHERE and not opinion:
        return None
    heading = None if asked else _bare_heading(text, examinations)
    asked = asked or heading
    if not _at_hand(asked, text, examinations):
        return None
    page = _led_in(text, examinations) if asked is None or asked.form is Form.POINTS else None
    if asked is None:
        page = page or _behind_answer(text, examinations) or _sure_list(text, examinations) or _of_compound(text, examinations, weigh)
        return page or (_likely(text, None, examinations[0]) if asks_which(text) and not asks_one_thing(text) else None)
    bearing = lists.Bearing(asked)
    page = (
        page
        or _of_form(asked, text, examinations, weigh, bearing)
        or _behind_answer(text, examinations)
        or _beside_the_subject(asked, text, examinations, bearing)
    )
    doubtful = page is not None and page.reply.listed is not None and not heading and asked.form in (Form.POINTS, Form.SUBJECT)
    if doubtful and page and not _is_named(page, asked) and _in_doubt(examinations[0]):
        return Page(_silence(text, examinations, Reason.NEAREST), ())
    silent = page.reply.outcome is Outcome.NO_ANSWER if page else not examinations[0].answers
    return (_likely(text, asked.form, examinations[0]) if silent else None) or page


def _at_hand(asked: Asked | None, text: str, examinations: Sequence[Examined]) -> bool:
    """Have at hand what a list is looked for in: where passages lie elsewhere, those of all documents come together."""
    led_in = asks_which(text) and (asked is None or asked.form is Form.POINTS)
    there = True
    for shelf in dict.fromkeys(examined.shelf for examined in examinations if examined.shelf.index.elsewhere):
        of_shelf = [examined for examined in examinations if examined.shelf is shelf and examined.document]
        if asked and asked.form is Form.DEFINITION and of_shelf:
            there &= definitions_at_hand(asked, of_shelf)
        numbers = [number for examined in of_shelf for number in lists.read_by(asked, led_in, examined)]
        there &= shelf.index.fetch(numbers)
    return there


def _of_form(asked: Asked, text: str, examinations: Sequence[Examined], weigh: Weigh, bearing: lists.Bearing) -> Page | None:
    if asked.form is Form.DEFINITION and any(not c.borrowed for c in examinations[0].read.concepts):
        return _definition(text, asked, examinations)
    if asked.form is Form.OLD_AND_NEW:
        page = _old_and_new(text, examinations, weigh)
        other = asked_for(text, over_time=False)
        return page or (_of_form(other, text, examinations, weigh, lists.Bearing(other)) if other else None)
    if asked.form is Form.COMPARISON:
        return _comparison(text, examinations, weigh)
    if asked.form is Form.EITHER:
        return _either(text, weigh)
    return _points(text, asked, examinations, bearing)


def _behind_answer(text: str, examinations: Sequence[Examined]) -> Page | None:
    """The list that the sentence that answers leads in: 'Het plan is erop gericht dat:' says nothing without it."""
    points = (
        lead_ins.behind_answer(examinations[0])
        if examinations[0].answers and examinations[0].document and not asks_one_thing(text)
        else None
    )
    return _page(text, points, 1, summary=False) if points else None


def _beside_the_subject(asked: Asked, text: str, examinations: Sequence[Examined], bearing: lists.Bearing) -> Page | None:
    """Silence where a sentence would answer that does not even hold what the question is about, and is not sure without."""
    first = examinations[0]
    if asked.form in (Form.DEFINITION, Form.COMPARISON, Form.EITHER) or not first.answers or first.verdict.confidence >= SURE:
        return None
    if near_quotes((_best_quote(first),), examinations) or (asked.form is Form.SUBJECT and bearing.only_sentence(first)):
        return None
    return Page(_silence(text, examinations, Reason.NEAREST), ())


def _is_named(page: Page, asked: Asked) -> bool:
    """Whether points stand under a heading that says all of the subject, or each says it: 'Wat staat er over veiligheid?' means those."""
    listed = page.reply.listed
    subject = [token.form for token in tokenize(asked.subject) if is_content(token)]
    if not listed or not subject:
        return False
    said = [f"{listed.above} {listed.heading}"] if listed.heading else [quote.highlight_text for quote in page.reply.quotes]
    return all(_says(text, subject) for text in said)


def _says(text: str, subject: Sequence[str]) -> bool:
    """Whether a text has each word of a subject, as itself, in another form, or as a part of another word: 'taal' in 'taalles'."""
    forms = [token.form for token in tokenize(text)]
    stems = {stem(form) for form in forms}
    return all(stem(word) in stems or (len(word) > SHORTEST_PART and any(word in form for form in forms)) for word in subject)


def _in_doubt(first: Examined) -> bool:
    """Whether other lists or passages are about as likely as the one that was chosen, and no sentence is sure to answer."""
    if not first.document or first.verdict.confidence >= SURE:
        return False
    likely = likeliest.likeliest(first)
    return likely is not None and likeliest.in_doubt(likely)


def _likely(text: str, form: Form | None, first: Examined) -> Page | None:
    """The list or the passage that likeliest answers, where nothing else is sure to."""
    if form not in (None, Form.POINTS, Form.SUBJECT, Form.SUMMARY, Form.COMPARISON) or (form is None and first.answers):
        return None
    likely = likeliest.likeliest(first) if first.document else None
    if likely is None or not likeliest.answers(likely, form):
        return None
    if likely.points:
        return _page(text, likely.points, 1, summary=False)
    return Page(Reply(text, Outcome.ANSWER, 0.9, (likely.quote,), Reason.ANSWERED), ())


def next_page(text: str, rest: Sequence[str], passage_of: Callable[[str], Passage | None]) -> Page | None:
    """The points that come after those that were shown; None where no list was shown or its text is gone.

    Args:
        rest: what the turn before left.
        passage_of: gives the passage with an id.
    """
    if len(rest) < 2:
        return None
    first, heading, *spans = rest
    quotes = [_shown_before(spans_of_quote, passage_of) for spans_of_quote in spans]
    known = [quote for quote in quotes if quote]
    if not known or not first.isdecimal():
        return None
    return _page(text, Points(heading, tuple(known)), int(first), summary=False)


def _shown_before(spans: str, passage_of: Callable[[str], Passage | None]) -> Quote | None:
    ident, *numbers = spans.split(" ")
    passage = passage_of(ident)
    if passage is None or len(numbers) != 4 or not all(number.isdecimal() for number in numbers):
        return None
    start, end, first, last = map(int, numbers)
    if not 0 <= start <= first < last <= end <= passage.document.length:
        return None  # The text is another than when the list was shown.
    return Quote(passage, Span(start, end), Span(first, last))


def _page(text: str, points: Points, first: int, summary: bool, confidence: float = 1.0) -> Page:
    shown, left = points.quotes[:PAGE], points.quotes[PAGE:]
    total = first - 1 + len(points.quotes)
    reply = Reply(
        text, Outcome.ANSWER, confidence, shown, Reason.ANSWERED, listed=Listed(points.heading, first, total, summary, points.above)
    )  # fmt: skip
    spans = (" ".join((quote.passage.id, *map(str, (*quote.span, *quote.highlight)))) for quote in left)
    return Page(reply, (str(first + len(shown)), points.heading, *spans) if left else (END,))


def first_page(text: str, points: Points) -> Page:
    """The first points of a list."""
    return _page(text, points, 1, summary=False)


def _bare_heading(text: str, examinations: Sequence[Examined]) -> Asked | None:
    if len(text.split()) <= 6 and any(lists.heading_named(text, examined) for examined in examinations if examined.document):
        return Asked(Form.SUBJECT, text)
    return None


def _of_compound(text: str, examinations: Sequence[Examined], weigh: Weigh) -> Page | None:
    """What stands under the heading that the first part of one word names: 'Terrasregels', where 'Een terras op de stoep' stands."""
    match = PATTERNS["of_compound"].search(bare(text))
    if match is None or examinations[0].answers:
        return None
    asked = Asked(Form.SUBJECT, match["subject"])
    for examined in weigh(f"{match['subject']} {match['kind']}"):
        points = lists.under_heading(asked, examined) if examined.document else None
        if points:
            return _page(text, points, 1, summary=False)
    return None


def _led_in(text: str, examinations: Sequence[Examined]) -> Page | None:
    """The list of the first document that has a line before it that says what is asked."""
    if not asks_which(text):
        return None
    for examined in examinations:
        points = lead_ins.led_in(examined) if examined.document else None
        if points:
            return _page(text, points, 1, summary=False)
    return None


def _sure_list(text: str, examinations: Sequence[Examined]) -> Page | None:
    """The list that is surely meant, where no one sentence answers."""
    if examinations[0].answers or not asks_which(text):
        return None
    for examined in examinations:
        points = NearLists(examined).sure() if examined.document else None
        if points:
            return _page(text, points, 1, summary=False)
    return _read_list(text, examinations, several=False)


def _read_list(text: str, examinations: Sequence[Examined], several: bool) -> Page | None:
    """The list that is meant as far as reading it together with the question tells; none where a gate speaks against any answer."""
    if examinations[0].verdict.gate:
        return None
    for examined in examinations:
        points = NearLists(examined).read(several, asks_which_there_are(text)) if examined.document else None
        if points:
            return _page(text, points, 1, summary=False)
    return None


def _points(text: str, asked: Asked, examinations: Sequence[Examined], bearing: lists.Bearing) -> Page | None:
    """The points of the document whose list covers the question best."""
    best: tuple[tuple[float, int], Points] | None = None
    for examined in examinations:
        points = lists.points_for(asked, examined, bearing) if examined.document else None
        if points is None:
            continue
        # Of lists that are about as good, the newest.
        order = (round(points.cover, 1), points.quotes[0].passage.document.year)
        if best is None or order > best[0]:
            best = order, points
    if best:
        return _page(text, best[1], 1, asked.form is Form.SUMMARY)
    if asked.form is Form.HEADING:
        return Page(_silence(text, examinations, Reason.NO_HEADING), ())
    if asked.form is not Form.SECTIONS and (asks_to_name(text) or not examinations[0].answers):
        page = _read_list(text, examinations, several=True)
        if page:
            return page
    # What a gate or an unknown document forbids has no chance at all.
    may = asked.form is Form.SUBJECT and examinations[0].document and examinations[0].verdict.confidence > 0.0
    only = bearing.only_sentence(examinations[0]) if may else None
    # Where that sentence answers anyway, the usual reply has more to show.
    if only and not (examinations[0].answers and only.highlight == _best_quote(examinations[0]).highlight):
        return Page(Reply(text, Outcome.ANSWER, 0.9, (only,), Reason.ANSWERED), ())
    if (
        (asks_to_name(text) or asks_which_there_are(text))
        and examinations[0].answers
        and not enumerates(_best_quote(examinations[0]).highlight_text)
    ):
        return Page(_silence(text, examinations, Reason.NO_LIST), ())
    return None


def _definition(text: str, asked: Asked, examinations: Sequence[Examined]) -> Page | None:
    """The sentence that says what a word means, or a silence that says that none does."""
    for examined in examinations:
        quotes = definition(asked, examined) if examined.document else ()
        if len(quotes) > 1:
            return _page(text, Points(asked.subject, quotes), 1, summary=False)
        if quotes:
            return Page(Reply(text, Outcome.ANSWER, 1.0, quotes, Reason.ANSWERED), ())
    if examinations[0].answers and amounts_to(asked.subject, _best_quote(examinations[0]).highlight_text):
        return None
    return Page(_silence(text, examinations, Reason.NO_DEFINITION), ()) if any(examined.answers for examined in examinations) else None


def _silence(text: str, examinations: Sequence[Examined], reason: Reason) -> Reply:
    """Silence about a list, a meaning or a comparison, with what is near where it is."""
    first = examinations[0]
    quotes = near_quotes((_best_quote(first),), examinations) if first.candidates else ()
    return Reply(text, Outcome.NO_ANSWER, 0.0, quotes, reason, headings=fitting_headings(quotes, examinations))


def _old_and_new(text: str, examinations: Sequence[Examined], weigh: Weigh) -> Page | None:
    """What each document said, the newest first, or the sentence of one that holds both."""
    there = {document.year for examined in examinations for document in examined.shelf.index.documents}
    # Who names a year names the document of that year, and 'vroeger' the older ones: all are asked.
    asked = weigh(over_time.without_times(text)) if len(there) > 1 else []
    subject = " ".join(c.word.form for c in over_time.subject_of(asked[0].read)) if asked and not asked[0].named else ""
    if subject:
        years = over_time.years_asked(text, there)
        by_year = over_time.by_year((weigh(subject), examinations), asked, years)
        if len(by_year) > 1:
            return _page(text, Points("", tuple(by_year)), 1, summary=False)
    for examined in examinations:
        candidate = (over_time.old_and_new_in(examined) or over_time.read_as_both(examined)) if examined.document else None
        if candidate:
            return Page(Reply(text, Outcome.ANSWER, 0.9, (over_time.quote_of_both(examined, candidate),), Reason.ANSWERED), ())
    return None


def _best_quote(examined: Examined) -> Quote:
    top = examined.candidates[0]
    return sentence_quote(examined.shelf.index.passages[top.passage], top.sentence)


def _comparison(text: str, examinations: Sequence[Examined], weigh: Weigh) -> Page | None:
    """The sentence that holds both sides, or one for each side; silence where a side is missing."""
    both = comparing.sides(text)
    if both is None:
        return _old_and_new(text, examinations, weigh)
    something = comparing.compares_something(text)
    if not something:
        # That a word stands somewhere says nothing of what sets it apart; what it means does.
        meanings = [meaning for side in both if (meaning := _meaning(side.term, weigh))]
        if len(meanings) == len(both):
            return _page(text, Points("", tuple(meanings)), 1, summary=False)
    pair = comparing.both_sides(text, both, weigh)
    if pair.whole and (something or comparing.sets_apart(pair.whole.highlight_text)):
        return Page(Reply(text, Outcome.ANSWER, 0.9, (pair.whole,), Reason.ANSWERED), ())
    if pair.one and pair.other and not pair.same and (something or pair.near):
        return _page(text, Points("", (pair.one, pair.other)), 1, summary=False)
    if pair.same and pair.one and (something or comparing.sets_apart(pair.one.highlight_text)):
        return None
    of_money = not comparing.asks_money(text) or (
        examinations[0].answers and comparing.tells_amount(_best_quote(examinations[0]).highlight_text)
    )
    # Of what is sure to answer the question as a whole it matters little how its sides are called there.
    sure = examinations[0].covers >= SURE_BOTH or examinations[0].verdict.confidence >= SURE
    if examinations[0].answers and sure and of_money and not (pair.one and pair.other):
        return None
    return Page(_silence(text, examinations, Reason.NO_COMPARISON), ())


def _either(text: str, weigh: Weigh) -> Page | None:
    """Both of two things of which one of the two is asked: 'Wat kost een paspoort of een identiteitskaart?'"""
    both = comparing.sides(text)
    pair = comparing.both_sides(text, both, weigh) if both else None
    if pair and pair.one and pair.other and pair.near and not pair.same:
        return _page(text, Points("", (pair.one, pair.other)), 1, summary=False)
    return None


def _meaning(term: str, weigh: Weigh) -> Quote | None:
    asked = Asked(Form.DEFINITION, term)
    for examined in weigh(term):
        quotes = definition(asked, examined) if examined.document else ()
        if quotes:
            return quotes[0]
    return None
