"""Ceilings that hold for all replicas together: each question and each message is counted in the database, by its clock."""

import asyncio

from bot.telegram.limits import GROUP_MESSAGES, TO_BE_SURE, WAITING_TOGETHER, WINDOW, Verdict
from bot.telegram.postgres.database import Database

_COUNT = """
INSERT INTO asked AS a (bot_id, what, asker, at) VALUES ($1::bigint, $2::text, $3::text, ARRAY[clock_timestamp()])
ON CONFLICT (bot_id, what, asker) DO UPDATE SET
    (at, told, verdict, last) = (
        SELECT CASE WHEN recent.count < $4::bigint THEN recent.at || clock_timestamp() ELSE recent.at END,
            CASE WHEN recent.count < $4::bigint OR recent.told THEN a.told ELSE clock_timestamp() END,
            CASE WHEN recent.count < $4::bigint THEN 0 WHEN recent.told THEN 2 ELSE 1 END,
            clock_timestamp()
        FROM (
            SELECT count(t), coalesce(array_agg(t ORDER BY t) FILTER (WHERE t IS NOT NULL), '{}') AS at,
                coalesce(a.told > clock_timestamp() - $5::float8 * interval '1 second', false) AS told
            FROM unnest(a.at) t WHERE t > clock_timestamp() - $5::float8 * interval '1 second'
        ) recent)
RETURNING verdict"""
_VERDICTS = (Verdict.WELCOME, Verdict.TOO_MANY, Verdict.SILENT)

_PAUSE = """
WITH this AS (
    INSERT INTO chat_pace AS c (bot_id, chat_id, paused_until)
    VALUES ($1::bigint, $2::bigint, clock_timestamp() + $3::float8 * interval '1 second')
    ON CONFLICT (bot_id, chat_id) DO UPDATE
    SET paused_until = greatest(c.paused_until, excluded.paused_until), last = clock_timestamp()
), others AS (
    SELECT FROM chat_pace WHERE bot_id = $1::bigint AND chat_id <> $2::bigint AND paused_until > clock_timestamp()
    HAVING count(*) >= $4::bigint - 1
)
INSERT INTO pace AS p (bot_id, paused_until)
SELECT $1::bigint, clock_timestamp() + $3::float8 * interval '1 second' FROM others
ON CONFLICT (bot_id) DO UPDATE SET paused_until = greatest(p.paused_until, excluded.paused_until)"""

_WAIT = """
SELECT greatest(0.0, extract(epoch FROM greatest(
    paused_until,
    CASE WHEN $3::integer > 0 AND cardinality(at) >= $3::integer
        THEN at[cardinality(at) - $3::integer + 1] + $4::float8 * interval '1 second' ELSE 'epoch' END
) - clock_timestamp()))::float8
FROM chat_pace WHERE bot_id = $1::bigint AND chat_id = $2::bigint"""

_TURN = """
INSERT INTO pace AS p (bot_id, next) VALUES ($1::bigint, clock_timestamp() + $2::float8 * interval '1 second')
ON CONFLICT (bot_id) DO UPDATE
SET next = greatest(p.next, p.paused_until, clock_timestamp()) + $2::float8 * interval '1 second'
RETURNING greatest(0.0, extract(epoch FROM next - $2::float8 * interval '1 second' - clock_timestamp()))::float8"""

_ALL_WAIT = """
SELECT coalesce(greatest(0.0, extract(epoch FROM max(paused_until) - clock_timestamp())), 0.0)::float8 FROM pace WHERE bot_id = $1::bigint"""

_TO_GROUP = """
INSERT INTO chat_pace AS c (bot_id, chat_id, at) VALUES ($1::bigint, $2::bigint, ARRAY[clock_timestamp()])
ON CONFLICT (bot_id, chat_id) DO UPDATE SET
    at = (c.at || clock_timestamp())[greatest(1, cardinality(c.at) + 2 - $3::integer):], last = clock_timestamp()"""


class SharedCeiling:
    """A `Ceiling` of all replicas.

    Args:
        what: is counted: each kind by itself.
        per_minute: how many; less than one means one in so much more than a minute; 0 for any number.
    """

    def __init__(self, database: Database, bot_id: int, what: str, per_minute: float) -> None:
        self._database, self._bot_id, self._what = database, bot_id, what
        self._most = max(1, int(per_minute)) if per_minute else 0
        self._window = WINDOW * self._most / per_minute if per_minute else WINDOW

    async def count(self, asker: str) -> Verdict:
        """See `Ceiling`."""
        if not self._most:
            return Verdict.WELCOME
        ((verdict,),) = await self._database.run(_COUNT, self._bot_id, self._what, asker, self._most, self._window)
        return _VERDICTS[verdict]

    def forget_old(self) -> None:
        """See `Ceiling`: the store's `prune` does it."""


class SharedPace:
    """The `Pace` of all replicas.

    Args:
        per_second: how many messages may go out; 0 for any number.
        per_group_minute: how many may go to one group in a minute; 0 for any number.
    """

    def __init__(self, database: Database, bot_id: int, per_second: float, per_group_minute: int = GROUP_MESSAGES) -> None:
        self._database, self._bot_id = database, bot_id
        self._interval = 1.0 / per_second if per_second else 0.0
        self._per_group = per_group_minute

    async def pause(self, chat_id: int, seconds: float) -> None:
        """See `Pace`."""
        await self._database.run(_PAUSE, self._bot_id, chat_id, seconds, WAITING_TOGETHER)

    async def wait_for(self, chat_id: int) -> float:
        """See `Pace`."""
        read = await self._database.run(_WAIT, self._bot_id, chat_id, self._per_group, WINDOW + TO_BE_SURE)
        return float(read[0][0]) if read else 0.0

    async def turn(self, chat_id: int) -> None:
        """See `Pace`."""
        ((wait,),) = await self._database.run(_TURN, self._bot_id, self._interval)
        while wait > 0:
            await asyncio.sleep(wait)
            # Telegram may have told all to wait meanwhile.
            ((wait,),) = await self._database.run(_ALL_WAIT, self._bot_id)
        if chat_id < 0 and self._per_group:
            # Groups and channels have numbers below zero.
            await self._database.run(_TO_GROUP, self._bot_id, chat_id, self._per_group)
