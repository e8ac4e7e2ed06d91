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

# What locks several lanes at once locks them by name, as whoever receives does: then nobody waits for another in a circle.
RENEW = """
WITH held AS (
    SELECT lane, holder FROM lanes JOIN unnest($2::text[], $3::uuid[]) AS t (lane, holder) USING (lane, holder)
    WHERE bot_id = $1::bigint ORDER BY lane FOR UPDATE OF lanes
)
UPDATE lanes SET held_until = clock_timestamp() + $4::float8 * interval '1 second'
FROM held WHERE lanes.bot_id = $1::bigint AND lanes.lane = held.lane AND lanes.holder = held.holder RETURNING lanes.lane, lanes.holder"""

TELL = "SELECT pg_notify($1::text, $2::text)"

_HELD_BY_US = "held AS (SELECT bot_id FROM lanes WHERE bot_id = $1::bigint AND lane = $2::text AND holder = $3::uuid FOR UPDATE)"
_HELD_OF_GIVEN = """held AS (
    SELECT given.* FROM lanes JOIN given USING (lane, holder) WHERE lanes.bot_id = $1::bigint ORDER BY lane FOR UPDATE OF lanes
)"""

RECORD = f"""
WITH given AS (
    SELECT * FROM unnest($2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[])
    AS t (lane, holder, update_id, key, chat_id, asker, data, questions)
), {_HELD_OF_GIVEN}, written AS (
    INSERT INTO outbox (bot_id, update_id, part, call)
    SELECT $1::bigint, update_id, part, call
    FROM unnest($10::bigint[], $11::integer[], $12::text[]) AS t (update_id, part, call) JOIN held USING (update_id)
    ON CONFLICT (bot_id, update_id, part) DO UPDATE SET call = excluded.call, out = false
), kept AS (
    INSERT INTO conversations (bot_id, key, chat_id, asker, data, questions)
    SELECT $1::bigint, key, chat_id, asker, data, questions FROM held WHERE key IS NOT NULL
    ON CONFLICT (bot_id, key) DO UPDATE
    SET asker = excluded.asker, data = excluded.data, questions = excluded.questions, updated = now()
)
SELECT update_id FROM held"""  # noqa: S608 - the part above
"""Gives the updates whose lanes are held, and only those are written. The calls come apart, for an update may have several."""

RECORDED = "SELECT part, call, out FROM outbox WHERE bot_id = $1::bigint AND update_id = $2::bigint ORDER BY part"

FINISH = f"""
WITH given AS (
    SELECT * FROM unnest($2::text[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[])
    AS t (lane, holder, update_id, changes, chat_id, message_id, question_id, asker, data)
), {_HELD_OF_GIVEN}, shown AS (
    INSERT INTO answers (bot_id, chat_id, message_id, question_id, asker, data)
    -- A button and an answer may change one message at the same moment.
    SELECT DISTINCT ON (chat_id, message_id) $1::bigint, chat_id, message_id, question_id, asker, data
    FROM held WHERE chat_id IS NOT NULL ORDER BY chat_id, message_id, update_id DESC
    ON CONFLICT (bot_id, chat_id, message_id) DO UPDATE
    SET question_id = excluded.question_id, asker = excluded.asker, data = excluded.data, created = now()
), gone AS (
    DELETE FROM outbox USING held WHERE outbox.bot_id = $1::bigint AND outbox.update_id = held.update_id
), done AS (
    UPDATE inbox SET done = true, payload = NULL, lane = NULL FROM held WHERE inbox.bot_id = $1::bigint AND inbox.update_id = held.update_id
), let_go AS (
    DELETE FROM lanes USING held
    WHERE lanes.bot_id = $1::bigint AND lanes.lane = held.lane AND lanes.holder = held.holder AND lanes.changes = held.changes
    RETURNING lanes.lane
)
SELECT update_id, lane IN (SELECT lane FROM let_go) FROM held"""  # noqa: S608 - the part above
"""Gives the updates whose lanes are held, which are done now, and whether the lane was let go of: only where the number of its arrivals is
given, and is still the same."""

_SHOWN = """shown AS (
    INSERT INTO answers (bot_id, chat_id, message_id, question_id, asker, data)
    SELECT bot_id, $5::bigint, $6::bigint, $7::bigint, $8::text, $9::text FROM held WHERE $5::bigint IS NOT NULL
    ON CONFLICT (bot_id, chat_id, message_id) DO UPDATE
    SET question_id = excluded.question_id, asker = excluded.asker, data = excluded.data, created = now()
)"""

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
ORDER BY message_id DESC LIMIT 1"""
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
