"""From Telegram into the inbox, the same for polling and webhook."""

from collections.abc import Sequence

from telegram.ext import ExtBot

from bot.telegram import intake, logs
from bot.telegram.counters import Counters
from bot.telegram.intake import Incoming
from bot.telegram.lanes import Lanes
from bot.telegram.store import Store


class Receiver:
    """Puts what concerns the bot in the inbox, and then in its lane."""

    def __init__(self, bot: ExtBot[None], store: Store, lanes: Lanes, counters: Counters) -> None:
        self._bot, self._store, self._lanes, self._counters = bot, store, lanes, counters

    def take(self, raws: Sequence[object]) -> None:
        """Put updates in the inbox. After this Telegram may hear that they arrived.

        Raises:
            sqlite3.Error: they are not in the inbox; Telegram must keep them.
        """
        read = [incoming for raw in raws if (incoming := self._read(raw)) is not None]
        if not read:
            return
        new = set(self._store.receive([(i.update_id, i.lane, i.payload) for i in read]))
        self._counters.add("received", len(new))
        for incoming in read:
            if incoming.update_id in new:
                new.discard(incoming.update_id)
                self._lanes.put(incoming.update_id, incoming.lane, incoming.update)

    def _read(self, raw: object) -> Incoming | None:
        try:
            return intake.read(raw, self._bot)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # Telegram would give it again for ever; no later version of the same message will be any better.
            logs.failure("update_not_understood", error)
            return None
