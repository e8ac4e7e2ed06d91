"""What comes in: what of it concerns the bot, who says it, to which lane it belongs, and what of it is kept until it is answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.personal_data import Personal, masked
from bot.telegram import logs
from bot.telegram.connection import AS_JSON
from bot.telegram.monitoring import Counters
from bot.telegram.store import Store
from bot.telegram.updates import InlineQuery, Me, Message, Press, Update, by_a_bot, is_ours, parse, question_in

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "message_reaction")

_MEDIA = (
    "animation", "audio", "contact", "dice", "document", "game", "location", "photo", "poll", "sticker", "story", "venue", "video",
    "video_note", "voice", "paid_media", "checklist", "rich_message",
)  # fmt: skip


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
        me: gives who the bot is; known once Telegram was reached.
        hand_on: gets the number, the lane and the update of all that is new.
    """

    def __init__(self, me: Callable[[], Me], store: Store, counters: Counters, hand_on: Callable[[int, str, Update], None]) -> None:
        self._me, self._store, self._counters, self._hand_on = me, store, counters, hand_on

    async def take(self, raws: Sequence[object], patience: float | None = None) -> None:
        """Put updates in the inbox. After this Telegram may hear that they arrived.

        Args:
            patience: see `Store.receive`.

        Raises:
            StoreError, sqlite3.Error: they are not in the inbox; Telegram must keep them.
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
            return read(raw, self._me())
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # Telegram would give it again for ever; no later version of the same message will be any better.
            logs.failure("update_not_understood", error)
            return None


def read(raw: object, me: Me) -> Incoming | None:
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
    update = parse(slim)
    if not _concerns(update, me):
        return None
    payload = AS_JSON.encode(slim)
    return Incoming(slim["update_id"], _lane(update, slim["update_id"]), payload, update)


def _concerns(update: Update, me: Me) -> bool:
    if not isinstance(update, Message):
        return True
    if update.chat_type == "channel" or update.forwarded:
        return False
    if update.moved_to or update.moved_from:
        return True
    if update.via_bot or by_a_bot(update):
        return False
    if update.private:
        return update.text is not None or update.has_media
    if update.text is None:
        return False
    if update.command:
        return is_ours(update.command.partition("@")[2], me)
    return question_in(update, me) is not None


def _lane(update: Update, update_id: int) -> str:
    # A button or an inline query must be answered at once, whatever else its chat waits for.
    if isinstance(update, Press):
        return f"button:{update_id}"
    return f"inline:{update_id}" if isinstance(update, InlineQuery) else f"chat:{update.chat_id}"


def _slim(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """Of an update only what an answer needs: no names, no media, and no personal numbers."""
    slim: dict[str, Any] = {"update_id": int(raw["update_id"])}
    for name in ("message", "edited_message"):
        if name in raw:
            return {**slim, name: _message(raw[name])}
    if "callback_query" in raw:
        query = raw["callback_query"]
        callback = {"from": _user(query["from"]), **_some(query, ("id", "data"))}
        if "message" in query:
            callback["message"] = _message(query["message"])
            buttons = _buttons(query["message"].get("reply_markup"))
            if buttons:
                callback["message"]["reply_markup"] = {"inline_keyboard": [buttons]}
        return {**slim, "callback_query": callback}
    if "inline_query" in raw:
        query = raw["inline_query"]
        text, _ = masked(str(query["query"]))
        return {**slim, "inline_query": {**_some(query, ("id", "offset", "chat_type")), "from": _user(query["from"]), "query": text}}
    if "message_reaction" in raw:
        return {**slim, "message_reaction": _reaction(raw["message_reaction"])}
    return None


def _message(raw: Mapping[str, Any], answered_in: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A message; one that was replied to stands in the same chat as the reply. What stands under a picture is the text of it."""
    message = _some(raw, ("message_id", "message_thread_id", "is_topic_message", "is_automatic_forward", "media_group_id"))
    message |= _some(raw, ("migrate_to_chat_id", "migrate_from_chat_id"))
    message["chat"] = _some(raw.get("chat", answered_in) if answered_in else raw["chat"], ("id", "type"))
    for name in ("from", "via_bot"):
        if name in raw:
            message[name] = _user(raw[name])
    if "sender_chat" in raw:
        message["sender_chat"] = _some(raw["sender_chat"], ("id", "type"))
    kinds: frozenset[Personal] = frozenset()
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if isinstance(raw.get(text), str):
            message["text"], kinds = masked(raw[text])
            message["entities"] = [_entity(entity) for entity in raw.get(entities, ())]
            break
    if any(name in raw for name in _MEDIA):
        message["media"] = True
    if "reply_to_message" in raw and not answered_in:
        message["reply_to_message"] = _message(raw["reply_to_message"], raw["chat"])
    if isinstance(raw.get("quote"), Mapping):
        quoted, more = masked(str(raw["quote"].get("text", "")))
        message["quote"] = {"text": quoted}
        kinds |= more
    if "external_reply" in raw:
        message["external"] = True
    if "forward_origin" in raw:
        message["passed_on"] = True
    if "edit_date" in raw:
        message["changed_after"] = int(raw["edit_date"]) - int(raw["date"])
    if kinds:
        message["personal"] = sorted(kind.value for kind in kinds)
    return message


def _reaction(raw: Mapping[str, Any]) -> dict[str, Any]:
    reaction: dict[str, Any] = {"message_id": raw["message_id"], "chat": _some(raw["chat"], ("id", "type"))}
    for name in ("new_reaction", "old_reaction"):
        reaction[name] = [{"emoji": each["emoji"]} for each in raw.get(name, ()) if each.get("type") == "emoji"]
    if "user" in raw:
        reaction["user"] = _user(raw["user"])
    if "actor_chat" in raw:
        reaction["sender_chat"] = _some(raw["actor_chat"], ("id", "type"))
    return reaction


def _buttons(markup: object) -> list[dict[str, Any]]:
    """The buttons of a message by what comes back from them; what they say is not needed."""
    rows = markup.get("inline_keyboard", ()) if isinstance(markup, Mapping) else ()
    return [{"callback_data": button["callback_data"]} for row in rows for button in row if "callback_data" in button]


def _user(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": int(raw["id"]), "is_bot": raw.get("is_bot", False)}


def _entity(raw: Mapping[str, Any]) -> dict[str, Any]:
    entity = _some(raw, ("type", "offset", "length"))
    if "user" in raw:
        entity["user"] = _user(raw["user"])
    return entity


def _some(raw: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: raw[name] for name in names if name in raw}
