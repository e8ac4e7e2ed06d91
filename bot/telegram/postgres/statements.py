"""The SQL of the shared state. Times are the server's; $1 is the bot. A lease counts by the holder's token, which another claim can't have."""

RECEIVE = """
WITH incoming AS (
    SELECT * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::boolean[]) AS t (update_id, lane, payload, urgent)
), new AS (
    INSERT INTO inbox (bot_id, update_id, lane, payload) SELECT $1::bigint, update_id, lane, payload FROM incoming
    ON CONFLICT DO NOTHING RETURNING update_id, lane
), marked AS (
    INSERT INTO lanes (bot_id, lane, urgent)
    SELECT $1::bigint, lane, bool_or(incoming.urgent) FROM new JOIN incoming USING (update_id, lane) GROUP BY lane ORDER BY lane
    ON CONFLICT (bot_id, lane) DO UPDATE SET changes = lanes.changes + 1
)
SELECT update_id FROM new"""
"""One step: what is new is in the inbox, and its lanes are marked as having work."""

DEPTH = "SELECT count(*) FROM inbox WHERE bot_id = $1::bigint AND NOT done"

CLAIM = """
UPDATE lanes SET holder = $2::uuid, held_until = clock_timestamp() + $3::float8 * interval '1 second'
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM lanes
    WHERE bot_id = $1::bigint AND (urgent OR NOT $6::boolean)
        AND (held_until IS NULL OR (held_until < clock_timestamp()
            AND pg_postmaster_start_time() < clock_timestamp() - $3::float8 * interval '1 second'))
        AND EXISTS (SELECT FROM knowledge WHERE bot_id = $1::bigint AND version = ANY ($5::text[]))
    ORDER BY urgent DESC, since FOR UPDATE SKIP LOCKED LIMIT $4::bigint))
RETURNING lane"""
"""By their place, so that locked rows are found at once whatever the planner knows of the table. A server that was away has let all leases run out: their holders get the time of one lease to renew them."""

HELD = """
SELECT l.lane, l.changes, (SELECT version FROM knowledge WHERE bot_id = $1::bigint), i.update_id, i.payload, i.begun
FROM lanes l LEFT JOIN LATERAL (
    SELECT update_id, payload, EXISTS (SELECT FROM outbox o WHERE o.bot_id = $1::bigint AND o.update_id = inbox.update_id) AS begun
    FROM inbox WHERE bot_id = $1::bigint AND lane = l.lane AND NOT done ORDER BY update_id LIMIT $3::bigint
) i ON true
WHERE l.bot_id = $1::bigint AND l.lane = ANY ($4::text[]) AND l.holder = $2::uuid
ORDER BY l.urgent DESC, l.since, i.update_id"""

LET_GO = """
DELETE FROM lanes WHERE bot_id = $1::bigint AND lane = $2::text AND holder = $3::uuid AND changes = $4::bigint RETURNING true"""

GIVE_BACK = "UPDATE lanes SET holder = NULL, held_until = NULL WHERE bot_id = $1::bigint AND lane = $2::text AND holder = $3::uuid"

RENEW = """
UPDATE lanes SET held_until = clock_timestamp() + $4::float8 * interval '1 second'
FROM unnest($2::text[], $3::uuid[]) AS t (lane, holder)
WHERE lanes.bot_id = $1::bigint AND lanes.lane = t.lane AND lanes.holder = t.holder RETURNING lanes.lane, lanes.holder"""

TELL = "SELECT pg_notify($1::text, $2::text)"

_HELD_BY_US = "held AS (SELECT bot_id FROM lanes WHERE bot_id = $1::bigint AND lane = $2::text AND holder = $3::uuid FOR UPDATE)"

RECORD = f"""
WITH {_HELD_BY_US}, written AS (
    INSERT INTO outbox (bot_id, update_id, part, call)
    SELECT bot_id, $4::bigint, part - 1, call FROM held, unnest($5::text[]) WITH ORDINALITY AS t (call, part)
    ON CONFLICT (bot_id, update_id, part) DO UPDATE SET call = excluded.call, out = false
), kept AS (
    INSERT INTO conversations (bot_id, key, chat_id, asker, data, questions)
    SELECT bot_id, $6::text, $7::bigint, $8::text, $9::text, $10::text FROM held WHERE $6::text IS NOT NULL
    ON CONFLICT (bot_id, key) DO UPDATE
    SET asker = excluded.asker, data = excluded.data, questions = excluded.questions, updated = now()
)
SELECT count(*) FROM held"""  # noqa: S608 - the part above

RECORDED = "SELECT part, call, out FROM outbox WHERE bot_id = $1::bigint AND update_id = $2::bigint ORDER BY part"

_SHOWN = """shown AS (
    INSERT INTO answers (bot_id, chat_id, message_id, question_id, asker, data)
    SELECT bot_id, $5::bigint, $6::bigint, $7::bigint, $8::text, $9::text FROM held WHERE $5::bigint IS NOT NULL
    ON CONFLICT (bot_id, chat_id, message_id) DO UPDATE
    SET question_id = excluded.question_id, asker = excluded.asker, data = excluded.data, created = now()
)"""

_DONE = """gone AS (
    DELETE FROM outbox USING held WHERE outbox.bot_id = held.bot_id AND update_id = $4::bigint
), done AS (
    UPDATE inbox SET done = true, payload = NULL, lane = NULL FROM held WHERE inbox.bot_id = held.bot_id AND update_id = $4::bigint
)"""


def _letting_go(changes: str) -> str:
    return f"""let_go AS (
    DELETE FROM lanes WHERE bot_id = $1::bigint AND lane = $2::text AND holder = $3::uuid AND changes = {changes}::bigint RETURNING true
)"""  # noqa: S608 - the number of a parameter


_BOTH = "SELECT (SELECT count(*) FROM held), {let_go}"
_NOT_LET_GO, _LET_GO = _BOTH.format(let_go=0), _BOTH.format(let_go="(SELECT count(*) FROM let_go)")

DONE = f"WITH {_HELD_BY_US}, {_DONE} {_NOT_LET_GO}"
DONE_AND_LET_GO = f"WITH {_HELD_BY_US}, {_DONE}, {_letting_go('$5')} {_LET_GO}"
SENT_LAST = f"WITH {_HELD_BY_US}, {_SHOWN}, {_DONE} {_NOT_LET_GO}"
SENT_LAST_AND_LET_GO = f"WITH {_HELD_BY_US}, {_SHOWN}, {_DONE}, {_letting_go('$10')} {_LET_GO}"
SENT = f"""
WITH {_HELD_BY_US}, {_SHOWN}, part AS (
    UPDATE outbox SET out = true, call = '' FROM held
    WHERE outbox.bot_id = held.bot_id AND update_id = $4::bigint AND part = $10::integer
)
SELECT count(*) FROM held"""  # noqa: S608 - the parts above
IS_DONE = "SELECT true FROM inbox WHERE bot_id = $1::bigint AND update_id = $2::bigint AND done"

CONVERSATION = """
SELECT data, questions FROM conversations
WHERE bot_id = $1::bigint AND key = $2::text AND updated > now() - $3::float8 * interval '1 second'"""
SHOWN = "SELECT data FROM answers WHERE bot_id = $1::bigint AND chat_id = $2::bigint AND message_id = $3::bigint"
ANSWER_TO = """
SELECT message_id, data FROM answers WHERE bot_id = $1::bigint AND chat_id = $2::bigint AND question_id = $3::bigint
ORDER BY message_id LIMIT 1"""
LAST_ANSWER = """
SELECT data FROM answers WHERE bot_id = $1::bigint AND chat_id = $2::bigint AND asker = $3::text ORDER BY message_id DESC LIMIT 1"""
JUDGED = "SELECT true FROM feedback WHERE bot_id = $1::bigint AND key = $2::text"
KEEP_FEEDBACK = """
INSERT INTO feedback (bot_id, key, day, data, asker)
VALUES ($1::bigint, $2::text, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), $3::text, $4::text)
ON CONFLICT (bot_id, key) DO UPDATE SET day = excluded.day, data = excluded.data, asker = excluded.asker"""
WITHDRAW_FEEDBACK = "DELETE FROM feedback WHERE bot_id = $1::bigint AND key = $2::text"
FORGET = """
WITH conversations_gone AS (DELETE FROM conversations WHERE bot_id = $1::bigint AND asker = $2::text),
    answers_gone AS (DELETE FROM answers WHERE bot_id = $1::bigint AND (asker = $2::text OR chat_id = $3::bigint))
DELETE FROM feedback WHERE bot_id = $1::bigint AND asker = $2::text"""
MOVE_CHAT = """
WITH gone AS (DELETE FROM answers WHERE bot_id = $1::bigint AND chat_id = $2::bigint), -- messages have other numbers in the supergroup
    moved AS (DELETE FROM conversations WHERE bot_id = $1::bigint AND chat_id = $2::bigint RETURNING *)
INSERT INTO conversations (bot_id, key, chat_id, asker, data, questions, updated)
SELECT bot_id, $3::bigint || substr(key, strpos(key, ':')), $3::bigint, asker, data, questions, updated FROM moved
ON CONFLICT (bot_id, key) DO UPDATE
SET asker = excluded.asker, data = excluded.data, questions = excluded.questions, updated = excluded.updated"""
FACT = "SELECT value FROM facts WHERE bot_id = $1::bigint AND name = $2::text"
REMEMBER_FACT = """
INSERT INTO facts (bot_id, name, value) VALUES ($1::bigint, $2::text, $3::text)
ON CONFLICT (bot_id, name) DO UPDATE SET value = excluded.value"""

PRUNE = """
WITH answered AS (DELETE FROM inbox WHERE bot_id = $1::bigint AND done AND received < now() - $2::float8 * interval '1 second'),
    shown AS (DELETE FROM answers WHERE bot_id = $1::bigint AND created < now() - $3::float8 * interval '1 second'),
    talked AS (DELETE FROM conversations WHERE bot_id = $1::bigint AND updated < now() - $4::float8 * interval '1 second'),
    judged AS (DELETE FROM feedback WHERE bot_id = $1::bigint AND day < $5::text),
    told AS (DELETE FROM asked WHERE bot_id = $1::bigint AND last < now() - $6::float8 * interval '1 second')
DELETE FROM chat_pace
WHERE bot_id = $1::bigint AND last < now() - $6::float8 * interval '1 second' AND paused_until < now()"""
