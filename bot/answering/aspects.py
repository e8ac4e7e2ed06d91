"""What a question asks of its subject besides the subject itself: whose opinion, which procedure, what a link leads to.

A passage on the right subject that lacks the aspect is no answer, however many words it shares with the question.
"""

from collections.abc import Container

from bot.answering.asked import Asked
from bot.index.sentences import SentenceView
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Reason
from bot.language.cue import Cue
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import names

_OPINION = Cue(
    r"\b(?:wat (?:vindt|vinden|vond|vonden|denkt|denken|zegt|zeggen|zei|zeiden)|hoe (?:denkt|denken|reageert|reageren|reageerde|kijkt|kijken|oordeelt) )\s*"
    r"(?P<who>(?:\S+ ){0,6}?)(?:van|over|op|erover|ervan|daarvan|daarover|hiervan|hierover|ermee|tegen)\b|"
    r"\b(?:standpunt|mening|reactie|oordeel|kritiek|advies|visie|opvatting|commentaar|uitspraak) (?:van|bracht|gaf|geeft) (?P<of>(?:\S+ ?){1,5})|^reactie (?P<bare>\S+)",
    "wat v",
    "wat d",
    "wat z",
    "hoe ",
    "standpunt",
    "mening",
    "reactie",
    "oordeel",
    "kritiek",
    "advies",
    "visie",
    "opvatting",
    "commentaar",
    "uitspraak",
)
_SPEAKERS = Cue(
    r"\b(?:blog\w*|schrijver|schrijfster|auteur|columnist|kis|kennisplatform|kabinet|regering|coalitie|akkoord|regeerakkoord|overheid|men|ze|hij|zij|je|jij|u|bron|tekst|document|ons|wij)\b"
)
_SMALL = frozenset(("de het een van over op die dat deze dit onze ons hun er zelf eigenlijk nou nu dan in uit bij").split())

_PROCEDURE = Cue(
    r"\b(?:\w*formulier\w*|loket|aanvraagprocedure|aangifte|bezwaarschrift|bezwaar|beroepschrift|klacht|inschrijven|aanmelden|afmelden|opgeven|aanvragen|aanvraag|"
    r"opzeggen|indienen|inleveren|digid|afspraak maken|meenemen|machtiging|bewijsstukken|pasfoto|wachtlijst|spreekuur|wachttijd|stappenplan|inloggen|downloaden)\b"
)
_DESK = Cue(
    r"\b(?:\w*formulier\w*|loket|aanvraagprocedure|spreekuur|wachttijd|wachtlijst|stappenplan|digid)\b",
    "formulier",
    "loket",
    "aanvraag",
    "spreekuur",
    "wacht",
    "stappen",
    "digid",
)
_HOW_TO = Cue(
    r"\bhoe (?:doe|doet|kan|kun|kunt|moet|dien|vraag|vraagt|meld|meldt|schrijf|maak|maakt|sluit|regel|regelt|zegt|zeg|geef|krijg|kom) (?:ik|je|jij|we|wij|u|iemand|men|een|mijn|hij|zij|ouders?)\b|"
    r"\bhoe (?:ik|wij) \w+|\bwaar (?:kan|moet|meld|vraag|geef) (?:ik|je|we|men|iemand)\b|\bwelke? (?:\w+ )?formulier|\bwelke (?:papieren|documenten|stappen)\b.*\b(?:ik|je|nodig|mee)",
    "hoe ",
    "waar ",
    "formulier",
    "welke",
)
_BEHIND_LINK = Cue(
    r"\b(?:welke (?:tips|adviezen|aanbevelingen|stappen|cijfers|resultaten|uitkomsten|voorbeelden|conclusies)|tips|wat (?:staat|stond|staan) er in (?:de|het|die)|wat is de inhoud|"
    r"scoort|scoren|uitkomst|resultaten|conclusie|volgens de (?:handreiking|monitor)|hoeveel|wat zegt de (?:handreiking|monitor))\b"
)
_POINTER = Cue(r"^(?:download|lees|bekijk|zie|klik|kijk)\b")
_NAMED_TIME = Cue(
    r"\b(?:januari|februari|maart|april|juni|juli|augustus|september|oktober|november|december|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|"
    r"jaren (?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)|vorige eeuw|middeleeuwen|eerste wereldoorlog|tweede wereldoorlog|voor de oorlog|na de oorlog|schooljaar)\b"
)
_NOW = Cue(r"\b(?:nu|nou|op dit moment|momenteel|inmiddels|vandaag de dag|tot nu toe|al|reeds|tegenwoordig|op het ogenblik)\b")
_FUTURE = Cue(r"\b(?:gaat|gaan|wordt|worden|zal|zullen|wil|willen|mag|mogen|komt|komen|moet|moeten)\b")
_PARTY = Cue(r"\b(?:welke (?:politieke )?partij|partijlid|lid van welke|politieke kleur|partij van)\b", "partij", "kleur")
_OTHER_CABINET = Cue(r"\b(?:vorige?|volgende?|huidige?|eerdere?|nieuwste|vlaamse?|belgische?|duitse?|provinciale?) (?:kabinet|regering|regeerakkoord|coalitie|coalitieakkoord|akkoord|bestuursakkoord)\b", "kabinet", "regering", "coalitie", "akkoord")  # fmt: skip
_HERE = Cue(
    r"\b(?:bij ons|hier in|onze (?:gemeente|stad|wijk|buurt|regio|provincie)|mijn (?:gemeente|stad|wijk|buurt|dorp|straat)|ons dorp|in de buurt|hier)\b",
    "ons",
    "hier",
    "onze",
    "mijn",
    "buurt",
)


def missing_aspect(read: ReadQuestion, view: SentenceView, sentence: str, source_text: Container[str]) -> tuple[Reason, str] | None:
    """The aspect that a question asks for and a sentence does not have.

    Args:
        read: the question.
        view: the sentence's words and facts.
        sentence: its text.
        source_text: the folded text of the passage's whole document: what is asked is whether some words stand in it.

    Returns:
        The reason for silence and what is missing, or None where nothing is.
    """
    question = read.question.focus_text
    time = _NAMED_TIME.search(question)
    if time and time.group() not in source_text:
        return Reason.NO_DATE, time.group()
    other = _OTHER_CABINET.search(question)
    if other and other.group().split()[0].rstrip("e") not in fold(sentence):
        return Reason.OTHER_AGREEMENT, other.group()
    holder = opinion_holder(question)
    if holder and not _SPEAKERS.search(holder) and not _speaks(read, view, holder):
        return Reason.NO_OPINION, ""
    if _HOW_TO.search(question) or _DESK.search(question):
        for match in _PROCEDURE.finditer(question):
            word = match.group()
            if word not in fold(sentence) and not _matched(read, view, word):
                return Reason.NO_PROCEDURE, ""
    if _POINTER.match(fold(sentence)) and _BEHIND_LINK.search(question):
        return Reason.ONLY_A_LINK, ""
    if Asked.NUMBER in read.question.asked and _NOW.search(question) and not _NOW.search(fold(sentence)) and _FUTURE.search(fold(sentence)):
        return Reason.NO_NUMBER, ""
    if _PARTY.search(question) and not any(names().get(name) == "partijen" for name in view.facts.names):
        return Reason.NO_NAME, ""
    if _HERE.search(question):
        for token in tokenize(read.question.text):
            if token.capitalised and names().get(token.form) == "nederlandse gemeenten" and token.form not in source_text:
                return Reason.OTHER_NAME, token.surface
    return None


def opinion_holder(question: str) -> str:
    """Whose opinion a folded question asks for, or ''."""
    match = _OPINION.search(question)
    if not match:
        return ""
    return (match.group("who") or match.group("of") or match.group("bare") or "").strip(" ?.,")


def _speaks(read: ReadQuestion, view: SentenceView, holder: str) -> bool:
    words = {token.form for token in tokenize(holder)} - _SMALL
    concepts = [c for c in read.concepts if c.word.form in words]
    return not words or any(c.match(view.own) >= 0.8 for c in concepts)


def _matched(read: ReadQuestion, view: SentenceView, word: str) -> bool:
    concept = next((c for c in read.concepts if c.word.form == word), None)
    return concept is None or concept.match(view.wide) >= 0.6
