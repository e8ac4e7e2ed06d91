"""Which kinds of answer a question asks for, told from its wording."""

import re
from enum import Enum

from bot.language.cue import Cue


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
    WHICH_PLACE = "which_place"
    NAME = "name"
    FREQUENCY = "frequency"
    CONTACT = "contact"
    DEFINITION = "definition"
    YES_NO = "yes_no"


_COUNT = r"(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien|\d+) "
_TIME_UNIT = r"(?:seconden?|minuten?|uur|uren|uurtjes|dag|dagen|week|weken|maand|maanden|kwartaal|kwartalen|jaar|jaren|tijd)"
_PATTERNS: tuple[tuple[Asked, Cue], ...] = (
    (
        Asked.AMOUNT,
        Cue(
            r"\bhoeveel (?:\w+ )?(?:euro'?s?|eur|geld|miljoen|miljard|budget|subsidie|boete|salaris|loon|belasting|cent|poen|doekoe|ton)\b|€|"
            r"\bhoe hoog (?:is|zijn|wordt|worden|ligt) (?:de|het|die|dat)? ?(?:\w+ )?(?:\w*bedrag|\w*boete|\w*kosten|\w*vergoeding|\w*toeslag|\w*uitkering|\w*budget|\w*subsidie|\w*prijs|\w*geld)|"
            r"\b(?:welk|wat voor|wat is het|om welk|het) (?:\w+ )?(?:bedrag|budget|prijs)\b|\bwat (?:gaat |zal |zou |moet )?(?:dat |het |die |de |een )?(?:\w+ ){0,4}?kost(?:en)?\b|"
            r"\b(?:hoe duur|kostprijs|wat betaal|hoeveel betaal\w*|hoeveel kost\w*|wat zijn de kosten|kosten van|hoeveel moet \w+ betalen|wat moet \w+ betalen|in euro'?s?)\b|"
            r"\b(?:\w*tarief|\w*bedrag|\w*kosten|\w*budget|miljoenen|miljarden)\b(?!\s*(?:besparen|drukken))|\b(?:welke|hoeveel) (?:\w+ )?(?:bijdrage|vergoeding|subsidie)\b.*\b(?:per|ontvang|krijg)", "hoeveel", "€", "hoe hoog", "bedrag", "budget", "prijs", "kost", "duur", "betaal", "betalen", "tarief", "miljoen", "miljard", "welke", "euro",
        ),
    ),
    (
        Asked.PERCENTAGE,
        Cue(
            r"\b(?:percentage|procent|welk deel|hoe groot (?:is )?het aandeel)\b|%", "percentage", "procent", "welk deel", "aandeel", "%",
        ),
    ),
    (
        Asked.AGE,
        Cue(
            r"\b(?:hoe oud|leeftijd|leeftijdsgrens|hoeveel jaar oud|op welke leeftijd|vanaf hoe oud)\b", "oud", "leeftijd",
        ),
    ),
    (
        Asked.DURATION,
        Cue(
            rf"\b(?:hoe ?lang|hoelang|hoeveel (?:\w+ )?{_TIME_UNIT}|hoe veel (?:\w+ )?{_TIME_UNIT}|hoeveel jaartjes|voor hoe lang|welke termijn|binnen welke termijn|looptijd|hoe lang duurt|tijdsduur)\b|aantal {_TIME_UNIT}\b", "lang", "hoeveel", "hoe veel", "termijn", "looptijd", "tijdsduur", "aantal",
        ),
    ),
    (
        Asked.DATE,
        Cue(
            r"\b(?:(?:welke|wat is de|per welke|op welke|vanaf welke|precieze|exacte) (?:\w*datum|maand|dag)|ingangsdatum|startdatum|datum|(?:in |sinds |vanaf )?welk jaar|"
            r"in welk jaar|(?:op|in|per) welke? (?:dag|maand|jaar|datum)|hoe laat|welk tijdstip|per wanneer|(?:wanneer|vanaf wanneer) (?:gaat|treedt|treden|gaan|ging|start|begint|was|is|kwam|sprak|vond)\b[^?]*\b(?:in|in werking|van kracht|plaats|geboren|begonnen|gestart)\b)", "datum", "maand", "dag", "jaar", "laat", "tijdstip", "wanneer",
        ),
    ),
    (
        Asked.WHEN,
        Cue(
            r"\b(?:wanneer|wnr|vanaf wanneer|vanaf welk moment|op welk moment|tot wanneer|sinds wanneer)\b", "wanneer", "wnr", "moment",
        ),
    ),
    (
        Asked.PLACE,
        Cue(
            r"(?:^|[.,;:?!] )(?:en |maar )?waar (?!(?:gaat|gaan|draait|draaien|staat .* voor|bestaat|bestaan|komt .* vandaan|ligt de|gaat het|wordt op|moet op|moeten .* aan)\b)(?!.*\b(?:op|aan|over|voor|mee|om|van)\W*$)\w+|\bwaar precies\b|"
            r"\b(?:waarheen|waar vandaan)\b|\bwaar\?*$|\b(?:locatie|adres|plaats|standplaats)\?*$", "waar", "locatie", "adres", "plaats",
        ),
    ),
    (
        Asked.WHICH_PLACE,
        Cue(
            rf"\b(?:welke?|wat voor|hoe heet de|naam van de) (?:{_COUNT})?(?:\w+e )?(?:stad|steden|plaats|plaatsen|gemeente|gemeenten|gemeentes|provincie|provincies|regio|regio's|wijk|wijken|buurt|buurten|dorp|dorpen|"
            r"land|landen|adres|azc|azc's|zaal|gevangenis|gevangenissen|straat|hoofdstad|universiteit|ziekenhuis|gebouw|locatie|locaties)\b", "welk", "wat voor", "hoe heet de", "naam van de",
        ),
    ),
    (
        Asked.NAME,
        Cue(
            r"\b(?:naam van (?:de|het) (?:auteur|schrijver|blogger|minister|directeur|persoon|burgemeester|onderzoeker|advocaat)|namen van|hoe heet de (?:auteur|schrijver|blogger|minister|directeur|burgemeester|vrouw|man|onderzoeker|woordvoerder)|wiens|welke minister|welke staatssecretaris|welke partij\w*|welke politic\w+|welke persoon|welke wethouder|welke auteur|welke onderzoekers?|"
            r"wie was er|wie is de (?:\w+ )?(?:baas|leider|leidinggevende|minister|directeur|voorzitter|auteur|schrijver|hoofd|chef)|van welke partij|lid van welke)\b|\bna(?:am|men)\b(?=\W*$)|^na(?:am|men)\b", "hoe heet", "naam", "namen", "wiens", "welke", "wie",
        ),
    ),
    (
        Asked.FREQUENCY,
        Cue(
            r"\b(?:hoe vaak|hoeveel keer|om de hoeveel|hoe dikwijls|frequentie|elke hoeveel)\b", "vaak", "keer", "hoeveel", "dikwijls", "frequentie",
        ),
    ),
    (
        Asked.CONTACT,
        Cue(
            r"\b(?:telefoonnummer|telefoon|nummer van|mailadres|e-?mail(?:adres)?|contactgegevens|contact opnemen|openingstijden|website|adres|link naar|url)\b", "telefoon", "nummer", "mail", "contact", "openingstijd", "website", "adres", "link", "url",
        ),
    ),
    (
        Asked.PROCEDURE,
        Cue(
            r"\b(?:formulier|loket|aanvraagformulier|waar kan ik|hoe (?:moet|kan|kun|dien|vraag|meld|schrijf|sluit|regel|maak|krijg) (?:ik|je|jij|we|wij|u|mijn|iemand)\b[^?]*\b(?:aan|aanvragen|aanmelden|indienen|inschrijven|aangeven|bezwaar|melden|regelen|afsluiten|af|in|op|klacht)\b|hoe vraag|aanvraag indienen|welke stappen|welke papieren|welke documenten|stappenplan)\b", "formulier", "loket", "waar kan ik", "hoe ", "aanvra", "welke", "stappenplan",
        ),
    ),
    (
        Asked.WHO,
        Cue(
            r"(?:^|\b(?:en|maar|van|door|met|voor|bij|aan|over|namens) )(?:wie|wiens)\b|^wie\b|\b(?:welke|wat voor) (?:partij|partijen|minister|staatssecretaris|politicus|politici|organisatie|instantie|afdeling|dienst|persoon|wethouder|burgemeester|auteur)\b|\bhoe heet\b|\bnaam van\b|\bwie\?*$", "wie", "welke", "wat voor", "hoe heet", "naam",
        ),
    ),
    (
        Asked.REASON,
        Cue(
            r"\b(?:waarom|wrm|waardoor|hoezo|hoe komt|reden|redenen|met welk doel|waartoe|waarvoor dient|wat is het doel|vanwaar|om welke reden|wat is de bedoeling)\b", "waarom", "wrm", "waardoor", "hoezo", "hoe komt", "reden", "doel", "waartoe", "waarvoor", "vanwaar", "bedoeling",
        ),
    ),
    (
        Asked.CONDITION,
        Cue(
            r"\b(?:\w*voorwaarden?|eis|eisen|\w*criteria|criterium|vereisten?|wanneer kom je in aanmerking|waar moet .{3,40} aan voldoen|wanneer (?:geldt|wordt|ben|is) .{2,50} (?:als \w+|aangemerkt|beschouwd))\b", "voorwaarde", "eis", "criteri", "vereiste", "aanmerking", "waar moet", "wanneer",
        ),
    ),
    (
        Asked.DEFINITION,
        Cue(
            r"\b(?:wat (?:is|zijn|betekent|betekenen|houdt|houden|was|waren)|betekenis|definitie|afkorting|wat voor (?:club|ding|iets|organisatie)|waar staat .{1,30} voor|wat wordt bedoeld|wat bedoel\w*)\b", "wat ", "beteken", "definitie", "afkorting", "waar staat", "bedoel",
        ),
    ),
    (
        Asked.YES_NO,
        Cue(
            r"^(?:en |maar |dus )?(?:is|zijn|mag|mogen|moet|moeten|kan|kun|kunnen|krijgt?|krijgen|wordt|word|worden|heeft|heb|hebben|gaat|gaan|komt|komen|wil|willen|zal|zullen|klopt|doet|doen|"
            r"blijft|blijven|staat|staan|vindt|geldt|gelden|lukt|verandert|laat|hoort|investeert|valt)\b|\bklopt (?:dat|het)\b|\bof niet\b|ja/nee|\btoch\?",
        ),
    ),
)  # fmt: skip
_HOW_MANY = Cue(
    r"\b(?:hoeveel|hoe veel|hvl|welk aantal|wat is het aantal|aantal|met hoevelen?|hoeveelste)\b", "hoeveel", "hoe veel", "hvl", "aantal"
)
_COUNTED = Cue(r"\b(?:hoeveel|hoe veel|aantal)\s+((?:[a-z0-9'-]+\s*){1,4})", "hoeveel", "hoe veel", "aantal")


def asked_kinds(folded: str) -> frozenset[Asked]:
    """The kinds of answer that a question asks for.

    Args:
        folded: the question itself, without greetings and context, as `tokens.fold` gives it.
    """
    asked = frozenset(kind for kind, pattern in _PATTERNS if pattern.search(folded))
    if Asked.PERCENTAGE in asked:
        asked -= {Asked.AMOUNT}
    if _HOW_MANY.search(folded) and not asked & {Asked.AMOUNT, Asked.PERCENTAGE, Asked.DURATION, Asked.AGE, Asked.FREQUENCY}:
        asked |= {Asked.NUMBER}
    return asked


def measured(folded: str) -> tuple[tuple[str, ...], str]:
    """The words after 'hoeveel' or 'aantal', of which the first noun is what is counted, and the unit of time where it is one."""
    match = _COUNTED.search(folded)
    if not match:
        return (), ""
    words = tuple(match.group(1).split())
    unit = next((word for word in words[:2] if re.fullmatch(_TIME_UNIT, word)), "")
    return (() if unit else words), unit


_IDENTIFIED = Cue(r"\b(?:welke?|wat voor)\s+((?:[a-z0-9'-]+\s*){1,3})", "welk", "wat voor")


def identified(folded: str) -> tuple[str, ...]:
    """The words after 'welke': the first noun among them is what the question wants named."""
    match = _IDENTIFIED.search(folded)
    return tuple(match.group(1).split()) if match else ()
