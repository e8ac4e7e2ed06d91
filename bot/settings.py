"""Settings, read once from the environment and .env, frozen, with a clear message for each that is wrong."""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from bot.errors import SettingsError
from bot.expressions import expression
from bot.named import NamedTuple

_TOKEN = expression(r"\d{3,20}:[A-Za-z0-9_-]{20,}")
_SECRET = expression(r"[A-Za-z0-9_-]{1,256}")
_PASSWORD = expression(r".{12,256}")
_DATABASE = expression(r"postgres(?:ql)?://\S+")
_HEADER = expression(r"[A-Za-z0-9-]{1,64}")
DEFAULT_API_URL = "https://api.telegram.org"
ENGINES = ("auto", "rank-bm25", "opensearch")
"""The first two are the index that comes with the program, in which rank-bm25 scores."""

_ENGINE_NAME = expression(r"[a-z0-9][a-z0-9-]{0,99}")


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
        municipality_name, contact_url, contact_phone, contact_email: whose the bot is, and where a person can be reached; may be empty.
        health_listen: host and port; port 0 for no page.
        reload_seconds: how often the running bot looks whether knowledge changed; 0: at SIGHUP only.
        data_dir: where state lives; None for the platform's user data folder.
        state_url: of the database that replicas share, with its password; empty for a file in `data_dir`.
        knowledge_dir: None for `knowledge/` here or the knowledge that comes with the program.
        engine: what finds passages: one of `ENGINES`.
        opensearch_urls: of the cluster's nodes.
        opensearch_user, opensearch_password: both empty where it asks for none.
        opensearch_authority: a file with the certificates to trust; None for those of the system.
        opensearch_name: under which this municipality's knowledge stands in the cluster.
        meaning: whether questions are compared with sentences by vectors too.
        web_listen: host and port.
        web_proxies: addresses from which `X-Forwarded-For` and `web_editor_header` are believed.
        web_origins: other sites whose pages may call the API.
        web_tokens: a style sheet with the design tokens of one organisation.
        web_editor_password: of the editor's desk; without it and `web_editor_header` the desk is never open.
        web_editor_header: the header in which a proxy names the editor who is logged in.
    """

    token: Secret = _NO_SECRET
    api_url: str = DEFAULT_API_URL
    webhook_url: str = ""
    webhook_listen: tuple[str, int] = ("127.0.0.1", 8443)
    webhook_secret: Secret = _NO_SECRET
    allowed_users: frozenset[int] = frozenset()
    messages_per_second: float = 30.0
    group_messages_per_minute: int = 20
    questions_per_minute: int = 20
    municipality_name: str = ""
    contact_url: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    data_dir: Path | None = None
    state_url: Secret = _NO_SECRET
    knowledge_dir: Path | None = None
    engine: str = ENGINES[0]
    opensearch_urls: tuple[str, ...] = ()
    opensearch_user: str = ""
    opensearch_password: Secret = _NO_SECRET
    opensearch_authority: Path | None = None
    opensearch_name: str = "akkoordwijzer"
    health_listen: tuple[str, int] = ("127.0.0.1", 8088)
    reload_seconds: float = 5.0
    meaning: bool = True
    web_listen: tuple[str, int] = ("127.0.0.1", 8090)
    web_questions_per_minute: int = 60
    web_proxies: frozenset[str] = frozenset()
    web_origins: frozenset[str] = frozenset()
    web_tokens: Path | None = None
    web_editor_password: Secret = _NO_SECRET
    web_editor_header: str = ""

    @classmethod
    def read(
        cls, environment: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env"), telegram: bool = True, web: bool = True
    ) -> "Settings":
        """Read and check all settings.

        Args:
            environment: the environment variables; the process's own by default.
            dotenv: a file with settings of lower rank than the environment; passed over where it does not exist.
            telegram: read those of the Telegram bot too; without, they keep their defaults, so that a wrong one
                stops no other command.
            web: the same for those of the web pages.

        Raises:
            SettingsError: a setting is not of its form, or .env can't be read. The message names the setting, with file and line
                where it stands in .env, and never shows a secret.
        """
        given = _Given(os.environ if environment is None else environment, dotenv)
        settings = cls(
            data_dir=given.folder("BOT_DATA_DIR", absolute=True),
            state_url=given.secret("BOT_STATE_URL", _DATABASE, "settings.database"),
            knowledge_dir=given.folder("KNOWLEDGE_DIR"),
            engine=given.one_of("BOT_ENGINE", ENGINES),
            meaning=given.one_of("BOT_MEANING", ("on", "off")) == "on",
            reload_seconds=given.number("BOT_RELOAD_SECONDS", 5.0, "settings.seconds"),
            municipality_name=given.text("MUNICIPALITY_NAME"),
            contact_url=given.url("CONTACT_URL"),
            contact_phone=given.text("CONTACT_PHONE"),
            contact_email=given.text("CONTACT_EMAIL"),
        )
        if settings.engine == "opensearch":
            settings = settings._replace(
                opensearch_urls=given.nodes("OPENSEARCH_URL", with_password=bool(given.text("OPENSEARCH_PASSWORD"))),
                opensearch_user=given.text("OPENSEARCH_USER"),
                opensearch_password=Secret(given.text("OPENSEARCH_PASSWORD")),
                opensearch_authority=given.folder("OPENSEARCH_CA"),
                opensearch_name=given.name("OPENSEARCH_INDEX", "akkoordwijzer"),
            )
        if web:
            settings = settings._replace(
                web_listen=given.address("BOT_WEB_LISTEN", ("127.0.0.1", 8090)),
                web_questions_per_minute=given.whole_number("BOT_WEB_QUESTIONS_PER_MINUTE", 60),
                web_proxies=given.hosts("BOT_WEB_PROXIES"),
                web_origins=given.origins("BOT_WEB_ORIGINS"),
                web_tokens=given.folder("BOT_WEB_TOKENS"),
                web_editor_password=given.secret("BOT_WEB_EDITOR_PASSWORD", _PASSWORD, "settings.password"),
                web_editor_header=given.header("BOT_WEB_EDITOR_HEADER"),
            )
        if telegram or settings.state_url:
            # In a database that several bots share, the token says which one is meant.
            settings = settings._replace(token=given.secret("TELEGRAM_BOT_TOKEN", _TOKEN, "settings.token"))
        if not telegram:
            return settings
        return settings._replace(
            api_url=given.url("TELEGRAM_API_URL").rstrip("/") or DEFAULT_API_URL,
            webhook_url=given.webhook("TELEGRAM_WEBHOOK_URL", self_hosted=bool(given.text("TELEGRAM_API_URL"))),
            webhook_listen=given.address("TELEGRAM_WEBHOOK_LISTEN", ("127.0.0.1", 8443)),
            webhook_secret=given.secret("TELEGRAM_WEBHOOK_SECRET", _SECRET, "settings.secret"),
            allowed_users=given.users("TELEGRAM_ALLOWED_USERS"),
            messages_per_second=given.number("TELEGRAM_MESSAGES_PER_SECOND", 30.0, "settings.number"),
            group_messages_per_minute=given.whole_number("TELEGRAM_GROUP_MESSAGES_PER_MINUTE", 20),
            questions_per_minute=given.whole_number("TELEGRAM_QUESTIONS_PER_MINUTE", 20),
            health_listen=given.address("BOT_HEALTH_LISTEN", ("127.0.0.1", 8088)),
        )


class _Given:
    """The settings as they were given, each checked when it is asked for.

    Args:
        environment: see `Settings.read`.
        dotenv: see `Settings.read`.
    """

    def __init__(self, environment: Mapping[str, str], dotenv: Path | None) -> None:
        self._environment, self._path, self._text = environment, dotenv, ""
        self._file: Mapping[str, str | None] = {}
        if dotenv is None:
            return
        try:
            data = dotenv.read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            return
        except OSError as error:
            raise SettingsError("file.unreadable", path=dotenv, why=error) from None
        try:
            self._text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SettingsError("file.not_utf_8", path=dotenv, line=data[: error.start].count(b"\n") + 1) from None
        if "\0" in self._text:  # UTF-16 without a mark reads as UTF-8 with a zero beside each letter.
            raise SettingsError("file.not_utf_8", path=dotenv, line=1)
        # Imported here: most starts have no .env, and a single question should not wait for it.
        from dotenv import dotenv_values

        self._file = dotenv_values(stream=StringIO(self._text))

    def text(self, name: str) -> str:
        """A setting as it stands, an empty text where it is not set."""
        return (self._environment.get(name, self._file.get(name)) or "").strip()

    def wrong(self, key: str, name: str, **values: Any) -> SettingsError:
        """The error about a setting, with the line of .env where it stands there."""
        if name in self._environment:
            return SettingsError(key, name=name, **values)
        lines = [
            number for number, line in enumerate(self._text.splitlines(), 1) if re.match(rf"\s*(?:export\s+)?['\"]?{name}['\"]?\s*=", line)
        ]
        return SettingsError(key, path=self._path, line=lines[-1] if lines else None, name=name, **values)

    def secret(self, name: str, form: re.Pattern[str], key: str) -> Secret:
        """A text of a form, never shown."""
        value = self.text(name)
        if value and not form.fullmatch(value):
            raise self.wrong(key, name)
        return Secret(value)

    def url(self, name: str) -> str:
        """A web address."""
        value = self.text(name)
        if not value:
            return value
        # Imported here: a single question has no address to check.
        from urllib.parse import urlsplit

        try:
            parts = urlsplit(value)
            right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            right = False
        if not right or any(sign.isspace() for sign in value):
            raise self.wrong("settings.address", name)
        return value

    def webhook(self, name: str, self_hosted: bool) -> str:
        """A web address that Telegram comes to: with https, unless a Bot API server of one's own comes."""
        value = self.url(name)
        if value.startswith("http://") and not self_hosted:
            raise self.wrong("settings.webhook", name)
        return value

    def address(self, name: str, default: tuple[str, int]) -> tuple[str, int]:
        """Host and port; 'uit' for none."""
        value = self.text(name)
        if not value:
            return default
        if value.lower() == "uit":
            return ("", 0)
        host, _, port = value.rpartition(":")
        if not port.isdecimal() or len(port) > 5 or int(port) > 65535:
            raise self.wrong("settings.listen", name)
        return (host.strip("[]") or default[0], int(port))

    def one_of(self, name: str, values: Sequence[str]) -> str:
        """One of a few words; the first where nothing is said."""
        value = self.text(name).lower()
        if value and value not in values:
            raise self.wrong("settings.choice", name, allowed=", ".join(values))
        return value or values[0]

    def folder(self, name: str, absolute: bool = False) -> Path | None:
        """A folder, None where nothing is said."""
        value = self.text(name)
        try:
            path = Path(value).expanduser() if value else None
        except RuntimeError:
            # '~iemand' is the home folder of someone who has none here.
            raise self.wrong("settings.home", name) from None
        return path.absolute() if path is not None and absolute else path

    def number(self, name: str, default: float, key: str) -> float:
        """A number from 0 to a million."""
        value = self.text(name)
        try:
            number = float(value) if value else default
        except ValueError:
            number = -1.0
        if not 0 <= number < 1e6:
            raise self.wrong(key, name)
        return number

    def whole_number(self, name: str, default: int) -> int:
        """A whole number: half a question a minute would be none, and 0 means without end."""
        number = self.number(name, default, "settings.whole_number")
        if number != int(number):
            raise self.wrong("settings.whole_number", name)
        return int(number)

    def hosts(self, name: str) -> frozenset[str]:
        """Addresses of machines, not their names."""
        # Imported here: a single question has no proxy.
        from ipaddress import ip_address

        try:
            return frozenset(str(ip_address(item)) for item in re.split(r"[\s,;]+", self.text(name)) if item)
        except ValueError:
            raise self.wrong("settings.hosts", name) from None

    def origins(self, name: str) -> frozenset[str]:
        """Sites as a browser names them: scheme, host and port, nothing more."""
        items = [item for item in re.split(r"[\s,;]+", self.text(name)) if item]
        if not all(re.fullmatch(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?", item) for item in items):
            raise self.wrong("settings.origins", name)
        return frozenset(item.lower() for item in items)

    def nodes(self, name: str, with_password: bool) -> tuple[str, ...]:
        """Addresses of the nodes of a cluster, at least one; a password goes to another machine only where nobody can read it on its way."""
        items = [item.rstrip("/") for item in re.split(r"[\s,;]+", self.text(name)) if item]
        if not items or not all(re.fullmatch(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?", item) for item in items):
            raise self.wrong("settings.nodes", name)
        loopback = re.compile(r"http://(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?")
        if with_password and not all(item.startswith("https://") or loopback.fullmatch(item) for item in items):
            raise self.wrong("settings.nodes_in_the_open", name)
        return tuple(items)

    def name(self, name: str, default: str) -> str:
        """A name in lower case, as an index of a cluster has it."""
        value = self.text(name) or default
        if not _ENGINE_NAME.fullmatch(value):
            raise self.wrong("settings.engine_name", name)
        return value

    def header(self, name: str) -> str:
        """The name of an HTTP header, in lower case."""
        value = self.text(name)
        if value and not _HEADER.fullmatch(value):
            raise self.wrong("settings.header", name)
        return value.lower()

    def users(self, name: str) -> frozenset[int]:
        """The numbers of users."""
        items = [item for item in re.split(r"[\s,;]+", self.text(name)) if item]
        if not all(item.isdecimal() and len(item) < 20 for item in items):
            raise self.wrong("settings.users", name)
        return frozenset(int(item) for item in items)


def data_folder(settings: Settings) -> Path:
    """Where state lives: the setting, or the platform's user data folder. It need not exist."""
    if settings.data_dir is not None:
        return settings.data_dir
    from platformdirs import user_data_path

    return user_data_path("akkoordwijzer", appauthor=False)


def knowledge_folder(chosen: Path | None) -> Path:
    """The folder to read.

    Args:
        chosen: by option or setting; None for `knowledge/` here, or else the knowledge that comes with the program.
    """
    if chosen is not None:
        return chosen
    here, package = Path("knowledge"), Path(__file__).parent
    if here.is_dir():
        return here
    bundled = package / "bundled_knowledge"
    return bundled if bundled.is_dir() else package.parent / "knowledge"


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
