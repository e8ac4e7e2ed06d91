"""The tables of the state store, step by step, for SQLite and PostgreSQL in one list."""

from bot.named import NamedTuple


class Migration(NamedTuple):
    """One step, in the SQL of each of both. A step without one of them changes nothing there.

    A step that was once released never changes: what is new is a further step. One for PostgreSQL leaves what the version before it
    needs, for replicas of that version go on while those of the next come up.
    """

    sqlite: str = ""
    postgres: str = ""


MIGRATIONS: tuple[Migration, ...] = (
    # 1: the first version; its files had no number yet, so the tables may be there.
    Migration(
        sqlite="""
    CREATE TABLE IF NOT EXISTS inbox (      -- what came in; payload goes when the reply went out, the number stays a while
        update_id INTEGER PRIMARY KEY, lane TEXT, payload TEXT, received REAL NOT NULL, done INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS inbox_open ON inbox (update_id) WHERE done = 0;
    CREATE TABLE IF NOT EXISTS outbox (     -- replies on their way: state 'sending' before Telegram is called, 'sent' after
        update_id INTEGER NOT NULL, part INTEGER NOT NULL, call TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (update_id, part));
    CREATE TABLE IF NOT EXISTS conversations (
        key TEXT PRIMARY KEY, user_id INTEGER, data TEXT NOT NULL, updated REAL NOT NULL);
    CREATE TABLE IF NOT EXISTS answers (    -- which passages stand under which message, for its buttons and for edited questions
        chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, question_id INTEGER, user_id INTEGER, data TEXT NOT NULL,
        created REAL NOT NULL, PRIMARY KEY (chat_id, message_id));
    CREATE INDEX IF NOT EXISTS answers_question ON answers (chat_id, question_id);
    CREATE TABLE IF NOT EXISTS feedback (key TEXT PRIMARY KEY, day TEXT NOT NULL, data TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    """
    ),
    # 2: who asked is a text, for a chat can ask too; a conversation knows which message asked each turn; feedback can be erased by who
    # gave it. Of feedback from before, nobody knows whose it is, so the text that could not be erased goes.
    Migration(
        sqlite="""
    ALTER TABLE conversations RENAME TO conversations_1;
    CREATE TABLE conversations (key TEXT PRIMARY KEY, asker TEXT, data TEXT NOT NULL, questions TEXT NOT NULL, updated REAL NOT NULL);
    INSERT INTO conversations SELECT key, CAST(user_id AS TEXT), data, '[]', updated FROM conversations_1;
    DROP TABLE conversations_1;
    CREATE INDEX conversations_asker ON conversations (asker);
    ALTER TABLE answers RENAME TO answers_1;
    CREATE TABLE answers (
        chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, question_id INTEGER, asker TEXT, data TEXT NOT NULL,
        created REAL NOT NULL, PRIMARY KEY (chat_id, message_id));
    INSERT INTO answers SELECT chat_id, message_id, question_id, CAST(user_id AS TEXT), data, created FROM answers_1;
    DROP TABLE answers_1;
    CREATE INDEX answers_question ON answers (chat_id, question_id);
    CREATE INDEX answers_asker ON answers (asker);
    ALTER TABLE feedback ADD COLUMN asker TEXT;
    UPDATE feedback SET data = json_set(data, '$.question', '');
    """
    ),
    # 3: what has had its time is found without walking through all that has not.
    # PostgreSQL begins here. Its times are those of the server: the clocks of replicas never meet.
    Migration(
        sqlite="""
    CREATE INDEX inbox_received ON inbox (received);
    CREATE INDEX answers_created ON answers (created);
    CREATE INDEX conversations_updated ON conversations (updated);
    CREATE INDEX feedback_day ON feedback (day);
    CREATE INDEX feedback_asker ON feedback (asker);
    """,
        postgres="""
    CREATE TABLE inbox (           -- what came in; payload goes when the reply went out, the number stays a while
        bot_id bigint NOT NULL, update_id bigint NOT NULL, lane text, payload text, received timestamptz NOT NULL DEFAULT now(),
        done boolean NOT NULL DEFAULT false, PRIMARY KEY (bot_id, update_id)
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
    CREATE INDEX inbox_open ON inbox (bot_id, lane, update_id) WHERE NOT done;
    CREATE INDEX inbox_received ON inbox (received) WHERE done;
    CREATE TABLE lanes (           -- a lane with open updates; whoever holds it handles them in order
        bot_id bigint NOT NULL, lane text NOT NULL, urgent boolean NOT NULL DEFAULT false, since timestamptz NOT NULL DEFAULT now(),
        changes bigint NOT NULL DEFAULT 0,  -- counts arrivals: a lane to which something was added unseen stays with its holder
        holder uuid, held_until timestamptz, PRIMARY KEY (bot_id, lane)
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
    CREATE INDEX lanes_waiting ON lanes (bot_id, urgent DESC, since);
    CREATE TABLE outbox (          -- replies on their way: not out before Telegram is called, out after
        bot_id bigint NOT NULL, update_id bigint NOT NULL, part integer NOT NULL, call text NOT NULL, out boolean NOT NULL DEFAULT false,
        PRIMARY KEY (bot_id, update_id, part)
    ) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 500);
    CREATE TABLE conversations (
        bot_id bigint NOT NULL, key text NOT NULL, chat_id bigint NOT NULL, asker text NOT NULL, data text NOT NULL,
        questions text NOT NULL, updated timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (bot_id, key));
    CREATE INDEX conversations_asker ON conversations (bot_id, asker);
    CREATE INDEX conversations_chat ON conversations (bot_id, chat_id);
    CREATE INDEX conversations_updated ON conversations (updated);
    CREATE TABLE answers (         -- which passages stand under which message, for its buttons and for edited questions
        bot_id bigint NOT NULL, chat_id bigint NOT NULL, message_id bigint NOT NULL, question_id bigint, asker text NOT NULL,
        data text NOT NULL, created timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (bot_id, chat_id, message_id));
    CREATE INDEX answers_question ON answers (bot_id, chat_id, question_id);
    CREATE INDEX answers_asker ON answers (bot_id, asker);
    CREATE INDEX answers_created ON answers (created);
    CREATE TABLE feedback (
        bot_id bigint NOT NULL, key text NOT NULL, day text NOT NULL, data text NOT NULL, asker text NOT NULL, PRIMARY KEY (bot_id, key));
    CREATE INDEX feedback_asker ON feedback (bot_id, asker);
    CREATE INDEX feedback_day ON feedback (day);
    CREATE TABLE facts (bot_id bigint NOT NULL, name text NOT NULL, value text NOT NULL, PRIMARY KEY (bot_id, name));
    -- The next four are true for a minute: after a crash they are empty, and no journal or copy holds them.
    CREATE UNLOGGED TABLE asked (  -- when someone asked, or pressed a button, in the last minute
        bot_id bigint NOT NULL, what text NOT NULL, asker text NOT NULL, at timestamptz[] NOT NULL, told timestamptz,
        verdict smallint NOT NULL DEFAULT 0, last timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (bot_id, what, asker)
    ) WITH (fillfactor = 50);
    CREATE INDEX asked_last ON asked (last);
    CREATE UNLOGGED TABLE pace (   -- when a bot's next message may go out
        bot_id bigint PRIMARY KEY, next timestamptz NOT NULL DEFAULT 'epoch', paused_until timestamptz NOT NULL DEFAULT 'epoch'
    ) WITH (fillfactor = 50);
    CREATE UNLOGGED TABLE chat_pace (
        bot_id bigint NOT NULL, chat_id bigint NOT NULL, at timestamptz[] NOT NULL DEFAULT '{}',
        paused_until timestamptz NOT NULL DEFAULT 'epoch', last timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (bot_id, chat_id)
    ) WITH (fillfactor = 50);
    CREATE UNLOGGED TABLE replicas (  -- who works, and which knowledge versions each can answer from
        bot_id bigint NOT NULL, replica text NOT NULL, versions text[] NOT NULL, seen timestamptz NOT NULL, PRIMARY KEY (bot_id, replica));
    CREATE TABLE knowledge (       -- the version that all replicas answer from
        bot_id bigint PRIMARY KEY, version text NOT NULL, since timestamptz NOT NULL DEFAULT now());
    CREATE TABLE knowledge_offers (  -- versions that some replica can answer from; one that another replaced does not come back by itself
        bot_id bigint NOT NULL, version text NOT NULL, offered timestamptz NOT NULL DEFAULT now(), passed boolean NOT NULL DEFAULT false,
        PRIMARY KEY (bot_id, version));
    """,
    ),
)
"""The steps from nothing to the tables of today, in order. A store holds how many it has had: SQLite in its user_version, PostgreSQL in
the table schema_version."""
