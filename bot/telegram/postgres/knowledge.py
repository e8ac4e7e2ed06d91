"""All replicas answer from one version of the knowledge, so that a conversation never meets a newer one and then an older one.

A replica that has loaded other knowledge keeps it ready and says so. When all that are at work have it, or after `PATIENCE`, one row is
changed, and each lane that is taken from then on is answered from it. Who can't answer from the version in that row takes no lanes.
"""

from collections.abc import Callable, Sequence

from bot.answering.assistant import Assistant
from bot.named import NamedTuple
from bot.telegram import logs
from bot.telegram.postgres.database import Connection, rows
from bot.telegram.postgres.store import PostgresStore

PATIENCE = 60.0
"""Seconds that a version waits for replicas that can't answer from it yet."""

HEARD_WITHIN = 20.0
"""Seconds after which a replica that is not heard of is not waited for."""

_ALONE = "SELECT pg_advisory_xact_lock($1::integer, $2::integer)"
AGREEING = 1_633_772_396
"""The first of two numbers of an advisory lock; the second is of the bot. Any number that no other program takes."""

_HERE = """
INSERT INTO replicas (bot_id, replica, versions, seen) VALUES ($1::bigint, $2::text, $3::text[], clock_timestamp())
ON CONFLICT (bot_id, replica) DO UPDATE SET versions = excluded.versions, seen = excluded.seen"""
_GONE = "DELETE FROM replicas WHERE bot_id = $1::bigint AND (replica = $2::text OR seen < now() - interval '1 hour')"
_OFFER = """
INSERT INTO knowledge_offers AS o (bot_id, version) VALUES ($1::bigint, $2::text)
ON CONFLICT (bot_id, version) DO UPDATE SET
    offered = CASE WHEN $3::boolean AND o.passed THEN clock_timestamp() ELSE o.offered END, passed = o.passed AND NOT $3::boolean"""
_LIVE = """
SELECT versions FROM replicas WHERE bot_id = $1::bigint AND seen > clock_timestamp() - $2::float8 * interval '1 second'"""
_OFFERS = """
SELECT version, extract(epoch FROM clock_timestamp() - offered)::float8, passed FROM knowledge_offers
WHERE bot_id = $1::bigint ORDER BY offered DESC"""
_CURRENT = "SELECT version FROM knowledge WHERE bot_id = $1::bigint"
_SWITCH = """
WITH passed AS (UPDATE knowledge_offers SET passed = version <> $2::text WHERE bot_id = $1::bigint),
    told AS (SELECT pg_notify($3::text, 'knowledge'))
INSERT INTO knowledge (bot_id, version) SELECT $1::bigint, $2::text FROM told
ON CONFLICT (bot_id) DO UPDATE SET version = excluded.version, since = now()"""

_FORGET_OLD = "DELETE FROM knowledge_offers WHERE bot_id = $1::bigint AND passed AND offered < now() - interval '90 days'"


class Offer(NamedTuple):
    """A version that some replica had ready at some time.

    Attributes:
        age: seconds since it was offered.
        passed: whether another took its place since.
    """

    version: str
    age: float
    passed: bool


def agreed(current: str | None, live: Sequence[Sequence[str]], offers: Sequence[Offer]) -> str | None:
    """The version to answer from.

    Args:
        current: the one of now.
        live: for each replica at work the versions that it has ready.
        offers: the newest first.
    """
    ready = [offer for offer in offers if any(offer.version in versions for versions in live)]
    for offer in ready:
        if offer.version == current:
            break
        if not offer.passed and (offer.age >= PATIENCE or all(offer.version in versions for versions in live)):
            return offer.version
    # Nobody can answer from it any more, as after going back to an earlier release.
    if ready and all(offer.version != current for offer in ready):
        return ready[0].version
    return current


class SharedKnowledge:
    """What one replica has ready, and what all agreed on.

    Args:
        replica: its name.
        assistant: what it begins with.
        switch_to: has another assistant answer from now on.
    """

    def __init__(self, store: PostgresStore, replica: str, assistant: Assistant, switch_to: Callable[[Assistant], None]) -> None:
        self._store, self._replica, self._switch_to = store, replica, switch_to
        self._ready = {version_of(assistant): assistant}
        self._current = version_of(assistant)
        self._new = False
        self.agreed_on = ""

    def versions(self) -> list[str]:
        """Those that this replica can answer from."""
        return list(self._ready)

    def waits(self) -> bool:
        """Whether all answer from a version that this replica has not."""
        return bool(self.agreed_on) and self.agreed_on not in self._ready

    def at_version(self, version: str) -> bool:
        """Answer from a version from now on.

        Returns:
            Whether that can be done.
        """
        if version != self.agreed_on:
            self.agreed_on = version
            logs.event("knowledge_agreed", version=version)
            if version not in self._ready:
                logs.warning("knowledge_differs", agreed=version, ready=self.versions())
        if version not in self._ready:
            return False
        if version != self._current:
            self._current = version
            self._switch_to(self._ready[version])
            self._ready = {version: self._ready[version]}
        return True

    async def offer(self, assistant: Assistant) -> None:
        """Have other knowledge ready, to be switched to when it is time."""
        self._ready = {self._current: self._ready[self._current], version_of(assistant): assistant}
        self._new = True
        await self.look()

    async def look(self) -> None:
        """Say what is ready here, and see what all answer from."""
        name, channel = self._store.bot_id, self._store.channel
        newest = list(self._ready)[-1]

        async def job(connection: Connection) -> str | None:
            async with connection.transaction():
                await rows(connection, _ALONE, (AGREEING, name % 2**31))
                await rows(connection, _HERE, (name, self._replica, self.versions()))
                await rows(connection, _OFFER, (name, newest, self._new))
                current = await rows(connection, _CURRENT, (name,))
                live = [versions for (versions,) in await rows(connection, _LIVE, (name, HEARD_WITHIN))]
                offers = [Offer(*row) for row in await rows(connection, _OFFERS, (name,))]
                before = current[0][0] if current else None
                after = agreed(before, live, offers)
                if after and after != before:
                    await rows(connection, _SWITCH, (name, after, channel))
                    await rows(connection, _FORGET_OLD, (name,))
                return after

        version = await self._store.database.do(job)
        self._new = False
        if version:
            self.at_version(version)

    async def leave(self) -> None:
        """Be waited for no longer."""
        await self._store.database.run(_GONE, self._store.bot_id, self._replica, patience=1.0)


def version_of(assistant: Assistant) -> str:
    """What stands for the knowledge of an assistant."""
    return assistant.knowledge.version
