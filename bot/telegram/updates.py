"""What Telegram brings, as values: messages, pressed buttons, inline queries, reactions; and what a message asks of the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is in Telegram."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked part of a text, counted in UTF-16 units as Telegram does.

    Attributes:
        user_id: who is mentioned, where someone without a name of their own is.
    """

    type: str
    offset: int
    length: int
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What of a message an answer needs; python-telegram-bot's own object of it takes ten times as long to make (0.1 ms).

    Attributes:
        text: what was typed, or what stands under a picture; None where there are no words.
        user_id: who wrote it, by number; None for nobody in particular.
        is_bot: whether that is a bot.
        sender_chat: the group or channel in whose name it was written, or None.
        thread_id: the topic in which it stands, or None.
        personal: what kinds of personal data were masked in it.
        has_media: whether it holds something else than text.
        album: what pictures that were sent together share.
        quote: what it quotes of the message that it replies to.
        external: whether that message stands in another chat or topic, so that only what is quoted of it is known.
        buttons: what comes back from the buttons under it.
        moved_to, moved_from: the other number of a group that became a supergroup.
        forwarded: whether Telegram itself brought it here, from the channel that belongs to a group.
        passed_on: whether someone brought it here from another chat.
        edited: whether it is a changed form of an earlier message.
        changed_after: seconds between the two.
    """

    message_id: int
    chat_id: int
    chat_type: str
    text: str | None = None
    entities: tuple[Entity, ...] = ()
    user_id: int | None = None
    is_bot: bool = False
    via_bot: bool = False
    sender_chat: int | None = None
    thread_id: int | None = None
    personal: frozenset[str] = frozenset()
    has_media: bool = False
    album: str = ""
    reply_to: "Message | None" = None
    quote: str = ""
    external: bool = False
    buttons: frozenset[str] = frozenset()
    moved_to: int | None = None
    moved_from: int | None = None
    forwarded: bool = False
    passed_on: bool = False
    edited: bool = False
    changed_after: int = 0

    @property
    def private(self) -> bool:
        """Whether it stands in the chat of one user with the bot."""
        return self.chat_type == "private"

    @property
    def command(self) -> str:
        """The command that it begins with, as '/vraag' or '/vraag@bot'; empty where it begins with none."""
        first = next((entity for entity in self.entities if entity.type == "bot_command" and entity.offset == 0), None)
        return (self.text or "")[: first.length] if first else ""  # the signs of a command take one unit each

    @property
    def asker(self) -> str:
        """Who wrote it; see `asker_of`."""
        return asker_of(self.chat_id, self.user_id, self.sender_chat)


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button. `message` is None where Telegram does not say under which message; its `buttons` are those that stand there."""

    id: str
    user_id: int
    data: str
    message: Message | None

    @property
    def real(self) -> bool:
        """Whether the button stands under its message: anyone can send any data, but not alter what Telegram says of a message."""
        return self.message is not None and self.data in self.message.buttons


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """'@bot vraag' in any chat."""

    id: str
    user_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """The reactions of someone to a message, as they are now; who reacts as a group or channel has a `sender_chat` and no `user_id`.

    Attributes:
        before: the reactions that they take the place of.
    """

    chat_id: int
    message_id: int
    user_id: int | None
    emoji: tuple[str, ...]
    sender_chat: int | None = None
    before: tuple[str, ...] = ()

    @property
    def asker(self) -> str:
        """Who reacts; see `asker_of`."""
        return asker_of(self.chat_id, self.user_id, self.sender_chat)


Update = Message | Press | InlineQuery | Reaction


def parse(slim: Mapping[str, Any]) -> Update:
    """The update in what was kept of it.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    if "message" in slim:
        return _parsed(slim["message"])
    if "edited_message" in slim:
        return _parsed(slim["edited_message"], edited=True)
    if "callback_query" in slim:
        query = slim["callback_query"]
        message = query.get("message")
        return Press(str(query["id"]), query["from"]["id"], str(query.get("data", "")), _parsed(message) if message else None)
    if "inline_query" in slim:
        query = slim["inline_query"]
        return InlineQuery(str(query["id"]), query["from"]["id"], query["query"])
    reaction = slim["message_reaction"]
    # Of a reaction that was taken in by an earlier version it is not known what it takes the place of.
    emoji, before = (tuple(each["emoji"] for each in reaction.get(name, ())) for name in ("new_reaction", "old_reaction"))
    user_id, sender_chat = (reaction.get(name, {}).get("id") for name in ("user", "sender_chat"))
    return Reaction(reaction["chat"]["id"], reaction["message_id"], user_id, emoji, sender_chat, before)


def _parsed(stored: Mapping[str, Any], edited: bool = False) -> Message:
    sender, reply, markup = stored.get("from", {}), stored.get("reply_to_message"), stored.get("reply_markup")
    return Message(
        message_id=stored["message_id"],
        chat_id=stored["chat"]["id"],
        chat_type=stored["chat"]["type"],
        text=stored.get("text"),
        entities=tuple(Entity(e["type"], e["offset"], e["length"], e.get("user", {}).get("id")) for e in stored.get("entities", ())),
        user_id=sender.get("id"),
        is_bot=sender.get("is_bot", False),
        via_bot="via_bot" in stored,
        sender_chat=stored.get("sender_chat", {}).get("id"),
        thread_id=stored.get("message_thread_id") if stored.get("is_topic_message") else None,
        personal=frozenset(stored.get("personal", ())),
        has_media=stored.get("media", False),
        album=stored.get("media_group_id", ""),
        reply_to=_parsed(reply) if reply else None,
        quote=stored.get("quote", {}).get("text", ""),
        external=stored.get("external", False),
        buttons=frozenset(button["callback_data"] for row in markup["inline_keyboard"] for button in row) if markup else frozenset(),
        moved_to=stored.get("migrate_to_chat_id"),
        moved_from=stored.get("migrate_from_chat_id"),
        forwarded=stored.get("is_automatic_forward", False),
        passed_on=stored.get("passed_on", False),
        edited=edited,
        changed_after=stored.get("changed_after", 0),
    )


def asker_of(chat_id: int, user_id: int | None, sender_chat: int | None) -> str:
    """Who asks, as a text: the number of a user; for who writes as a group or channel, that chat, within this chat only.

    Telegram gives all anonymous administrators of all groups one number, and all who write as a channel another one.
    """
    if sender_chat is not None:
        return f"{chat_id}/{sender_chat}"
    return str(user_id) if user_id is not None else f"{chat_id}/"


def may_press(asker: str, user_id: int) -> bool:
    """Whether a user may press the buttons under what was said to an asker.

    Who asked as a group or channel presses under a number of their own, which Telegram does not connect with it: there anyone may.
    """
    return not asker or "/" in asker or asker == str(user_id)


def question_in(message: Message, me: Me) -> str | None:
    """The question in a message or behind its /vraag, without the bot's name, or that of anyone else who is mentioned in it.

    Returns:
        None where the message does not speak to the bot, or with another command; an empty string where it says nothing but its name.
    """
    text = message.text
    if text is None or message.via_bot or by_a_bot(message):
        return None
    if message.command:
        name, _, target = message.command.partition("@")
        return unaddressed(message, len(message.command)) if name.lower() == "/vraag" and is_ours(target, me) else None
    return unaddressed(message) if speaks_to(message, me) or _replies_to(message, me) else None


def speaks_to(message: Message, me: Me) -> bool:
    """Whether a message speaks to the bot for sure: alone with it, with a command, or by its name."""
    return message.private or bool(message.command) or any(_mentions(message.text or "", entity, me) for entity in message.entities)


def unaddressed(message: Message, start: int = 0) -> str:
    """The text of a message from a character on, without the names of those whom it mentions: who is to read it is not what is asked."""
    text = message.text or ""
    mentions = [entity for entity in message.entities if entity.type in ("mention", "text_mention") and entity.offset >= start]
    if not mentions:
        return text[start:].strip() if start else text
    # From back to front, so that the places of the earlier ones stay right.
    data = text.encode("utf-16-le")
    for entity in sorted(mentions, key=lambda e: e.offset, reverse=True):
        data = data[: 2 * entity.offset] + data[2 * (entity.offset + entity.length) :]
    return data.decode("utf-16-le", "replace")[start:].strip(" ,:;\n\t")


def thumb_of(signs: str) -> str:
    """What signs say of an answer: 'up', 'down', or nothing where it is neither."""
    return "up" if any(sign in _UP for sign in signs) else "down" if any(sign in _DOWN for sign in signs) else ""


_UP = frozenset(("👍", "❤", "🔥", "👏", "🎉", "💯", "🙏", "👌", "🏆"))
_DOWN = frozenset(("👎", "💩", "🤮", "🤬", "😡", "🖕"))


def is_ours(target: str, me: Me) -> bool:
    """Whether a command that names this bot, or none, is for us."""
    return not target or target.lower() == me.username.lower()


def by_a_bot(message: Message) -> bool:
    """Whether another bot wrote a message; nobody answers those."""
    # Who writes as the group (an anonymous administrator) or as a channel does so under the name of a bot of Telegram's.
    return message.is_bot and message.sender_chat is None


def _mentions(text: str, entity: Entity, me: Me) -> bool:
    if entity.type == "text_mention":
        return entity.user_id == me.id
    data = text.encode("utf-16-le")[2 * entity.offset : 2 * (entity.offset + entity.length)]
    return entity.type == "mention" and data.decode("utf-16-le", "replace").lower() == f"@{me.username.lower()}"


def _replies_to(message: Message, me: Me) -> bool:
    return message.reply_to is not None and message.reply_to.user_id == me.id
