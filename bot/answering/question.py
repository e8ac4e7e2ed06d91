"""What a question asks for: which kind of answer, of which kind of text, from which year, about whom."""

import re
from dataclasses import dataclass, field
from enum import Enum

from bot.knowledge.model import Kind
from bot.language.tokens import Token, clean, fold, tokenize


class Asked(str, Enum):
    """Kinds of answer. A passage that holds no such thing does not answer."""

    AMOUNT = "amount"
    PERCENTAGE = "percentage"
    NUMBER = "number"
    DURATION = "duration"
    AGE = "age"
    DATE = "date"
    WHEN = "when"
    PLACE = "place"
    WHO = "who"
    REASON = "reason"
    CONDITION = "condition"
    PROCEDURE = "procedure"
    CONTACT = "contact"
    DEFINITION = "definition"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was read.

    Attributes:
        text: cleaned, as it came in.
        tokens: the words of the whole text.
        focus: places in `tokens` that belong to the question itself; the others are context around it.
        asked: the kinds of answer it asks for.
        counted: the folded noun that is counted or measured ('hoeveel vluchtelingen'), or ''.
        unit: the folded unit of time it asks for ('hoeveel uur'), or ''.
        kind: the kind of text it asks for, where it says so.
        document_asked: it speaks of what stands in the agreement, which commentary can't tell.
        years: years it names.
    """

    text: str
    tokens: tuple[Token, ...]
    focus: frozenset[int]
    asked: frozenset[Asked] = field(default_factory=frozenset)
    counted: str = ""
    unit: str = ""
    kind: Kind | None = None
    document_asked: bool = False
    years: tuple[int, ...] = ()


_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_POLITE = re.compile(
    r"^(?:(?:hoi|hallo|hello|hey|hee|heej|hi|hai|dag|goede?\s?(?:morgen|middag|avond|dag)|goeie\w*|beste|geachte|gegroet|salut|yo|"
    r"mevrouw|meneer|mijnheer|collega'?s?|team|allemaal|redactie|bot|voorzitter|iemand|daar|allen)\b[\s,!.:-]*)+",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:[\s,.!]*\b(?:alvast|hartelijk|heel erg|heel|erg|vast)?\s*(?:bedankt|dank(?:jewel| je(?: wel)?| u(?: wel)?)?|merci|thx|thanks|"
    r"thnx|gr|groetjes?|groeten|met vriendelijke groet|mvg|svp|aub|a\.u\.b\.|s\.v\.p\.|alstublieft|alsjeblieft|graag)\b"
    r"(?:\s*(?:vast|alvast|voor (?:je|de|uw) (?:hulp|moeite|antwoord|reactie)|bij voorbaat|wel))?[\s!.]*)+$",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:kun(?:t)?\s?(?:je|u|jij)?\s*(?:mij|me)?\s*(?:even|misschien|eens)?\s*(?:vertellen|zeggen|uitleggen)|"
    r"(?:ik|wij|we)\s+(?:wil|wilde|wou|zou|vraag|vroeg|willen)\s+(?:me|mij|ons)?\s*(?:graag|even|eens|af)?\s*(?:willen\s+)?(?:weten|vragen|af)?|"
    r"(?:weet|weten)\s+(?:je|u|jij|iemand)|(?:vraagje|vraag|korte vraag|even een vraag(?:je)?|mijn vraag(?: is)?)\s*[:,]|"
    r"voor (?:mijn|een|ons|m'n) (?:werkstuk|scriptie|spreekbeurt|opleiding|studie|werk|collega|project|onderzoek)\s*[:,]|"
    r"ben benieuwd|ik ben benieuwd|ik hoor(?:de)?|ik las|ik lees)\b[\s,:]*(?:dat|of)?\s*",
    re.IGNORECASE,
)
_ABOUT_ME = re.compile(
    r"^(?:(?:ik|wij|we)\s+(?:ben|zijn|werk|werken|woon|wonen|zit|zoek|heb|hebben|kom|doe|schrijf|maken|maak|geef|volg|studeer|lees)\b|"
    r"mijn naam|ik heet|m'n naam|voor mijn|als\s+\w+\s*$)",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|^\W*(?:en\s+|maar\s+|dus\s+)?(?:wie|wat|waar\w*|wanneer|welke?|hoe\w*|mag|mogen|moet\w*|kan|kun|kunnen|krijgt?|krijgen|is|zijn|wordt|word|worden|"
    r"heeft|heb|hebben|gaat|gaan|komt|komen|wil|willen|zal|zullen|klopt|klopte|doet|doen|blijft|blijven|staat|staan|vindt|geldt|gelden|in welke?|op welke?|"
    r"aan welke?|met welke?|onder welke?|voor (?:wie|welke?)|van (?:wie|welke?|hoeveel)|vanaf wanneer|per wanneer|door wie|bij wie)\b",
    re.IGNORECASE,
)

_TIME_UNIT = r"(?:seconden?|minuten?|uur|uren|uurtjes|dag|dagen|week|weken|maand|maanden|kwartaal|kwartalen|jaar|jaren|tijd)"
_PATTERNS: tuple[tuple[Asked, re.Pattern[str]], ...] = tuple(
    (asked, re.compile(pattern))
    for asked, pattern in (
        (
            Asked.AMOUNT,
            r"\bhoeveel (?:\w+ )?(?:euro'?s?|eur|geld|miljoen|miljard|budget|subsidie|boete|salaris|loon|belasting|cent|poen|doekoe|ton)\b|€|"
            r"\bhoe hoog (?:is|zijn|wordt|worden|ligt) (?:de|het|die|dat)? ?(?:\w+ )?(?:\w*bedrag|\w*boete|\w*kosten|\w*vergoeding|\w*toeslag|\w*uitkering|\w*budget|\w*subsidie|\w*prijs|\w*geld)|"
            r"\b(?:welk|wat voor|wat is het|om welk|het) (?:\w+ )?(?:bedrag|budget|prijs)\b|\bwat (?:gaat |zal |zou |moet )?(?:dat |het |die |de |een )?(?:\w+ ){0,4}?kost(?:en)?\b|"
            r"\b(?:hoe duur|kostprijs|wat betaal|hoeveel betaal\w*|hoeveel kost\w*|wat zijn de kosten|kosten van|hoeveel moet \w+ betalen|wat moet \w+ betalen|in euro'?s?)\b|"
            r"\b(?:prijs|tarief|bedrag|kosten|budget)\b(?=[^?]*\?*$)(?<!de prijs)",
        ),
        (Asked.PERCENTAGE, r"\b(?:percentage|procent|welk deel|hoe groot (?:is )?het aandeel)\b|%"),
        (Asked.AGE, r"\b(?:hoe oud|leeftijd|leeftijdsgrens|hoeveel jaar oud|op welke leeftijd|vanaf hoe oud)\b"),
        (
            Asked.DURATION,
            rf"\b(?:hoe ?lang|hoelang|hoeveel (?:\w+ )?{_TIME_UNIT}|hoe veel (?:\w+ )?{_TIME_UNIT}|hoeveel jaartjes|voor hoe lang|welke termijn|binnen welke termijn|looptijd|duur)\b|aantal {_TIME_UNIT}\b",
        ),
        (
            Asked.DATE,
            r"\b(?:(?:welke|wat is de|per welke|op welke|vanaf welke|precieze|exacte) (?:\w*datum|maand|dag)|ingangsdatum|startdatum|datum|(?:in |sinds |vanaf )?welk jaar|"
            r"in welk jaar|(?:op|in|per) welke? (?:dag|maand|jaar|datum)|hoe laat|welk tijdstip|per wanneer|(?:wanneer|vanaf wanneer) (?:gaat|treedt|treden|gaan|ging|start|begint|was|is|kwam|sprak|vond)\b[^?]*\b(?:in|in werking|van kracht|plaats|geboren|begonnen|gestart)\b)",
        ),
        (Asked.WHEN, r"\b(?:wanneer|wnr|vanaf wanneer|vanaf welk moment|op welk moment|tot wanneer|sinds wanneer)\b"),
        (
            Asked.PLACE,
            r"(?:^|[.,;:?!] )(?:en |maar )?waar (?!(?:gaat|gaan|draait|draaien|staat .* voor|bestaat|bestaan|komt .* vandaan|ligt de|gaat het)\b)\w+|\bwaar precies\b|\bwaar in\b|\b(?:in |naar |op |uit )?(?:welke?) (?:stad|steden|plaats|plaatsen|gemeente|gemeenten|gemeentes|provincie|regio|wijk|wijken|buurt|dorp|land|landen|adres|locatie)\b|\bwaarheen\b|\bwaar vandaan\b|\bwaar\?*$",
        ),
        (
            Asked.CONTACT,
            r"\b(?:telefoonnummer|telefoon|nummer van|mailadres|e-?mail(?:adres)?|contactgegevens|contact opnemen|openingstijden|website|adres|link naar|url)\b",
        ),
        (
            Asked.PROCEDURE,
            r"\b(?:formulier|loket|aanvraagformulier|waar kan ik|hoe (?:moet|kan|kun|dien|vraag|meld|schrijf|sluit|regel|maak|krijg) (?:ik|je|jij|we|wij|u|mijn|iemand)\b[^?]*\b(?:aan|aanvragen|aanmelden|indienen|inschrijven|aangeven|bezwaar|melden|regelen|afsluiten|af|in|op|klacht)\b|hoe vraag|aanvraag indienen|welke stappen|welke papieren|welke documenten|stappenplan)\b",
        ),
        (
            Asked.WHO,
            r"(?:^|\b(?:en|maar|van|door|met|voor|bij|aan|over|namens) )(?:wie|wiens)\b|^wie\b|\b(?:welke|wat voor) (?:partij|partijen|minister|staatssecretaris|politicus|politici|organisatie|instantie|afdeling|dienst|persoon|wethouder|burgemeester|auteur)\b|\bhoe heet\b|\bnaam van\b|\bwie\?*$",
        ),
        (Asked.REASON, r"\b(?:waarom|wrm|waardoor|hoezo|hoe komt|reden|redenen|met welk doel|waartoe|waarvoor dient|wat is het doel|vanwaar|om welke reden|wat is de bedoeling)\b"),
        (Asked.CONDITION, r"\b(?:voorwaarde\w*|eis|eisen|criteria|criterium|vereiste\w*|wanneer kom je in aanmerking|waar moet .{3,40} aan voldoen)\b"),
        (
            Asked.DEFINITION,
            r"\b(?:wat (?:is|zijn|betekent|betekenen|houdt|houden|was|waren)|betekenis|definitie|afkorting|wat voor (?:club|ding|iets|organisatie)|waar staat .{1,30} voor|wat wordt bedoeld|wat bedoel\w*)\b",
        ),
        (
            Asked.YES_NO,
            r"^(?:en |maar |dus )?(?:is|zijn|mag|mogen|moet|moeten|kan|kun|kunnen|krijgt?|krijgen|wordt|word|worden|heeft|heb|hebben|gaat|gaan|komt|komen|wil|willen|zal|zullen|klopt|doet|doen|"
            r"blijft|blijven|staat|staan|vindt|geldt|gelden|lukt|verandert|laat|hoort|investeert|valt)\b|\bklopt (?:dat|het)\b|\bof niet\b|ja/nee|\btoch\?",
        ),
    )
)  # fmt: skip
_HOW_MANY = re.compile(r"\b(?:hoeveel|hoe veel|hvl|welk aantal|wat is het aantal|aantal|met hoevelen?|hoe vaak|hoeveelste)\b")
_COUNTED = re.compile(r"\b(?:hoeveel|hoe veel|hvl|aantal)\s+((?:[a-z]+(?:e|en)\s+)?)([a-z0-9'-]+)")
_BLOG = re.compile(
    r"\b(?:blog|blogs|blogger|bloggers|blogpost|blogschrijver|schrijver|schrijfster|auteur|columnist|stukjesschrijver|opiniestuk)\b"
)
_KIS = re.compile(r"\b(?:kis|kennisplatform)\b")
_AGREEMENT = re.compile(r"\b(?:regeerakkoord|coalitieakkoord|akkoord|coalitie|regeringsplannen|regeerplan)\b")
_GOVERNMENT = re.compile(r"\b(?:kabinet|regering|coalitie|overheid|rijk|den haag|nederland|minister)\b")
_YEAR = re.compile(r"(?<![\d.,])(1[89]\d\d|20\d\d)(?![\d.,]\d)(?!\s*(?:euro|vluchtelingen|mensen|woningen|asielzoekers|plekken|per))")


def read_question(text: str) -> Question:
    """Read a question.

    Args:
        text: what someone typed; greetings and context around the question are allowed.

    Returns:
        The question, with greetings, thanks and talk about oneself left out of its `focus`.
    """
    text = clean(text)
    tokens = tuple(tokenize(text))
    start, end = _focus_span(text)
    parts = [(m.start(), m.end()) for m in _SENTENCE.finditer(text, start, end) if m.group().strip(" .!?\n")]
    asking = [part for part in parts if _ASKING.search(text[part[0] : part[1]].strip())]
    context = [part for part in parts if part not in asking and not _ABOUT_ME.match(text[part[0] : part[1]].strip())]
    # Statements around a question count too, at a lower weight; without any asking sentence they are the question.
    main = asking or context or parts
    spans = [_without_lead_in(text, *part) for part in main]
    focus = frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in spans))
    beside = frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in context))
    folded = " ".join(fold(text[s:e].strip()) for s, e in spans)
    asked = frozenset(kind for kind, pattern in _PATTERNS if pattern.search(folded))
    counted, unit = _measured(folded)
    if _HOW_MANY.search(folded) and not asked & {Asked.AMOUNT, Asked.PERCENTAGE, Asked.DURATION, Asked.AGE}:
        asked |= {Asked.NUMBER}
    whole = fold(text)
    kind = Kind.COMMENTARY if _BLOG.search(whole) else Kind.EXPLANATION if _KIS.search(whole) else None
    if kind is None and _AGREEMENT.search(whole):
        kind = Kind.AGREEMENT
    return Question(
        text=text,
        tokens=tokens,
        focus=focus | beside if len(focus) < 3 else focus,
        asked=asked,
        counted=counted,
        unit=unit,
        kind=kind,
        document_asked=kind in (None, Kind.AGREEMENT) and bool(_AGREEMENT.search(whole) or _GOVERNMENT.search(whole)),
        years=tuple(int(y) for y in _YEAR.findall(text)),
    )


def context_of(question: Question) -> frozenset[int]:
    """Places in `tokens` of statements around the question that are not about the asker."""
    start, end = _focus_span(question.text)
    spans = [
        (m.start(), m.end())
        for m in _SENTENCE.finditer(question.text, start, end)
        if not _ABOUT_ME.match(m.group().strip()) or _ASKING.search(m.group())
    ]
    return frozenset(n for n, t in enumerate(question.tokens) if any(s <= t.start < e for s, e in spans)) - question.focus


def _focus_span(text: str) -> tuple[int, int]:
    """The text without a greeting before and thanks after it, unless nothing would be left."""
    hello, bye = _POLITE.match(text), _THANKS.search(text)
    start, end = (hello.end() if hello else 0), (bye.start() if bye else len(text))
    return (start, end) if text[start:end].strip(" ,.!?") else (0, len(text))


def _without_lead_in(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    for pattern in (_POLITE, _LEAD_IN):
        match = pattern.match(text[start:end])
        if match and match.end() < end - start - 2:
            start += match.end()
    return start, end


def _measured(folded: str) -> tuple[str, str]:
    """The noun after 'hoeveel', and the unit of time where it is one."""
    match = _COUNTED.search(folded)
    if not match:
        return "", ""
    noun = match.group(2)
    if re.fullmatch(_TIME_UNIT, noun):
        return "", noun
    return noun, ""
