"""What a message means by what it replies to or quotes: someone else's question, a term of an answer, a message of another chat."""

from bot.language.function_words import is_content
from bot.language.tokens import tokenize
from bot.named import NamedTuple
from bot.telegram.updates import Me, Message, by_a_bot, unaddressed

_POINTING = frozenset(("dit", "dat", "deze", "die"))

_ASKING_ALONG = frozenset(
    (
        "weet weten zeg zegt zeggen zie ziet zien kijk kijkt kijken lees leest lezen vind vindt vinden denk denkt denken help helpt "
        "helpen geef geeft geven antwoord antwoorden reactie beantwoord beantwoordt beantwoorden reageer reageert reageren zoek zoekt zoeken uitzoeken "
        "opzoeken leg legt uitleggen uitleg snap snapt snappen begrijp begrijpt begrijpen vraag vraagje vragen gevraagd idee bot robot "
        "akkoordwijzer mee bovenstaand bovenstaande hierboven alsjeblieft alstublieft asjeblieft aub svp pls please hoi hallo hey he beste"
    ).split()
)
"""Words that ask to look at what another wrote, and name no subject themselves."""

_ASKING_ITSELF = frozenset(("waarom", "wanneer", "hoeveel", "hoelang"))
"""Question words that say by themselves what one wants to know of what another told."""

_LONGEST_TERM = 6
"""Words; what is quoted of a text in so many words or fewer is a term that is asked about, not a passage."""


class Meant(NamedTuple):
    """What a message asks, with the kinds of personal data that were masked in it."""

    question: str
    personal: frozenset[str]


def meant(message: Message, question: str, me: Me) -> Meant:
    """The question of a message, in the light of what it replies to.

    Args:
        question: what it says itself, without the bot's name.
        me: who the bot is.
    """
    quoted = message.quote.strip()
    short = 0 < len(quoted.split()) <= _LONGEST_TERM and "?" not in quoted and quoted.lower() not in question.lower()
    if short and _points(question):
        return Meant(with_term(question, quoted), message.personal)
    other = _of_another(message)
    # Alone with the bot one mostly replies to what one asked oneself; what came from elsewhere is someone else's there too.
    elsewhere = message.external or not message.private or (message.reply_to is not None and message.reply_to.passed_on)
    if other and (only_points(question) if elsewhere else not question.strip()):
        text = other.question
        # 'Wat kost dat?' asks itself, of what the other told; where the other asked, it repeats that.
        return Meant(f"{text} {question}", other.personal) if _asks_itself(question) and "?" not in text else other
    if short and (message.external or answered_message(message, me) is not None):
        return Meant(with_term(question, quoted), message.personal)
    return Meant(question, message.personal)


def answered_message(message: Message, me: Me) -> int | None:
    """The number of the bot's own message that a message replies to."""
    other = message.reply_to
    return other.message_id if other is not None and other.user_id == me.id else None


def with_term(question: str, term: str) -> str:
    """A question about a term that was quoted: 'Wat betekent dit?' about 'leefgeld' asks what 'leefgeld' means."""
    words = question.split()
    for number, word in enumerate(words):
        bare = word.strip("?!.,").lower()
        if bare in _POINTING:
            return " ".join([*words[:number], word.lower().replace(bare, term), *words[number + 1 :]])
    end = "?" if question.rstrip().endswith("?") else ""
    return f"{question.rstrip(' ?')} {term}{end}"


def only_points(question: str) -> bool:
    """Whether a question has no subject of its own and so means what it replies to: '', '?', 'weet jij dit?', 'wat kost dat?'."""
    subject = _subject(question)
    return subject == 0 or (subject == 1 and _points(question))


def _asks_itself(question: str) -> bool:
    subject = _subject(question)
    return (subject == 1 and _points(question)) or (subject == 0 and not _ASKING_ITSELF.isdisjoint(_words(question)))


def _subject(question: str) -> int:
    """How many words name what is asked about."""
    return sum(is_content(token) and token.form not in _ASKING_ALONG for token in tokenize(question))


def _points(question: str) -> bool:
    return not _POINTING.isdisjoint(_words(question))


def _words(question: str) -> list[str]:
    return [word.strip("?!.,").lower() for word in question.split()]


def _of_another(message: Message) -> Meant | None:
    """The words of someone else that a message replies to: what it quotes of them, else all of it; None where there are none."""
    other = message.reply_to
    if message.external:
        text, personal = message.quote, message.personal
    elif other is None or other.via_bot or by_a_bot(other):
        return None
    else:
        text, personal = message.quote or unaddressed(other), other.personal | message.personal
    return Meant(text, personal) if text.strip() else None
