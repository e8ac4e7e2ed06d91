"""Greetings, thanks and questions about the bot itself: a short fitting text instead of a search."""

import re

from bot.answering.reply import Reason
from bot.language.cue import Cue
from bot.language.tokens import clean, fold

_GREETING = (
    r"(?:(?:hoi|hallo|hello|hey|hee|hi|hai|dag|moi|yo|goede?\s?(?:morgen|middag|avond|dag)|goeie\w*|salut|gegroet|joe|hallootjes|"
    r"alles goed|alles kits|hoe gaat het|hoe gaat ie|hoe is het|hoe is t|alles wel|bot|met jou|ermee|er|daar|allemaal|iedereen|beste)\W*)+"
)
_PATTERNS = (
    (Reason.GREETING, Cue(rf"{_GREETING}$")),
    (
        Reason.THANKS,
        Cue(
            r"(?:(?:ok|oke|top|super|mooi|fijn|perfect|prima|duidelijk|helder|heel erg|hartelijk|nee|ja|goed|tof|gaaf|bedankt|dank\s?(?:je|u)?\s?(?:wel)?|merci|thanks|thx|"
            r"thnx|tnx|voor|je|de|hulp|antwoord|uitleg|dat|was|het|doei|tot ziens|fijne dag|fijne avond|nog|een)\W*)+$",
            "dank", "merci", "thanks", "thx", "thnx", "tnx", "top", "super", "mooi", "fijn", "perfect", "prima", "duidelijk", "helder",
            "ok", "tof", "gaaf", "doei", "tot ziens", "goed", "nee", "ja",
        ),
    ),
    (
        Reason.WHO_ARE_YOU,
        Cue(
            r".{0,30}\b(?:wie|wat) (?:ben|bent|zijn) (?:jij|je|u|jullie|gij)\b(?: (?:eigenlijk|nou|nu|precies|dan|voor \w+))*\W*$|.*\b(?:ben|bent) (?:jij|je|u) (?:een )?(?:echt|mens|robot|bot|computer|chatgpt|ai|chatbot)\b.*|"
            r".*\bhoe heet (?:jij|je|u)\b.*|.*\bwie heeft (?:jou|je|u) gemaakt\b.*|.*\b(?:wat is|hoe is) (?:jouw|je|uw) naam\b.*|.*\bhoe werk (?:jij|je)\b.*",
            "ben ", "bent ", "zijn j", "heet", "naam", "werk j", "gemaakt",
        ),
    ),
    (
        Reason.HELP,
        Cue(
            r"(?:/?help|/?start|hulp|help me|info|uitleg|menu|wat kan ik (?:hier |jou |je )?(?:vragen|doen)|wat kun (?:je|jij)(?: allemaal)?(?: doen)?|wat kan (?:je|jij)(?: allemaal)?(?: doen)?|"
            r"hoe werkt (?:dit|het|deze bot)|wat weet (?:je|jij)(?: allemaal)?|waar(?:over)? kan ik (?:iets |je |jou )?(?:over )?vragen(?: over)?)\W*$"
        ),
    ),
    (
        Reason.NOT_A_QUESTION,
        Cue(
            r".*\b(?:mop|grap|grapje|raadsel|gedicht|liedje|lied|rap)\b.*\b(?:vertel|schrijf|maak|zing|vertellen|schrijven)\b.*|.*\b(?:vertel|schrijf|maak|zing)\b.*\b(?:mop|grap|grapje|raadsel|gedicht\w*|liefdesgedicht|liedje|rap|verhaaltje|sprookje)\b.*|"
            r".*\b(?:negeer|vergeet|ignore|disregard)\b.{0,40}\b(?:instructies?|regels|opdracht(?:en)?|instructions|prompt|rules)\b.*|"
            r".*\b(?:systeemprompt|system prompt|jailbreak|wachtwoord|geheime sleutel|api.?key|bot ?token)\b.*|^system:.*|.*\b(?:doe alsof|gedraag je als|je bent vanaf nu|vanaf nu ben je|speel de rol)\b.*|"
            r".*\b(?:select \*|drop table|insert into|union select|<script|javascript:).*",
            "vertel", "schrijf", "maak", "zing", "negeer", "vergeet", "ignore", "disregard", "prompt", "jailbreak", "wachtwoord",
            "sleutel", "api", "token", "system:", "alsof", "gedraag", "vanaf nu", "speel", "select", "drop", "insert", "union", "script",
        ),
    ),
)  # fmt: skip


_SHORT = frozenset({Reason.GREETING, Reason.THANKS, Reason.HELP})
LONGEST_TALK = 45
"""Characters: a longer text holds more than a greeting, thanks or a call for help."""


def small_talk(text: str) -> Reason | None:
    """What kind of talk a text is that asks nothing of the sources; None for a question."""
    folded = re.sub(r"\s+", " ", fold(clean(text))).strip(" .!?,")
    if not folded:
        return None
    for reason, pattern in _PATTERNS:
        if reason in _SHORT and len(folded) > LONGEST_TALK:
            continue
        if pattern.fullmatch(folded) if reason is not Reason.NOT_A_QUESTION else pattern.match(folded):
            return reason
    return None
