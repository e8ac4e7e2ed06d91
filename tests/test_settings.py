"""Settings: each stands in .env.example with its default, a wrong one is named, and no secret is ever shown."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.presentation.texts import told
from bot.settings import Settings
from tests.paths import ROOT

EXAMPLE = ROOT / ".env.example"
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
NAMES = [
    *("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_LISTEN", "TELEGRAM_WEBHOOK_SECRET"),
    *("TELEGRAM_ALLOWED_USERS", "TELEGRAM_MESSAGES_PER_SECOND", "TELEGRAM_QUESTIONS_PER_MINUTE", "BOT_DATA_DIR", "KNOWLEDGE_DIR"),
]


def read(**environment: str) -> Settings:
    """The settings of an environment, without any .env."""
    return Settings.read(environment, dotenv=None)


def example(uncommented: bool) -> str:
    """.env.example as it is, or with every setting set."""
    text = EXAMPLE.read_text(encoding="utf-8")
    return re.sub(r"^# (?=[A-Z_]+=)", "", text, flags=re.MULTILINE) if uncommented else text


def test_the_example_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^(?:# )?([A-Z_]+)=", example(uncommented=False), re.MULTILINE)
    used = set(
        re.findall(
            r'"((?:TELEGRAM|BOT|KNOWLEDGE|MUNICIPALITY|CONTACT|OPENSEARCH)_\w+)"',
            (ROOT / "bot" / "settings.py").read_text(encoding="utf-8"),
        )
    )
    assert len(set(named)) == len(named)
    assert set(named) == used
    assert set(NAMES) <= used


def test_every_setting_in_the_example_is_explained() -> None:
    blocks = example(uncommented=False).split("\n\n")
    for block in blocks:
        if re.search(r"^(?:# )?[A-Z_]+=", block, re.MULTILINE):
            assert re.search(r"^# [A-Z][a-z ']", block, re.MULTILINE), block


def test_the_example_as_it_is_gives_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(example(uncommented=False), encoding="utf-8")
    assert Settings.read({}, path) == Settings() == read()


def test_the_example_with_all_set_gives_the_defaults_that_it_names(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(example(uncommented=True), encoding="utf-8")
    settings = Settings.read({}, path)
    changed = {name for name in Settings._fields if getattr(settings, name) != getattr(Settings(), name)}
    assert changed == {"webhook_url", "knowledge_dir"}, "these have no default to name"


def test_every_setting_is_read() -> None:
    settings = read(
        TELEGRAM_BOT_TOKEN=f" {TOKEN} ",
        TELEGRAM_API_URL="http://127.0.0.1:8081/",
        TELEGRAM_WEBHOOK_URL="https://bot.example.org/hook",
        TELEGRAM_WEBHOOK_LISTEN="[::1]:9000",
        TELEGRAM_WEBHOOK_SECRET="geheim_-1",
        TELEGRAM_ALLOWED_USERS="12, 34;56",
        TELEGRAM_MESSAGES_PER_SECOND="2.5",
        TELEGRAM_QUESTIONS_PER_MINUTE="0",
        BOT_DATA_DIR="/var/lib/akkoordwijzer",
        KNOWLEDGE_DIR="kennis",
        BOT_HEALTH_LISTEN=":9001",
    )
    assert settings == Settings(
        token=settings.token,
        api_url="http://127.0.0.1:8081",
        webhook_url="https://bot.example.org/hook",
        webhook_listen=("::1", 9000),
        webhook_secret=settings.webhook_secret,
        allowed_users=frozenset({12, 34, 56}),
        messages_per_second=2.5,
        questions_per_minute=0,
        data_dir=Path("/var/lib/akkoordwijzer"),
        knowledge_dir=Path("kennis"),
        health_listen=("127.0.0.1", 9001),
    )
    assert (str(settings.token), str(settings.webhook_secret)) == (TOKEN, "geheim_-1")


WRONG = [
    ("TELEGRAM_BOT_TOKEN", "mijn token", "BotFather"),
    ("TELEGRAM_BOT_TOKEN", TOKEN + "!", "BotFather"),
    ("TELEGRAM_BOT_TOKEN", TOKEN.replace(":", ""), "BotFather"),
    ("TELEGRAM_API_URL", "api.telegram.org", "https://"),
    ("TELEGRAM_API_URL", "ftp://api.telegram.org", "https://"),
    ("TELEGRAM_WEBHOOK_URL", "https://", "https://"),
    ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:poort", "127.0.0.1:8443"),
    ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:99999", "127.0.0.1:8443"),
    ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:²", "127.0.0.1:8443"),
    ("TELEGRAM_WEBHOOK_SECRET", "geheim met spaties", "letters, cijfers"),
    ("TELEGRAM_WEBHOOK_SECRET", "g" * 257, "letters, cijfers"),
    ("TELEGRAM_ALLOWED_USERS", "jan, piet", "komma's"),
    ("TELEGRAM_ALLOWED_USERS", "12, -34", "komma's"),
    ("TELEGRAM_ALLOWED_USERS", "²", "komma's"),
    ("TELEGRAM_MESSAGES_PER_SECOND", "-1", "geen grens"),
    ("TELEGRAM_MESSAGES_PER_SECOND", "nan", "geen grens"),
    ("TELEGRAM_QUESTIONS_PER_MINUTE", "inf", "geen grens"),
    ("TELEGRAM_QUESTIONS_PER_MINUTE", "tien", "geen grens"),
    ("TELEGRAM_QUESTIONS_PER_MINUTE", "0.5", "heel getal"),
    ("TELEGRAM_API_URL", "http://[::1", "https://"),
    ("TELEGRAM_API_URL", "http://voorbeeld.nl:poort", "https://"),
    ("TELEGRAM_ALLOWED_USERS", "9" * 5000, "komma's"),
    ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:" + "9" * 5000, "127.0.0.1:8443"),
    ("BOT_RELOAD_SECONDS", "vaak", "niet vanzelf kijken"),
    ("BOT_HEALTH_LISTEN", "localhost", "127.0.0.1"),
    ("BOT_DATA_DIR", "~niemand-met-deze-naam/data", "voluit"),
    ("KNOWLEDGE_DIR", "~niemand-met-deze-naam", "voluit"),
]


@pytest.mark.parametrize(("name", "value", "remedy"), WRONG)
def test_a_wrong_value_is_named_and_never_shown(name: str, value: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: value})
    line = told(caught.value)
    assert name in line
    assert remedy in line
    assert value not in line or value in remedy


@given(st.sampled_from(NAMES), st.text(max_size=40))
def test_any_value_is_read_or_refused(name: str, value: str) -> None:
    try:
        read(**{name: value})
    except SettingsError as error:
        message = told(error)
    else:
        message = name
    assert name in message


def test_the_token_never_shows() -> None:
    settings = read(TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_WEBHOOK_SECRET="heelgeheim")
    for shown in (repr(settings), repr(settings.token), f"{settings!r}", f"{settings}", repr({"x": settings})):
        assert TOKEN not in shown
        assert "heelgeheim" not in shown
    with pytest.raises(SettingsError) as caught:
        read(TELEGRAM_BOT_TOKEN=TOKEN + " extra")
    assert TOKEN not in told(caught.value) + str(caught.value) + repr(caught.value)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("KNOWLEDGE_DIR=uit-bestand\nTELEGRAM_QUESTIONS_PER_MINUTE=5\n")
    settings = Settings.read({"KNOWLEDGE_DIR": "uit-omgeving"}, path)
    assert (settings.knowledge_dir, settings.questions_per_minute) == (Path("uit-omgeving"), 5)


def test_a_missing_or_empty_file_is_no_error(tmp_path: Path) -> None:
    assert Settings.read({}, tmp_path / "geen") == Settings()
    (tmp_path / ".env").write_text("")
    assert Settings.read({}, tmp_path / ".env") == Settings()


@pytest.mark.parametrize("value", ["8443", ":8443", "127.0.0.1:8443"])
def test_a_port_alone_is_an_address_on_this_machine(value: str) -> None:
    assert read(TELEGRAM_WEBHOOK_LISTEN=value).webhook_listen == ("127.0.0.1", 8443)


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError):
        read().token = "x"  # type: ignore[misc,assignment]  # the test is that this can't be done


def test_the_folder_for_state_is_known_wherever_one_stands_later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert read(BOT_DATA_DIR="gegevens").data_dir == tmp_path / "gegevens"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_an_env_file_from_any_editor(tmp_path: Path, mark: bytes, end: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(mark + end.join([b"# caf\xc3\xa9", b"KNOWLEDGE_DIR=kennis", b'BOT_DATA_DIR="/var/lib/caf\xc3\xa9"', b""]))
    settings = Settings.read({}, path)
    assert (settings.knowledge_dir, settings.data_dir) == (Path("kennis"), Path("/var/lib/café"))


def test_a_setting_in_the_env_file_is_named_with_the_line_that_counts(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("TELEGRAM_QUESTIONS_PER_MINUTE=5\n\nexport TELEGRAM_QUESTIONS_PER_MINUTE = half\n")
    with pytest.raises(SettingsError) as caught:
        Settings.read({}, path)
    assert (caught.value.path, caught.value.line) == (path, 3)
    with pytest.raises(SettingsError) as caught:
        Settings.read({"TELEGRAM_QUESTIONS_PER_MINUTE": "heel"}, path)
    assert caught.value.path is None, "it stands in the environment"


CLUSTER = {"BOT_ENGINE": "opensearch", "OPENSEARCH_URL": "https://zoek1.example.org:9200, https://zoek2.example.org:9200/"}


def test_a_cluster_has_nodes_a_name_and_a_password_that_never_shows() -> None:
    settings = read(
        **CLUSTER, OPENSEARCH_USER="bot", OPENSEARCH_PASSWORD="geheim!", OPENSEARCH_CA="/etc/ca.pem", OPENSEARCH_INDEX="utrecht"
    )
    assert settings.opensearch_urls == ("https://zoek1.example.org:9200", "https://zoek2.example.org:9200")
    assert (settings.opensearch_user, settings.opensearch_authority, settings.opensearch_name) == ("bot", Path("/etc/ca.pem"), "utrecht")
    assert settings.opensearch_password == "geheim!"
    assert "geheim" not in repr(settings)
    assert read(**CLUSTER).opensearch_name == "akkoordwijzer"


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("settings.nodes", {"OPENSEARCH_URL": ""}),
        ("settings.nodes", {"OPENSEARCH_URL": "zoek1.example.org:9200"}),
        ("settings.nodes", {"OPENSEARCH_URL": "https://bot:geheim@zoek1.example.org:9200"}),
        ("settings.nodes_in_the_open", {"OPENSEARCH_URL": "http://zoek1.example.org:9200", "OPENSEARCH_PASSWORD": "geheim!"}),
        ("settings.nodes_in_the_open", {"OPENSEARCH_URL": "http://127.0.0.1.example.org:9200", "OPENSEARCH_PASSWORD": "geheim!"}),
        ("settings.engine_name", {"OPENSEARCH_INDEX": "Utrecht"}),
        ("settings.engine_name", {"OPENSEARCH_INDEX": "utrecht,rotterdam"}),
        ("settings.engine_name", {"OPENSEARCH_INDEX": "utrecht*"}),
    ],
)
def test_what_is_wrong_with_a_cluster_is_said_and_no_password_with_it(key: str, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as error:
        read(**{**CLUSTER, **given})
    assert error.value.key == key
    assert "geheim" not in str(error.value)


def test_without_a_cluster_its_settings_are_not_looked_at() -> None:
    assert read(OPENSEARCH_URL="onzin", OPENSEARCH_INDEX="On Zin") == Settings()


def test_a_password_may_go_to_this_machine_without_https() -> None:
    assert read(
        **{**CLUSTER, "OPENSEARCH_URL": "http://127.0.0.1:9200 http://localhost:9201", "OPENSEARCH_PASSWORD": "geheim!"}
    ).opensearch_urls
