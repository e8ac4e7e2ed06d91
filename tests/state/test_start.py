"""Starting with a database: what is wrong with it is one line in Dutch, and its password is never shown."""

import asyncio
import io
import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bot.errors import SettingsError, TelegramError
from bot.presentation.texts import told
from bot.settings import Secret, Settings
from bot.telegram import feedback
from bot.telegram.migrations import MIGRATIONS
from bot.telegram.postgres.database import passes, reason_of, told_without_values
from bot.telegram.postgres.store import PostgresStore
from bot.telegram.postgres.tables import prepare
from tests.paths import ROOT
from tests.patience import LONGEST_WAIT
from tests.state.conftest import shared_settings
from tests.state.postgres_server import PASSWORD, PostgresServer
from tests.telegram.api_server import TOKEN, ApiServer
from tests.telegram.running import start_process
from tests.telegram.test_webhook import free_port


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "postgresql://", "postgresql", "localhost:5432", f"postgresql://u:{PASSWORD} @h/d"])
def test_what_is_no_address_of_a_database_is_told_without_it(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"BOT_STATE_URL": url}, dotenv=None)
    assert "BOT_STATE_URL is geen adres van een PostgreSQL-database" in told(caught.value)
    assert PASSWORD not in told(caught.value)


def test_an_address_is_read_and_hidden() -> None:
    settings = Settings.read(
        {"BOT_STATE_URL": f"postgresql://u:{PASSWORD}@h:5432/d", "TELEGRAM_BOT_TOKEN": TOKEN}, dotenv=None, telegram=False
    )
    assert settings.state_url == f"postgresql://u:{PASSWORD}@h:5432/d"
    assert PASSWORD not in repr(settings)
    assert settings.token == TOKEN


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"password": "ander-geheim-woord"}, "de naam of het wachtwoord klopt niet", id="password"),
        pytest.param({"user": "niemand"}, "de naam of het wachtwoord klopt niet", id="user"),
        pytest.param({"database": "nergens"}, "de database bestaat niet", id="database"),
    ],
)
async def test_a_refusal_is_one_line_without_the_password(postgres: PostgresServer, change: dict[str, str], why: str) -> None:
    with pytest.raises(TelegramError) as caught:
        await prepare(postgres.url_at(postgres.port, **change), "test", lambda error: None)
    line = told(caught.value)
    assert why in line
    assert PASSWORD not in line + repr(caught.value)
    assert "ander-geheim-woord" not in line + repr(caught.value)


async def test_tables_of_a_later_version_are_left_alone(state_url: str) -> None:
    await prepare(state_url, "test", lambda error: None)
    with psycopg.connect(state_url) as connection:
        connection.execute("UPDATE schema_version SET version = %s", (len(MIGRATIONS) + 1,))
    with pytest.raises(TelegramError) as caught:
        await prepare(state_url, "test", lambda error: None)
    assert "nieuwere versie" in told(caught.value)


async def test_replicas_that_start_together_make_the_tables_once(state_url: str) -> None:
    await asyncio.gather(*(prepare(state_url, f"test {number}", lambda error: None) for number in range(4)))
    with psycopg.connect(state_url) as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(len(MIGRATIONS),)]


async def test_a_role_that_may_make_no_tables_can_use_them(state_url: str, postgres: PostgresServer) -> None:
    await prepare(state_url, "test", lambda error: None)
    with psycopg.connect(state_url) as connection:
        connection.execute("DROP ROLE IF EXISTS gebruiker")
        connection.execute(f"CREATE ROLE gebruiker LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO gebruiker")
    try:
        await prepare(postgres.url_at(postgres.port, user="gebruiker"), "test", lambda error: None)
    finally:
        with psycopg.connect(state_url) as connection:
            connection.execute("DROP OWNED BY gebruiker")
            connection.execute("DROP ROLE gebruiker")


async def test_a_database_that_is_away_is_waited_for_and_the_log_shows_no_password(server: ApiServer, tmp_path: Path) -> None:
    url = f"postgresql://akkoord:{PASSWORD}@127.0.0.1:{free_port()}/d"
    process = await start_process(server, tmp_path, BOT_STATE_URL=url)
    assert process.stderr
    line = json.loads(await asyncio.wait_for(process.stderr.readline(), LONGEST_WAIT))
    assert (line["event"], line["why"]) == ("store_failed", "de databaseserver is niet te bereiken")
    process.terminate()
    out, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    assert PASSWORD not in (out + err).decode() + json.dumps(line)
    assert server.calls == []


def test_an_error_of_the_database_quotes_nothing(state_url: str) -> None:
    with psycopg.connect(state_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (a text PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES ('een vraag')")
        with pytest.raises(psycopg.Error) as caught:
            connection.execute("INSERT INTO t VALUES ('een vraag')")
    assert "een vraag" in str(caught.value)
    assert told_without_values(caught.value) == "de databaseserver meldt fout 23505"
    assert not passes(caught.value)


@pytest.mark.parametrize(
    ("error", "reason", "again"),
    [
        (psycopg.errors.DiskFull(), "full", True),
        (psycopg.errors.TooManyConnections(), "too_many", True),
        (psycopg.errors.AdminShutdown(), "restarting", True),
        (psycopg.errors.DeadlockDetected(), "other", True),
        (psycopg.errors.ReadOnlySqlTransaction(), "read_only", True),
        (psycopg.errors.InsufficientPrivilege(), "not_allowed", False),
        (psycopg.OperationalError("FATAL:  the database system is starting up"), "restarting", True),
        (psycopg.OperationalError("SSL error: certificate verify failed"), "certificate", True),
        (psycopg.OperationalError("Connection refused"), "unreachable", True),
        (ConnectionResetError(), "unreachable", True),
        (psycopg.ProgrammingError("missing = after postgres://u:p@h"), "other", False),
    ],
)
def test_what_an_error_means(error: Exception, reason: str, again: bool) -> None:
    assert (reason_of(error), passes(error)) == (reason, again)


async def test_feedback_comes_from_the_database_and_from_this_bot_only(
    server: ApiServer, tmp_path: Path, state_url: str, shared_store: PostgresStore
) -> None:
    data = {
        "question": "Een vraag?",
        "outcome": "answer",
        "verdict": "up",
        "reason": None,
        "passage": "a/b",
        "first": True,
        "highlight": "Ja.",
        "kind": "",
    }
    await shared_store.keep_feedback("key", "5", data)
    await PostgresStore(shared_store.database, 999).keep_feedback("other", "5", {**data, "question": "Van een ander?"})
    settings = shared_settings(server, tmp_path, state_url)
    out = io.StringIO()
    assert feedback.export(settings, out) == 0
    assert [json.loads(line)["vraag"] for line in out.getvalue().splitlines()] == ["Een vraag?"]
    for broken in (settings._replace(token=Secret("")), settings._replace(state_url=Secret(state_url.replace(PASSWORD, "fout-woord")))):
        with pytest.raises(TelegramError) as caught:
            feedback.judged(broken)
        assert "fout-woord" not in told(caught.value)


def test_nothing_of_it_is_imported_without_the_setting() -> None:
    program = "import sys, bot.cli, bot.telegram.service, bot.telegram.state, bot.telegram.feedback; sys.exit(any(n.startswith('psycopg') for n in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_without_the_extra_the_setting_is_refused_with_the_remedy(
    server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.telegram.state import state_of

    for name in [name for name in sys.modules if name.startswith("bot.telegram.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(TelegramError) as caught:
        state_of(shared_settings(server, tmp_path, "postgresql://u:p@h/d"))
    assert 'pip install "akkoordwijzer[postgres]"' in told(caught.value)
