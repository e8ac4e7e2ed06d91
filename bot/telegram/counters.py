"""What the bot counts, and when it last heard from Telegram."""

import time
from collections import Counter

EXPLAINED = {
    "received": "updates put in the inbox",
    "questions": "questions answered or met with silence",
    "answers": "questions that got an answer",
    "silences": "questions that the sources don't answer",
    "inline": "inline queries",
    "buttons": "buttons pressed",
    "sent": "messages sent or changed",
    "retries": "new attempts after a fault",
    "resumed": "messages sent again after a restart",
    "told_to_wait": "times that Telegram told to wait",
    "refused": "calls that Telegram refused",
    "blocked": "messages to someone who blocked the bot",
    "limited": "questions over a user's ceiling",
    "feedback": "feedback received",
    "failures": "updates that met an error in the program",
    "reloads": "times that changed knowledge was loaded",
    "reloads_failed": "times that changed knowledge could not be used",
    "forged": "webhook requests with a wrong secret",
}


class Counters:
    """Counts since the start, and the time of the last contact.

    Attributes:
        knowledge_error: why the knowledge folder as it is now can't be used; empty where the bot answers from it.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.started = time.time()
        self.last_contact: float | None = None
        self.knowledge_error = ""

    def add(self, name: str, count: int = 1) -> None:
        """Count something of `EXPLAINED`."""
        self.counts[name] += count

    def heard(self) -> None:
        """Telegram answered a poll, or came with a webhook request."""
        self.last_contact = time.time()
