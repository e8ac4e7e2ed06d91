"""A `Store` in PostgreSQL, for several replicas. Each lane is in the hands of one of them at a time; what another writes for it is refused.

What is deleted here is out of reach for whoever asks the database, and no more than that: see docs/replicas.md.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from bot.answering.conversation import Conversation
from bot.named import NamedTuple
from bot.telegram.lanes import URGENT
from bot.telegram.memory import (
    ANSWERS_RETENTION,
    CONVERSATION_RETENTION,
    FEEDBACK_RETENTION,
    INBOX_RETENTION,
    NOTHING_REMEMBERED,
    ConversationRecord,
    Remembered,
    Shown,
)
from bot.telegram.postgres import statements as sql
from bot.telegram.postgres.database import Connection, Database, Row, rows
from bot.telegram.postgres.grouped import Grouped
from bot.telegram.store import LaneLostError

LEASE = 15.0
"""Seconds that a lane stays in the hands of a replica that is not heard of; its holder renews it three times as often."""

MOST_LISTED = 50
"""Updates of one lane that are read at a time."""

_ASKED_RETENTION = 120.0
_PATIENCE_AT_THE_END = 2.0
"""Seconds for what is as well without: a lease that is not given back runs out."""


@dataclass(slots=True)
class Claim:
    """A lane in our hands.

    Attributes:
        lane: its name.
        token: stands for this claim; another one has another.
        changes: how many arrivals the lane had when it was read; it is let go of only when there were no more.
        version: of the knowledge that all replicas answer from.
        updates: (number, payload, whether something was written down for it before), in order.
        all_read: whether those are all that it has.
        valid_until: on the clock of the event loop; before that nobody else can have the lane.
        open: the numbers that are not done yet.
        let_go: whether it is not in our hands any more.
    """

    lane: str
    token: UUID
    changes: int
    version: str
    updates: list[tuple[int, str, bool]]
    all_read: bool
    valid_until: float
    open: set[int] = field(default_factory=set)
    let_go: bool = False


_Columns = tuple[object, ...]
_NOTHING_SHOWN: _Columns = (None,) * 5


class _Record(NamedTuple):
    """What will be sent for an update, and its conversation as columns."""

    claim: Claim
    update_id: int
    calls: Sequence[str]
    conversation: _Columns


class _Finish(NamedTuple):
    """An update that is done, the arrivals of its lane where that is to be let go of, and what stands under its message as columns."""

    claim: Claim
    update_id: int
    changes: int | None
    under: _Columns


class PostgresStore:
    """The shared `Store` of one bot. It is used from the thread of the event loop only.

    Args:
        database: where it is.
        bot_id: of the bot: several may share a database.
        lease: seconds, see `LEASE`.
    """

    def __init__(self, database: Database, bot_id: int, lease: float = LEASE) -> None:
        self.database, self.bot_id, self.lease = database, bot_id, lease
        self.channel = f"akkoordwijzer_{bot_id}"
        self._claims: dict[int, Claim] = {}
        self._depth = 0
        self._records, self._finishes = Grouped(self._write_records), Grouped(self._write_finishes)

    @property
    def trouble(self) -> str:
        """See `Store`."""
        return self.database.outage.why

    def lasting_trouble(self) -> str:
        """See `Store`."""
        return self.database.outage.lasting()

    # -- the inbox ----------------------------------------------------------------------------------------------------

    async def receive(self, updates: Sequence[tuple[int, str, str]], patience: float | None = None) -> list[int]:
        """See `Store`."""
        numbers, lanes, payloads = ([update[column] for update in updates] for column in range(3))
        urgent = [str(lane).startswith(URGENT) for lane in lanes]
        new = await self.database.run(sql.RECEIVE, self.bot_id, numbers, lanes, payloads, urgent, patience=patience)
        return [number for (number,) in new]

    async def done(self, update_id: int) -> None:
        """See `Store`."""
        await self._finish(update_id, _NOTHING_SHOWN)

    def depth(self) -> int:
        """See `Store`: as it was at the last look."""
        return self._depth

    async def look_at_depth(self) -> None:
        """Count what waits."""
        ((self._depth,),) = await self.database.run(sql.DEPTH, self.bot_id)

    # -- lanes --------------------------------------------------------------------------------------------------------

    async def claim(self, most: int, versions: Sequence[str], urgent_only: bool = False) -> list[Claim]:
        """Take lanes that wait, the longest first, and those of someone who was not heard of for so long.

        Args:
            most: how many.
            versions: of the knowledge that this replica can answer from; where all others answer from another one it gets no lane.
            urgent_only: take only lanes that wait for no one.
        """
        token, valid_until = uuid4(), self._lease_from_now()

        async def job(connection: Connection) -> list[Row]:
            taken = await rows(connection, sql.CLAIM, (self.bot_id, token, self.lease, most, list(versions), urgent_only))
            if not taken:
                return []
            # A statement of its own: it sees all that arrived before the lanes were taken, and how much that was.
            return await rows(connection, sql.HELD, (self.bot_id, token, MOST_LISTED, [lane for (lane,) in taken]))

        return self._claimed(await self.database.do(job), token, valid_until)

    async def next_of(self, claim: Claim) -> Claim | None:
        """What came for a lane meanwhile; None where nothing did, and it is let go of.

        Raises:
            LaneLostError: it is another's now.
        """
        if claim.let_go:
            return None
        if claim.all_read and await self.database.run(sql.LET_GO, self.bot_id, claim.lane, claim.token, claim.changes):
            claim.let_go = True
            return None
        valid_until = self._lease_from_now()
        read = await self.database.run(sql.HELD, self.bot_id, claim.token, MOST_LISTED, [claim.lane])
        if not read:
            raise LaneLostError(claim.lane)
        (after,) = self._claimed(read, claim.token, min(valid_until, claim.valid_until))
        return after

    async def give_back(self, claim: Claim) -> None:
        """Let others have a lane at once, with what is left of it."""
        self.drop(claim)
        if not claim.let_go:
            claim.let_go = True
            await self.database.run(sql.GIVE_BACK, self.bot_id, claim.lane, claim.token, patience=_PATIENCE_AT_THE_END)
            await self.call_others()

    def drop(self, claim: Claim) -> None:
        """Forget a claim."""
        for number, _, _ in claim.updates:
            self._claims.pop(number, None)

    async def renew(self, claims: Sequence[Claim]) -> list[Claim]:
        """Keep lanes for another lease.

        Returns:
            Those that are another's now.
        """
        valid_until = self._lease_from_now()
        lanes, tokens = [claim.lane for claim in claims], [claim.token for claim in claims]
        renewed = {tuple(row) for row in await self.database.run(sql.RENEW, self.bot_id, lanes, tokens, self.lease)}
        lost = []
        for claim in claims:
            if (claim.lane, claim.token) in renewed:
                claim.valid_until = valid_until
            elif not claim.let_go:
                lost.append(claim)
        return lost

    async def call_others(self) -> None:
        """Wake the replicas that have nothing to do."""
        await self.tell("work", _PATIENCE_AT_THE_END)

    async def tell(self, what: str, patience: float | None = None) -> None:
        """Tell all replicas of something; who does not hear it sees it at the next look."""
        await self.database.run(sql.TELL, self.channel, what, patience=patience)

    # -- the outbox ---------------------------------------------------------------------------------------------------

    async def hold(self, update_id: int) -> None:
        """See `Store`."""
        claim = self._claim_of(update_id)
        # A part of the lease is left for the message to go out in.
        if asyncio.get_running_loop().time() > claim.valid_until - self.lease / 3 and await self.renew([claim]):
            raise LaneLostError(claim.lane)

    async def record(self, update_id: int, calls: Sequence[str], conversation: ConversationRecord | None = None) -> None:
        """See `Store`."""
        claim = self._claim_of(update_id)
        if not await self._records.put(_Record(claim, update_id, calls, _columns(conversation))):
            raise LaneLostError(claim.lane)

    async def _write_records(self, records: Sequence["_Record"]) -> list[bool]:
        calls = [(record.update_id, part, call) for record in records for part, call in enumerate(record.calls)]
        columns = _turned([(r.claim.lane, r.claim.token, r.update_id, *r.conversation) for r in records], 8)
        written = await self.database.run(sql.RECORD, self.bot_id, *columns, *_turned(calls, 3))
        held = {number for (number,) in written}
        return [record.update_id in held for record in records]

    async def recorded_calls(self, update_id: int) -> list[tuple[int, str, bool]]:
        """See `Store`."""
        read = await self.database.run(sql.RECORDED, self.bot_id, update_id)
        return [(part, call, out) for part, call, out in read]

    async def sent(self, update_id: int, part: int, last: bool, chat_id: int, message_id: int | None, shown: Shown | None) -> None:
        """See `Store`."""
        under = _NOTHING_SHOWN
        if shown and message_id is not None:
            under = (chat_id, message_id, shown.question_id, shown.asker, json.dumps(shown.to_json()))
        if last:
            await self._finish(update_id, under)
            return
        claim = self._claim_of(update_id)
        ((held,),) = await self.database.run(sql.SENT, self.bot_id, claim.lane, claim.token, update_id, *under, part)
        if not held:
            raise LaneLostError(claim.lane)

    async def _finish(self, update_id: int, under: "_Columns") -> None:
        """Write down that an update is done. With the last one of a lane the lane is let go of in the same step."""
        claim = self._claim_of(update_id)
        last = claim.all_read and claim.open <= {update_id}
        let_go = await self._finishes.put(_Finish(claim, update_id, claim.changes if last else None, under))
        if let_go is None and not await self.database.run(sql.IS_DONE, self.bot_id, update_id):
            raise LaneLostError(claim.lane)
        claim.open.discard(update_id)
        # Done and not held: this very step was taken before, and its answer was lost on the way.
        claim.let_go = claim.let_go or let_go is not False

    async def _write_finishes(self, finishes: Sequence["_Finish"]) -> list[bool | None]:
        """Whether the lane of each was let go of; None where it is not held."""
        columns = _turned([(f.claim.lane, f.claim.token, f.update_id, f.changes, *f.under) for f in finishes], 9)
        written: dict[int, bool] = dict(await self.database.run(sql.FINISH, self.bot_id, *columns))
        return [written.get(finish.update_id) for finish in finishes]

    # -- what is remembered of chats ----------------------------------------------------------------------------------

    async def conversation(self, key: str) -> Remembered:
        """See `Store`."""
        row = await self._row(sql.CONVERSATION, key, CONVERSATION_RETENTION)
        return Remembered(Conversation.from_json(json.loads(row[0])), tuple(json.loads(row[1]))) if row else NOTHING_REMEMBERED

    async def shown(self, chat_id: int, message_id: int) -> Shown | None:
        """See `Store`."""
        row = await self._row(sql.SHOWN, chat_id, message_id)
        return Shown.from_json(json.loads(row[0])) if row else None

    async def answer_to(self, chat_id: int, question_id: int) -> tuple[int, Shown] | None:
        """See `Store`."""
        row = await self._row(sql.ANSWER_TO, chat_id, question_id)
        return (int(row[0]), Shown.from_json(json.loads(row[1]))) if row else None

    async def last_answer(self, chat_id: int, asker: str) -> Shown | None:
        """See `Store`."""
        row = await self._row(sql.LAST_ANSWER, chat_id, asker)
        return Shown.from_json(json.loads(row[0])) if row else None

    async def judged(self, key: str) -> bool:
        """See `Store`."""
        return await self._row(sql.JUDGED, key) is not None

    async def keep_feedback(self, key: str, asker: str, data: dict[str, Any]) -> None:
        """See `Store`."""
        await self.database.run(sql.KEEP_FEEDBACK, self.bot_id, key, json.dumps(data, ensure_ascii=False), asker)

    async def withdraw_feedback(self, key: str) -> None:
        """See `Store`."""
        await self.database.run(sql.WITHDRAW_FEEDBACK, self.bot_id, key)

    async def forget(self, asker: str) -> None:
        """See `Store`; all replicas are told, for each remembers what it said a moment ago."""
        chat = int(asker) if asker.isdecimal() else None  # a private chat has the number of its user
        await self.database.run(sql.FORGET, self.bot_id, asker, chat)
        await self.tell("forget")

    async def move_chat(self, old: int, new: int) -> None:
        """See `Store`."""
        await self.database.run(sql.MOVE_CHAT, self.bot_id, old, new)

    async def fact(self, name: str) -> str | None:
        """See `Store`."""
        row = await self._row(sql.FACT, name)
        return row[0] if row else None

    async def remember_fact(self, name: str, value: str) -> None:
        """See `Store`."""
        await self.database.run(sql.REMEMBER_FACT, self.bot_id, name, value)

    # -- keeping it small and empty -----------------------------------------------------------------------------------

    async def prune(self) -> None:
        """See `Store`."""
        oldest_day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - FEEDBACK_RETENTION))
        await self.database.run(
            sql.PRUNE, self.bot_id, INBOX_RETENTION, ANSWERS_RETENTION, CONVERSATION_RETENTION, oldest_day, _ASKED_RETENTION
        )

    async def tidy(self) -> bool:
        """See `Store`: the database itself takes back what was deleted, when its autovacuum comes by."""
        await self.look_at_depth()
        return True

    async def close(self) -> None:
        """See `Store`."""
        await self.database.close()

    # -- claims -------------------------------------------------------------------------------------------------------

    async def _row(self, statement: str, *values: object) -> Row | None:
        read = await self.database.run(statement, self.bot_id, *values)
        return read[0] if read else None

    def _lease_from_now(self) -> float:
        """Until when a lease counts that is asked for now: reckoned from before the database hears of it."""
        return asyncio.get_running_loop().time() + self.lease

    def _claimed(self, read: Sequence[Row], token: UUID, valid_until: float) -> list[Claim]:
        claims: dict[str, Claim] = {}
        for lane, changes, version, number, payload, begun in read:
            claim = claims.setdefault(lane, Claim(lane, token, changes, version or "", [], True, valid_until))
            if number is not None:
                claim.updates.append((number, payload or "", begun))
                claim.open.add(number)
                self._claims[number] = claim
        for claim in claims.values():
            claim.all_read = len(claim.updates) < MOST_LISTED
        return list(claims.values())

    def _claim_of(self, update_id: int) -> Claim:
        claim = self._claims.get(update_id)
        if claim is None:
            raise LaneLostError(f"update {update_id}")
        return claim


def _turned(some: Sequence[_Columns], width: int) -> list[list[object]]:
    """Rows as columns."""
    return [[row[column] for row in some] for column in range(width)]


def _columns(record: ConversationRecord | None) -> _Columns:
    if record is None:
        return (None,) * 5
    conversation, questions = record.remembered
    chat = int(record.key.partition(":")[0])
    return record.key, chat, record.asker, json.dumps(conversation.to_json()), json.dumps(questions)
