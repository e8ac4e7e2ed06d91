"""What a question asks for: which kind of answer, of which kind of text, from which year, about whom."""

import re
from typing import NamedTuple

from bot.answering.asked import Asked, asked_kinds, identified, measured
from bot.knowledge.model import Kind
from bot.language.cue import Cue
from bot.language.function_words import is_content
from bot.language.tokens import Token, clean, fold, tokenize
from bot.language.vocabulary import shorthand


class Question(NamedTuple):
    """A question as it was read.

    Attributes:
        text: cleaned, as it came in.
        tokens: the words of the whole text.
        focus: places in `tokens` that belong to the question itself.
        context: places of what was said around it; greetings and thanks are in neither.
        focus_text: the question itself, folded, shorthand written out.
        asked: the kinds of answer it asks for.
        counted: the folded words after 'hoeveel': the first noun is what is counted.
        identified: the folded words after 'welke': the first noun is what must be named.
        unit: the folded unit of time it asks for ('hoeveel uur'), or ''.
        kind: the kind of text it asks for, where it says so.
        document_asked: it speaks of what stands in the agreement, which commentary can't tell.
        years: years it names.
    """

    text: str
    tokens: tuple[Token, ...]
    focus: frozenset[int]
    context: frozenset[int] = frozenset()
    focus_text: str = ""
    asked: frozenset[Asked] = frozenset()
    counted: tuple[str, ...] = ()
    identified: tuple[str, ...] = ()
    unit: str = ""
    kind: Kind | None = None
    document_asked: bool = False
    years: tuple[int, ...] = ()

    @property
    def forms(self) -> frozenset[str]:
        """The folded words of the whole text."""
        return frozenset(form for token in self.tokens for form in (token.form, *token.parts))


_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_POLITE = Cue(
    r"^(?:(?:hoi|hallo|hello|hey|hee|heej|hi|hai|dag|goede?\s?(?:morgen|middag|avond|dag)|goeie\w*|beste|geachte|gegroet|salut|yo|"
    r"mevrouw|meneer|mijnheer|collega'?s?|team|allemaal|redactie|bot|voorzitter|iemand|daar|allen)\b[\s,!.:-]*)+",
    flags=re.IGNORECASE,
)
# One closing phrase at the end; it is looked for in the last characters only and taken off a few times, so that no text can make
# the expression try every way to divide it.
_THANKS = Cue(
    r"(?:\b(?:alvast|hartelijk|heel erg|heel|erg|vast) )?\b(?:bedankt|dank(?:jewel| je(?: wel)?| u(?: wel)?)?|merci|thx|thanks|"
    r"thnx|gr|groetjes?|groeten|met vriendelijke groet|mvg|svp|aub|a\.u\.b|s\.v\.p|alstublieft|alsjeblieft|graag)"
    r"(?: (?:vast|alvast|voor (?:je|de|uw) (?:hulp|moeite|antwoord|reactie)|bij voorbaat|wel))?$",
    flags=re.IGNORECASE,
)
CLOSING, CLOSINGS = 60, 4
"""Characters at the end in which a closing phrase is looked for, and phrases that are taken off."""
_LEAD_IN = Cue(
    r"^(?:kun(?:t)?\s?(?:je|u|jij)?\s*(?:mij|me)?\s*(?:even|misschien|eens)?\s*(?:vertellen|zeggen|uitleggen)|"
    r"(?:ik|wij|we)\s+(?:wil|wilde|wou|zou|vraag|vroeg|willen)\s+(?:me|mij|ons)?\s*(?:graag|even|eens|af)?\s*(?:willen\s+)?(?:weten|vragen|af)?|"
    r"(?:weet|weten)\s+(?:je|u|jij|iemand)|(?:(?:even )?(?:een )?(?:kort(?:e)? |snel(?:le)? )?vraag(?:je)?|mijn vraag(?: is)?)(?: (?:voor|van|namens|over) [^:?.]{2,50})?\s*[:,]|"
    r"voor (?:mijn|een|ons|m'n) (?:werkstuk|scriptie|spreekbeurt|opleiding|studie|werk|collega|project|onderzoek)\s*[:,]|"
    r"ben benieuwd|ik ben benieuwd|ik hoor(?:de)?|ik las|ik lees)\b[\s,:]*(?:dat|of)?\s*",
    "kun",
    "ik ",
    "wij ",
    "we ",
    "weet",
    "weten",
    "vraag",
    "voor ",
    "benieuwd",
    flags=re.IGNORECASE,
)
_ABOUT_ME = Cue(
    r"^(?:(?:ik|wij|we)\s+(?:ben|zijn|werk|werken|woon|wonen|zit|zoek|heb|hebben|kom|doe|schrijf|maken|maak|geef|volg|studeer|lees)\b|"
    r"mijn naam|ik heet|m'n naam|voor mijn|als\s+\w+\s*$)",
    flags=re.IGNORECASE,
)
_ASKING = Cue(
    r"\?|^\W*(?:en\s+|maar\s+|dus\s+)?(?:wie|wat|waar\w*|wanneer|welke?|hoe\w*|mag|mogen|moet\w*|kan|kun|kunnen|krijgt?|krijgen|is|zijn|wordt|word|worden|"
    r"heeft|heb|hebben|gaat|gaan|komt|komen|wil|willen|zal|zullen|klopt|klopte|doet|doen|blijft|blijven|staat|staan|vindt|geldt|gelden|in welke?|op welke?|"
    r"aan welke?|met welke?|onder welke?|voor (?:wie|welke?)|van (?:wie|welke?|hoeveel)|vanaf wanneer|per wanneer|door wie|bij wie)\b",
    flags=re.IGNORECASE,
)

_BLOG = frozenset(
    ("blog blogs blogger bloggers blogpost blogschrijver schrijver schrijfster auteur columnist stukjesschrijver opiniestuk").split()
)
_KIS = frozenset(("kis", "kennisplatform"))
_AGREEMENT = frozenset(("regeerakkoord coalitieakkoord akkoord coalitie regeringsplannen regeerplan").split())
_GOVERNMENT = frozenset(("kabinet regering coalitie overheid rijk haag nederland minister").split())
_YEAR = Cue(
    r"(?<![\d.,])(1[89]\d\d|20\d\d)(?![\d.,]\d)(?!\s*(?:euro|vluchtelingen|mensen|woningen|asielzoekers|plekken|per))", "18", "19", "20"
)


def read_question(text: str, naming: str = "") -> Question:
    """Read a question.

    Args:
        text: what someone typed; greetings and context around the question are allowed.
        naming: the same with the words that name a document, where they were left out of `text`: they still say what kind of
            text is asked for.

    Returns:
        The question, with greetings, thanks and talk about oneself left out of its `focus`.
    """
    text = clean(text)
    tokens = tuple(written_out(tokenize(text)))
    start, end = _focus_span(text)
    parts = [(m.start(), m.end()) for m in _SENTENCE.finditer(text, start, end) if m.group().strip(" .!?\n")]
    asking = [part for part in parts if "?" in text[part[0] : part[1]] or _ASKING.search(text[part[0] : part[1]].strip())]
    context = [part for part in parts if part not in asking and not _ABOUT_ME.match(text[part[0] : part[1]].strip())]
    if not context and len(asking) < len(parts):
        context = [part for part in parts if part not in asking]
    # Statements around a question count too, at a lower weight; without any asking sentence they are the question.
    main = asking or context or parts
    spans = [_without_lead_in(text, *part) for part in main]
    focus = frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in spans))
    beside = frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in context))
    folded = _written_out_text(text, spans)
    asked = asked_kinds(folded)
    counted, unit = measured(folded)
    words = {form for token in (tokenize(naming) if naming else tokens) for form in (token.form, *token.parts)}
    kind = Kind.COMMENTARY if words & _BLOG else Kind.EXPLANATION if words & _KIS else Kind.AGREEMENT if words & _AGREEMENT else None
    return Question(
        text=text,
        tokens=tokens,
        # 'Klopt dat?' and 'Welke zijn dat?' ask about the sentence before.
        focus=focus | beside if sum(is_content(tokens[n]) for n in focus) < 2 else focus,
        context=frozenset(n for n, t in enumerate(tokens) if start <= t.start < end) - focus,
        focus_text=folded,
        asked=asked,
        identified=identified(folded),
        counted=counted,
        unit=unit,
        kind=kind,
        document_asked=kind in (None, Kind.AGREEMENT) and bool(words & (_AGREEMENT | _GOVERNMENT)),
        years=tuple(int(match.group(1)) for match in _YEAR.finditer(text)),
    )


def written_out(tokens: list[Token]) -> list[Token]:
    """Shorthand and old spellings as the usual words; one token may become several at the same place."""
    found = []
    for token in tokens:
        words = shorthand().get(token.form)
        if words is None or token.surface.isupper():
            found.append(token)
        else:
            found += [Token(token.surface, word, token.start, token.end, token.accented) for word in words]
    return found


def _written_out_text(text: str, spans: list[tuple[int, int]]) -> str:
    """The folded text of some stretches, with shorthand written out and signs kept."""
    parts = []
    for start, end in spans:
        part, place = "", start
        for token in tokenize(text[start:end]):
            words = shorthand().get(token.form)
            part += fold(text[place : start + token.start]) + (" ".join(words) if words and not token.surface.isupper() else token.form)
            place = start + token.end
        parts.append(part + fold(text[place:end]))
    return " ".join(" ".join(parts).split())


def _focus_span(text: str) -> tuple[int, int]:
    """The text without a greeting before and thanks after it, unless nothing would be left."""
    hello = _POLITE.match(text)
    start, end = hello.end() if hello else 0, len(text)
    for _ in range(CLOSINGS):
        left = text[:end].rstrip(" \t\n,.!")
        bye = _THANKS.search(left[-CLOSING:])
        if not bye:
            break
        end = max(len(left) - CLOSING, 0) + bye.start()
    return (start, end) if text[start:end].strip(" ,.!?") else (0, len(text))


def _without_lead_in(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    for pattern in (_POLITE, _LEAD_IN):
        match = pattern.match(text[start:end])
        if match and match.end() < end - start - 2:
            start += match.end()
    return start, end
