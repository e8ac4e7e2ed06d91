"""What comes in: what of it concerns the bot, who says it, to which lane it belongs, and what of it is kept until it is answered."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot, CallbackQuery, Message, MessageEntity, MessageReactionUpdated, Update

from bot.telegram import logs
from bot.telegram.monitoring import Counters
from bot.telegram.personal_data import masked
from bot.telegram.store import Store

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "message_reaction")

PERSONAL = "personal"
"""Under this key of a kept message stands what kinds of personal data were masked in it."""

MEDIA = "media"
"""Under this key of a kept message stands that it holds something else than text."""

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


class Inbox:
    """Takes what Telegram brings, the same for polling and webhook.

    Args:
        hand_on: gets the number, the lane and the update of all that is new.
    """

    def __init__(self, bot: Bot, store: Store, counters: Counters, hand_on: Callable[[int, str, Update], None]) -> None:
        self._bot, self._store, self._counters, self._hand_on = bot, store, counters, hand_on

    async def take(self, raws: Sequence[object], patience: float | None = None) -> None:
        """Put updates in the inbox. After this Telegram may hear that they arrived.

        Args:
            patience: see `Store.receive`.

        Raises:
            StoreUnavailableError, sqlite3.Error: they are not in the inbox; Telegram must keep them.
        """
        incoming = [one for raw in raws if (one := self._read(raw)) is not None]
        if not incoming:
            return
        new = set(await self._store.receive([(i.update_id, i.lane, i.payload) for i in incoming], patience))
        self._counters.add("received", len(new))
        for one in incoming:
            if one.update_id in new:
                new.discard(one.update_id)
                self._hand_on(one.update_id, one.lane, one.update)

    def _read(self, raw: object) -> Incoming | None:
        try:
            return read(raw, self._bot)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # Telegram would give it again for ever; no later version of the same message will be any better.
            logs.failure("update_not_understood", error)
            return None


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


def has_media(message: Message) -> bool:
    """Whether a message holds something else than text."""
    return MEDIA in message.api_kwargs


def asker_of(message: Message) -> str:
    """Who wrote a message, as a text: the number of a user; for who writes as a group or channel, that chat, within this chat only.

    Telegram gives all anonymous administrators of all groups one number, and all who write as a channel another one.
    """
    if message.sender_chat is not None:
        return f"{message.chat.id}/{message.sender_chat.id}"
    return str(message.from_user.id) if message.from_user else f"{message.chat.id}/"


def may_press(asker: str, user_id: int) -> bool:
    """Whether a user may press the buttons under what was said to an asker.

    Who asked as a group or channel presses under a number of their own, which Telegram does not connect with it: there anyone may.
    """
    return not asker or "/" in asker or asker == str(user_id)


def pressable(query: CallbackQuery) -> bool:
    """Whether the pressed button stands under its message: anyone can send any data, but not alter what Telegram says of a message."""
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return False
    return any(button.callback_data == query.data for row in message.reply_markup.inline_keyboard for button in row)


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
    command = _command(message)
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


def asked_in(message: Message, bot: Bot) -> str | None:
    """The question in a message or behind its /vraag; None where it is another command or no question to the bot."""
    text = message.text or ""
    command = _command(message)
    if command:
        name = message.parse_entity(command).partition("@")[0].lower()
        return text[command.length :].strip() if name == "/vraag" else None
    return question_in(message, bot)


def replied_question(message: Message) -> tuple[str, frozenset[str]] | None:
    """The words of someone else that a message replies to: what it quotes of them, else all of it; with what was masked in them.

    Returns:
        None where it replies to nothing, or to a bot.
    """
    other = message.reply_to_message
    if other is None or other.via_bot or _is_bot(other):
        return None
    text = message.quote.text if message.quote else other.text
    return (text, personal(other) | personal(message)) if text and text.strip() else None


def quoted_of_bot(message: Message, bot: Bot) -> str:
    """What a message quotes of the bot's own words; empty where it quotes nothing."""
    return message.quote.text.strip() if message.quote and _replies_to(message, bot) else ""


def answered_message(message: Message, bot: Bot) -> int | None:
    """The number of the bot's own message that a message replies to."""
    return message.reply_to_message.message_id if message.reply_to_message and _replies_to(message, bot) else None


def thumb_in(reaction: MessageReactionUpdated) -> str:
    """What someone's reaction to a message says now: 'up', 'down', or nothing where it is neither or gone."""
    return thumb_of("".join(getattr(each, "emoji", "") for each in reaction.new_reaction))


def thumb_of(signs: str) -> str:
    """What signs say of an answer: 'up', 'down', or nothing where it is neither."""
    return "up" if any(sign in _UP for sign in signs) else "down" if any(sign in _DOWN for sign in signs) else ""


_UP = frozenset(("👍", "❤", "🔥", "👏", "🎉", "💯", "🙏", "👌", "🏆"))
_DOWN = frozenset(("👎", "💩", "🤮", "🤬"))


def _command(message: Message) -> MessageEntity | None:
    return next((entity for entity in message.entities if entity.type == _COMMAND and entity.offset == 0), None)


def _ours(target: str, bot: Bot) -> bool:
    return not target or target.lower() == bot.username.lower()


def _is_bot(message: Message) -> bool:
    # Who writes as the group (an anonymous administrator) or as a channel does so under the name of a bot of Telegram's.
    return bool(message.from_user and message.from_user.is_bot and message.sender_chat is None)


def _mentions(message: Message, entity: MessageEntity, bot: Bot) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == bot.id
    return entity.type == MessageEntity.MENTION and message.parse_entity(entity).lower() == f"@{bot.username.lower()}"


def _replies_to(message: Message, bot: Bot) -> bool:
    answered = message.reply_to_message
    return answered is not None and answered.from_user is not None and answered.from_user.id == bot.id


def _concerns(update: Update, bot: Bot) -> bool:
    if update.callback_query or update.inline_query or update.message_reaction:
        return True
    message = update.message or update.edited_message
    if message is None or message.chat.type == "channel" or message.is_automatic_forward:
        return False
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return True
    if message.via_bot or _is_bot(message):
        return False
    if message.chat.type == "private":
        return message.text is not None or has_media(message)
    if message.text is None:
        return False
    command = _command(message)
    if command:
        return _ours(message.parse_entity(command).partition("@")[2], bot)
    return question_in(message, bot) is not None


def _lane(update: Update) -> str:
    # A button or an inline query must be answered at once, whatever else its chat waits for.
    if update.callback_query:
        return f"button:{update.update_id}"
    if update.inline_query:
        return f"inline:{update.update_id}"
    if update.message_reaction:
        return f"chat:{update.message_reaction.chat.id}"
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
            buttons = _buttons(query["message"].get("reply_markup"))
            if buttons:
                kept["message"]["reply_markup"] = {"inline_keyboard": [buttons]}
        return {**slim, "callback_query": {"chat_instance": "", **kept}}
    if "inline_query" in raw:
        query = raw["inline_query"]
        text, _ = masked(str(query["query"]))
        return {**slim, "inline_query": {**_some(query, ("id", "offset", "chat_type")), "from": _user(query["from"]), "query": text}}
    if "message_reaction" in raw:
        return {**slim, "message_reaction": _reaction(raw["message_reaction"])}
    return None


def _message(raw: Mapping[str, Any], answered_in: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A message; one that was replied to stands in the same chat as the reply. What stands under a picture is the text of it."""
    kept: dict[str, Any] = {"date": 0} if answered_in else {}
    kept |= _some(raw, ("message_id", "date", "message_thread_id", "is_topic_message", "is_automatic_forward", "media_group_id"))
    kept |= _some(raw, ("migrate_to_chat_id", "migrate_from_chat_id"))
    kept["chat"] = _some(raw.get("chat", answered_in) if answered_in else raw["chat"], ("id", "type", "is_forum"))
    for name in ("from", "via_bot"):
        if name in raw:
            kept[name] = _user(raw[name])
    if "sender_chat" in raw:
        kept["sender_chat"] = _some(raw["sender_chat"], ("id", "type"))
    kinds: frozenset[str] = frozenset()
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if isinstance(raw.get(text), str):
            kept["text"], kinds = masked(raw[text])
            kept["entities"] = [_entity(entity) for entity in raw.get(entities, ())]
            break
    if any(name in raw for name in _MEDIA):
        kept[MEDIA] = True
    if "reply_to_message" in raw and not answered_in:
        kept["reply_to_message"] = _message(raw["reply_to_message"], raw["chat"])
    if isinstance(raw.get("quote"), Mapping):
        quoted, more = masked(str(raw["quote"].get("text", "")))
        kept["quote"] = {"text": quoted, "position": 0}
        kinds |= more
    if kinds:
        kept[PERSONAL] = sorted(kinds)
    return kept


def _reaction(raw: Mapping[str, Any]) -> dict[str, Any]:
    kept = {**_some(raw, ("message_id", "date")), "chat": _some(raw["chat"], ("id", "type")), "old_reaction": []}
    kept["new_reaction"] = [_some(each, ("type", "emoji")) for each in raw["new_reaction"] if each.get("type") == "emoji"]
    if "user" in raw:
        kept["user"] = _user(raw["user"])
    if "actor_chat" in raw:
        kept["actor_chat"] = _some(raw["actor_chat"], ("id", "type"))
    return kept


def _buttons(markup: object) -> list[dict[str, Any]]:
    """The buttons of a message by what comes back from them; what they say is not needed."""
    rows = markup.get("inline_keyboard", ()) if isinstance(markup, Mapping) else ()
    return [{"text": "", "callback_data": button["callback_data"]} for row in rows for button in row if "callback_data" in button]


def _user(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"is_bot": False, **_some(raw, ("id", "is_bot")), "first_name": ""}


def _entity(raw: Mapping[str, Any]) -> dict[str, Any]:
    kept = _some(raw, ("type", "offset", "length"))
    if "user" in raw:
        kept["user"] = _user(raw["user"])
    return kept


def _some(raw: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: raw[name] for name in names if name in raw}
