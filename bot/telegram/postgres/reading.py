"""What commands read of the shared state without running the bot."""

import psycopg

from bot.errors import TelegramError
from bot.settings import Settings
from bot.telegram.postgres.database import parameters, told_without_values

_ALL = "SELECT key, day, data FROM feedback WHERE bot_id = %s ORDER BY day, key"


def bot_of(settings: Settings) -> int:
    """The number of a bot: the first part of its token."""
    return int(settings.token.partition(":")[0])


def all_feedback(settings: Settings) -> list[tuple[str, str, str]]:
    """Key, day and data of all feedback on this bot: others may keep theirs in the same database.

    Raises:
        TelegramError: it can't be read, or no token says which bot it is.
    """
    if not settings.token:
        raise TelegramError("telegram.no_token")
    given = psycopg.conninfo.conninfo_to_dict(settings.state_url)
    wanted = {key: value for key, value in parameters("feedback").items() if key not in given}
    try:
        with psycopg.connect(settings.state_url, **wanted) as connection:
            ((known,),) = connection.execute("SELECT to_regclass('feedback') IS NOT NULL").fetchall()
            return connection.execute(_ALL, (bot_of(settings),)).fetchall() if known else []
    except (psycopg.Error, OSError) as error:
        raise TelegramError("telegram.state_refused", why=told_without_values(error)) from None
