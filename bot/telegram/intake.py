"""What comes in: what of it concerns the bot, to which lane it belongs, and what of it may be kept until it is answered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Message, MessageEntity, Update

from bot.telegram.personal_data import masked

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query")

PERSONAL = "personal"
"""Under this key of a kept message stands what kinds of personal data were masked in it."""

_MEDIA = (
    "animation", "audio", "contact", "dice", "document", "game", "location", "photo", "poll", "sticker", "story", "venue", "video",
    "video_note", "voice", "paid_media", "checklist",
)  # fmt: skip
_COMMAND = MessageEntity.BOT_COMMAND


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update that concerns the bot.

    Attributes:
        lane: updates of one lane are handled in order.
        payload: what is kept of it until it is answered, as JSON.
    """

    update_id: int
    lane: str
    payload: str
    update: Update


def read(raw: object, bot: Bot) -> Incoming | None:
    """Read an update as Telegram gave it.

    Returns:
        None where it does not concern the bot: a channel's post, talk in a group, another bot's command, the bot's own words.

    Raises:
        ValueError, TypeError, KeyError: it is no update.
    """
    if not isinstance(raw, Mapping):
        raise TypeError("no object")
    slim = _slim(raw)
    if slim is None:
        return None
    update = parse(slim, bot)
    if update is None or not _concerns(update, bot):
        return None
    return Incoming(update.update_id, _lane(update), json.dumps(slim, ensure_ascii=False, separators=(",", ":")), update)


def parse(slim: Mapping[str, Any], bot: Bot) -> Update | None:
    """The update as python-telegram-bot's object; our own marks are in its `api_kwargs`."""
    return Update.de_json(dict(slim), bot)


def personal(message: Message) -> frozenset[str]:
    """What kinds of personal data were masked in a message."""
    return frozenset(message.api_kwargs.get(PERSONAL, ()))


def question_in(message: Message, bot: Bot) -> str | None:
    """The question in a message that is no command, without the bot's name.

    Returns:
        None where the message does not speak to the bot; an empty string where it says nothing but the bot's name.
    """
    text = message.text
    if text is None or message.via_bot or _is_bot(message):
        return None
    if message.chat.type == "private":
        return text
    command = next((e for e in message.entities if e.type == _COMMAND and e.offset == 0), None)
    if command:
        name, _, target = message.parse_entity(command).partition("@")
        return text.partition(" ")[2] if name == "/vraag" and _ours(target, bot) else None
    mentions = [entity for entity in message.entities if _mentions(message, entity, bot)]
    if not mentions and not _replies_to(message, bot):
        return None
    # From back to front, so that the places of the earlier ones stay right; Telegram counts in UTF-16.
    data = text.encode("utf-16-le")
    for entity in sorted(mentions, key=lambda e: e.offset, reverse=True):
        data = data[: 2 * entity.offset] + data[2 * (entity.offset + entity.length) :]
    return data.decode("utf-16-le").strip(" ,:;\n\t")


def _ours(target: str, bot: Bot) -> bool:
    return not target or target.lower() == bot.username.lower()


def _is_bot(message: Message) -> bool:
    # An administrator who stays anonymous writes as the group itself, under the name of a bot of Telegram's.
    anonymous = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    return bool(message.from_user and message.from_user.is_bot and not anonymous)


def _mentions(message: Message, entity: MessageEntity, bot: Bot) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot.id
    return entity.type == MessageEntity.MENTION and message.parse_entity(entity).lower() == f"@{bot.username.lower()}"


def _replies_to(message: Message, bot: Bot) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == bot.id


def _concerns(update: Update, bot: Bot) -> bool:
    if update.callback_query or update.inline_query:
        return True
    message = update.message or update.edited_message
    if message is None or message.chat.type == "channel" or message.is_automatic_forward:
        return False
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return True
    if message.via_bot or _is_bot(message):
        return False
    if message.chat.type == "private":
        return message.text is not None or "media" in message.api_kwargs
    if message.text is None:
        return False
    command = next((e for e in message.entities if e.type == _COMMAND and e.offset == 0), None)
    if command:
        return _ours(message.parse_entity(command).partition("@")[2], bot)
    return question_in(message, bot) is not None


def _lane(update: Update) -> str:
    # A button or an inline query must be answered at once, whatever else its chat waits for.
    if update.callback_query:
        return f"button:{update.update_id}"
    if update.inline_query:
        return f"inline:{update.update_id}"
    message = update.message or update.edited_message
    return f"chat:{message.chat.id}" if message else f"other:{update.update_id}"


def _slim(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of an update only what an answer needs: no names, no media, and no personal numbers."""
    slim: dict[str, Any] = {"update_id": int(raw["update_id"])}
    for name in ("message", "edited_message"):
        if name in raw:
            return {**slim, name: _message(raw[name])}
    if "callback_query" in raw:
        query = raw["callback_query"]
        kept = {"from": _user(query["from"]), **_some(query, ("id", "data", "chat_instance", "inline_message_id"))}
        if "message" in query:
            kept["message"] = _message(query["message"])
        return {**slim, "callback_query": {"chat_instance": "", **kept}}
    if "inline_query" in raw:
        query = raw["inline_query"]
        text, _ = masked(str(query["query"]))
        return {**slim, "inline_query": {**_some(query, ("id", "offset", "chat_type")), "from": _user(query["from"]), "query": text}}
    return None


def _message(raw: Mapping[str, Any], answered_in: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A message; one that was replied to stands in the same chat as the reply."""
    kept: dict[str, Any] = {"date": 0} if answered_in else {}
    kept |= _some(raw, ("message_id", "date", "message_thread_id", "is_topic_message", "is_automatic_forward"))
    kept |= _some(raw, ("migrate_to_chat_id", "migrate_from_chat_id"))
    kept["chat"] = _some(raw.get("chat", answered_in) if answered_in else raw["chat"], ("id", "type", "is_forum"))
    for name in ("from", "via_bot"):
        if name in raw:
            kept[name] = _user(raw[name])
    if "sender_chat" in raw:
        kept["sender_chat"] = _some(raw["sender_chat"], ("id", "type"))
    if isinstance(raw.get("text"), str):
        kept["text"], kinds = masked(raw["text"])
        if kinds:
            kept[PERSONAL] = sorted(kinds)
        kept["entities"] = [_entity(entity) for entity in raw.get("entities", ())]
    elif any(name in raw for name in _MEDIA):
        kept["media"] = True
    if "reply_to_message" in raw and not answered_in:
        kept["reply_to_message"] = _message(raw["reply_to_message"], raw["chat"])
    return kept


def _user(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"is_bot": False, **_some(raw, ("id", "is_bot")), "first_name": ""}


def _entity(raw: Mapping[str, Any]) -> dict[str, Any]:
    kept = _some(raw, ("type", "offset", "length"))
    if "user" in raw:
        kept["user"] = _user(raw["user"])
    return kept


def _some(raw: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: raw[name] for name in names if name in raw}
