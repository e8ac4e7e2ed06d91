"""Settings, read once from the environment and .env, frozen, with a clear message for each that is wrong."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.errors import SettingsError

_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
DEFAULT_API_URL = "https://api.telegram.org"
ENGINES = ("auto", "rank-bm25", "tantivy")
"""auto: rank-bm25 in memory, and tantivy on disk from the size on where rank-bm25 gets slow; see `sources.MANY`."""


class Secret(str):
    """A text that never shows itself in a repr, and so in no log or traceback of its holder."""

    def __repr__(self) -> str:
        return "Secret(***)"


_NO_SECRET = Secret("")


class Settings(NamedTuple):
    """All settings. What each means, and its default, stands in .env.example.

    Attributes:
        token: the bot's token, empty where none is set.
        webhook_listen: host and port.
        questions_per_minute: of one user; less than one means one in so much more than a minute.
        municipality_name, contact_url, contact_phone, contact_email: whose the bot is, and where a person can be reached; may be empty.
        health_listen: host and port; port 0 for no page.
        reload_seconds: how often the running bot looks whether knowledge changed; 0: at SIGHUP only.
        data_dir: where state lives; None for the platform's user data folder.
        knowledge_dir: None for `knowledge/` here or the knowledge that comes with the program.
        engine: what finds passages: one of `ENGINES`.
    """

    token: Secret = _NO_SECRET
    api_url: str = DEFAULT_API_URL
    webhook_url: str = ""
    webhook_listen: tuple[str, int] = ("127.0.0.1", 8443)
    webhook_secret: Secret = _NO_SECRET
    allowed_users: frozenset[int] = frozenset()
    messages_per_second: float = 30.0
    group_messages_per_minute: int = 20
    questions_per_minute: float = 20.0
    municipality_name: str = ""
    contact_url: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    data_dir: Path | None = None
    knowledge_dir: Path | None = None
    engine: str = ENGINES[0]
    health_listen: tuple[str, int] = ("127.0.0.1", 8088)
    reload_seconds: float = 5.0

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> "Settings":
        """Read and check all settings.

        Args:
            environment: the environment variables; the process's own by default.
            dotenv: a file with settings of lower rank than the environment; passed over where it does not exist.

        Raises:
            SettingsError: a setting is not of its form. The message names it and never shows a secret.
        """
        values = dict(_dotenv(dotenv)) if dotenv and dotenv.is_file() else {}
        values.update(os.environ if environment is None else environment)

        def get(name: str) -> str:
            return values.get(name, "").strip()

        return cls(
            token=_matching(_TOKEN, get("TELEGRAM_BOT_TOKEN"), "TELEGRAM_BOT_TOKEN", "Neem het token over dat BotFather gaf."),
            api_url=_url(get("TELEGRAM_API_URL"), "TELEGRAM_API_URL").rstrip("/") or DEFAULT_API_URL,
            webhook_url=_webhook(get("TELEGRAM_WEBHOOK_URL"), own_api=bool(get("TELEGRAM_API_URL"))),
            webhook_listen=_address(get("TELEGRAM_WEBHOOK_LISTEN"), "TELEGRAM_WEBHOOK_LISTEN", ("127.0.0.1", 8443)),
            webhook_secret=_matching(
                _SECRET, get("TELEGRAM_WEBHOOK_SECRET"), "TELEGRAM_WEBHOOK_SECRET", "Gebruik letters, cijfers, _ en -."
            ),
            allowed_users=_users(get("TELEGRAM_ALLOWED_USERS")),
            messages_per_second=_number(get("TELEGRAM_MESSAGES_PER_SECOND"), "TELEGRAM_MESSAGES_PER_SECOND", 30.0),
            group_messages_per_minute=int(_number(get("TELEGRAM_GROUP_MESSAGES_PER_MINUTE"), "TELEGRAM_GROUP_MESSAGES_PER_MINUTE", 20)),
            questions_per_minute=_number(get("TELEGRAM_QUESTIONS_PER_MINUTE"), "TELEGRAM_QUESTIONS_PER_MINUTE", 20.0),
            municipality_name=get("MUNICIPALITY_NAME"),
            contact_url=_url(get("CONTACT_URL"), "CONTACT_URL"),
            contact_phone=get("CONTACT_PHONE"),
            contact_email=get("CONTACT_EMAIL"),
            data_dir=_folder(get("BOT_DATA_DIR"), "BOT_DATA_DIR"),
            knowledge_dir=_folder(get("KNOWLEDGE_DIR"), "KNOWLEDGE_DIR"),
            engine=_one_of(ENGINES, get("BOT_ENGINE"), "BOT_ENGINE"),
            health_listen=_address(get("BOT_HEALTH_LISTEN"), "BOT_HEALTH_LISTEN", ("127.0.0.1", 8088)),
            reload_seconds=_number(get("BOT_RELOAD_SECONDS"), "BOT_RELOAD_SECONDS", 5.0),
        )


def _dotenv(path: Path) -> Mapping[str, str]:
    # Imported here: most starts have no .env, and a single question should not wait for it.
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def _matching(pattern: re.Pattern[str], value: str, name: str, remedy: str) -> Secret:
    if value and not pattern.fullmatch(value):
        raise SettingsError(f"{name} heeft niet de goede vorm.", remedy)
    return Secret(value)


def _url(value: str, name: str) -> str:
    if not value:
        return value
    # Imported here: a single question has no address to check.
    from urllib.parse import urlsplit

    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(f"{name} is geen webadres.", "Begin met https:// of http://.")
    return value


def _webhook(value: str, own_api: bool) -> str:
    # A Bot API server of one's own may come over http; Telegram's never does.
    if value.startswith("http://") and not own_api:
        raise SettingsError("TELEGRAM_WEBHOOK_URL begint niet met https://.", "Telegram komt alleen naar een adres met https.")
    return _url(value, "TELEGRAM_WEBHOOK_URL")


def _address(value: str, name: str, default: tuple[str, int]) -> tuple[str, int]:
    if not value:
        return default
    if value.lower() == "uit":
        return ("", 0)
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise SettingsError(f"{name} is geen adres met poort.", "Schrijf bijvoorbeeld 127.0.0.1:8443.")
    return (host.strip("[]") or default[0], int(port))


def _one_of(values: Sequence[str], value: str, name: str) -> str:
    if value and value.lower() not in values:
        raise SettingsError(f"{name} moet een van deze woorden zijn: {', '.join(values)}.", "Laat hem leeg als je twijfelt.")
    return value.lower() or values[0]


def _folder(value: str, name: str) -> Path | None:
    try:
        return Path(value).expanduser() if value else None
    except RuntimeError:
        # '~iemand' is the home folder of someone who has none here.
        raise SettingsError(f"{name} begint met ~ van iemand die hier geen map heeft.", "Schrijf de hele map voluit.") from None


def _number(value: str, name: str, default: float) -> float:
    try:
        number = float(value) if value else default
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6:
        raise SettingsError(f"{name} moet een getal zijn, 0 of meer.", "0 betekent: geen grens.")
    return number


def _users(value: str) -> frozenset[int]:
    items = [item for item in re.split(r"[\s,;]+", value) if item]
    if not all(item.isdecimal() for item in items):
        raise SettingsError("TELEGRAM_ALLOWED_USERS moet uit nummers bestaan.", "Zet komma's tussen de gebruikersnummers.")
    return frozenset(int(item) for item in items)


def cache_folder() -> Path:
    """Where the platform keeps what a program can make again.

    Raises:
        RuntimeError: the user has no home folder.
    """
    if sys.platform == "linux":
        # What platformdirs answers here too; loading it would take a tenth of the time of a single question.
        base = os.environ.get("XDG_CACHE_HOME", "")
        return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "akkoordwijzer"
    from platformdirs import user_cache_path

    return user_cache_path("akkoordwijzer", appauthor=False)
