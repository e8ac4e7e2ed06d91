"""What the privacy text and docs/replicas.md say of a database, sentence by sentence, on a real one."""

from pathlib import Path

import psycopg
import pytest

from bot.settings import Secret, Settings
from bot.telegram.pages import privacy
from tests.paths import ROOT
from tests.state.conftest import StartReplica
from tests.state.postgres_server import PostgresServer
from tests.state.test_replicas import replicas
from tests.telegram.api_server import ApiServer, buttons

SECRET_WORDS = "voor zeldzaamwoord bestaan"
QUESTION = f"Blijft het kinderpardon {SECRET_WORDS}?"
DOCS = ROOT / "docs" / "replicas.md"


def rows_with(url: str, text: str) -> list[str]:
    """The tables that hold a text in any column."""
    with psycopg.connect(url) as connection:
        names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return [
            name for name in names if connection.execute(f"SELECT 1 FROM {name} t WHERE t::text LIKE %s LIMIT 1", (f"%{text}%",)).fetchone()
        ]


def test_only_who_shares_a_database_is_told_of_it() -> None:
    sentence = "In bestanden en reservekopieën van de database kan het nog een tijd staan."
    assert sentence in privacy(Settings(state_url=Secret("postgresql://h/d")))
    assert sentence not in privacy(Settings())


def test_only_where_a_cluster_searches_the_words_go_there() -> None:
    sentence = "De woorden van je vraag gaan wel naar de zoekmachine die de beheerder gebruikt."
    assert sentence in privacy(Settings(engine="opensearch"))
    assert sentence not in privacy(Settings())


@pytest.mark.skipif(not DOCS.is_file(), reason="the page comes with the source only")
def test_the_page_says_what_is_proven_here() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for sentence in (
        "kan niemand meer opvragen",
        "in de bestanden van de database en in zijn logboek (WAL)",
        "`VACUUM FULL`",
        "staan nooit in het logboek",
    ):
        assert sentence in page


async def test_what_is_erased_can_not_be_asked_for_and_may_linger_in_files(
    server: ApiServer, start_replica: StartReplica, postgres: PostgresServer, state_url: str, tmp_path: Path
) -> None:
    async with replicas(server, start_replica, 1) as ((service,), webhooks):
        asked = server.message(QUESTION)
        await webhooks.bring([asked])
        reply = await server.reply_to(asked)
        await server.until(lambda: service.lanes.idle())
        # 'Wat ik wis, kan niemand meer opvragen': the question, as soon as the answer is out.
        assert rows_with(state_url, SECRET_WORDS) == []
        assert "akkoordwijzer" in str(buttons(reply)) or buttons(reply)
        await webhooks.bring([forget := server.message("/vergeet")])
        await server.reply_to(forget)
        await server.until(lambda: service.lanes.idle())
        left = [name for name in rows_with(state_url, '"asker": "5"') if name != "outbox"]
        assert left == []
    with psycopg.connect(state_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        # 'In bestanden kan het nog een tijd staan.'
        assert SECRET_WORDS.encode() in postgres.files()
        (kinds,) = connection.execute(
            "SELECT array_agg(relpersistence::text) FROM pg_class WHERE relname IN ('asked', 'pace', 'chat_pace')"
        ).fetchall()
        assert kinds == (["u", "u", "u"],)
        # What writes the tables anew takes it out of their files; the journal goes on for as long as it is kept.
        connection.execute("VACUUM FULL")
        connection.execute("CHECKPOINT")
    tables = b"".join(path.read_bytes() for path in (postgres.folder / "base").rglob("*") if path.is_file())
    assert SECRET_WORDS.encode() not in tables
