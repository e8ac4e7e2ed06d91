"""A Bot API on loopback: strict about calls, with people who write to the bot, and with faults on demand."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from tests.telegram import specification

TOKEN = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Akkoordwijzer", "username": "Akkoord_bot"}

Fault = tuple[str, float] | None
"""What goes wrong with a call: ('status', 502), ('wait' or 'hang', seconds), ('reset', 0), ('garbage', 0), ('cut', 0), ('conflict', 0)."""


class _Blocked:
    pass


class _MovedTo:
    def __init__(self, chat: int) -> None:
        self.chat = chat


class ApiServer:
    """The server.

    Attributes:
        fault: is asked at each call what goes wrong with it.
        calls: (method, values, time) of all calls that were carried out.
        violations: what was wrong with them.
        refused: methods that are answered with 400, and why.
        open: the connections that the bot keeps.
        flooded: chats whose next call is told to wait for so many seconds.
        early: messages to a chat that came while the bot had been told to wait with that chat.
    """

    def __init__(self, check: bool = True) -> None:
        self.fault: Callable[[str], Fault] = lambda method: None
        self.calls: list[tuple[str, dict[str, Any], float]] = []
        self.violations: list[str] = []
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}
        self.sent: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] | None = None
        self.refuse_format = False
        self.refused: dict[str, str] = {}
        self.open: set[asyncio.StreamWriter] = set()
        self.early = 0
        self.flooded: dict[int, float] = {}
        self.blocked: frozenset[int] = frozenset()
        self.migrated: dict[int, int] = {}
        self._check = check and specification.present()
        self._updates: list[dict[str, Any]] = []
        self._reactions: dict[tuple[int, int, int], list[dict[str, Any]]] = {}
        self._next_update, self._next_message = 1000, 1
        self._wait_until: dict[str, float] = {}
        self._server: asyncio.Server | None = None
        self._news = asyncio.Event()
        self.port = 0

    async def __aenter__(self) -> "ApiServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *about: object) -> None:
        if self._server:
            self._server.close()

    @property
    def url(self) -> str:
        """The root of this Bot API."""
        return f"http://127.0.0.1:{self.port}"

    def stop_listening(self) -> None:
        """Be down; the port stays ours to come back on."""
        if self._server:
            self._server.close()

    # -- people -------------------------------------------------------------------------------------------------------

    def update(self, **parts: Any) -> dict[str, Any]:
        """Something that Telegram has for the bot."""
        update = {"update_id": self._next_update, **parts}
        self._next_update += 1
        if self.webhook is None:
            self._updates.append(update)
            self._news.set()
        return update

    def message(self, text: str | None, user: int = 5, chat: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A message of a user; in the private chat by default. Commands and mentions in it are marked as Telegram does.

        Args:
            more: further fields; `sender` stands for 'from'.
        """
        sender = more.pop("sender", {"id": user, "is_bot": False, "first_name": "Noor", "username": "noor_voorbeeld"})
        message: dict[str, Any] = {
            "message_id": self.next_message_id(),
            "date": int(time.time()),
            "chat": chat or {"id": user, "type": "private", "first_name": "Noor"},
            "from": sender,
            **more,
        }
        if text is not None:
            message["text"] = text
            message.setdefault("entities", _entities(text))
        if "caption" in message:
            message.setdefault("caption_entities", _entities(message["caption"]))
        self.messages[(message["chat"]["id"], message["message_id"])] = message
        return message

    def write(self, text: str | None, user: int = 5, chat: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A user writes a message; returns it."""
        message = self.message(text, user, chat, **more)
        self.update(message=message)
        return message

    def press(self, message: dict[str, Any], data: str, user: int = 5) -> str:
        """A user presses a button; returns the query's id."""
        query = f"q{self._next_update}"
        full = self.messages[(message["chat"]["id"], message["message_id"])]
        who = {"id": user, "is_bot": False, "first_name": "Noor"}
        self.update(callback_query={"id": query, "from": who, "chat_instance": "1", "data": data, "message": full})
        return query

    def react(self, message: dict[str, Any], *emoji: str, user: int = 5, actor_chat: dict[str, Any] | None = None) -> None:
        """The reactions of a user, or of who writes as a group or channel, to a message are these from now on."""
        who = {"actor_chat": actor_chat} if actor_chat else {"user": {"id": user, "is_bot": False, "first_name": "Noor"}}
        reactions = [{"type": "emoji", "emoji": each} for each in emoji]
        where = {"chat": message["chat"], "message_id": message["message_id"], "date": int(time.time())}
        whose = (message["chat"]["id"], message["message_id"], actor_chat["id"] if actor_chat else user)
        before, self._reactions[whose] = self._reactions.get(whose, []), reactions
        self.update(message_reaction={**where, **who, "old_reaction": before, "new_reaction": reactions})

    def next_message_id(self) -> int:
        """A fresh number."""
        self._next_message += 1
        return self._next_message

    # -- waiting ------------------------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        """Wait for something to become true.

        Raises:
            TimeoutError: it did not.
        """
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"calls so far: {[c[0] for c in self.calls][-20:]}")
            await asyncio.sleep(0.01)

    async def reply_to(self, message: dict[str, Any], seconds: float = 15.0) -> dict[str, Any]:
        """The bot's reply to a message."""
        await self.until(lambda: bool(self.replies_to(message)), seconds)
        return self.replies_to(message)[0]

    def replies_to(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        """All replies of the bot to a message, as they stand now."""
        where = (message["chat"]["id"], message["message_id"])
        return [m for m in self.sent if (m["chat"]["id"], m.get("reply_to_message", {}).get("message_id")) == where]

    def done(self, method: str) -> list[dict[str, Any]]:
        """The values of all calls of a method."""
        return [values for name, values, _ in self.calls if name == method]

    # -- the wire -----------------------------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
                body = (await reader.readexactly(length)).decode()
                _, token, method = head.split(" ", 2)[1].split("/", 2)
                if token != f"bot{TOKEN}".lower():
                    self._write(writer, 401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
                    continue
                await self._one(writer, _NAMES.get(method, method), dict(parse_qsl(body, keep_blank_values=True)))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the bot is gone, or the test is over
        finally:
            self.open.discard(writer)
            writer.close()

    async def _one(self, writer: asyncio.StreamWriter, method: str, form: dict[str, str]) -> None:
        chat = form.get("chat_id", "")
        kind, size = self.fault(method) or ("", 0.0)
        if chat and int(chat) in self.flooded:
            kind, size = "wait", self.flooded.pop(int(chat))
        if kind == "reset":
            writer.transport.abort()
            raise ConnectionResetError
        if kind == "hang":
            await asyncio.sleep(size)
            raise ConnectionResetError
        if kind == "garbage":
            self._write(writer, 200, "<html>no JSON</html>")
        elif kind == "status":
            self._write(writer, int(size), "upstream is away")
        elif kind == "conflict":
            self._write(writer, 409, {"ok": False, "error_code": 409, "description": "Conflict: terminated by other getUpdates request"})
        elif kind == "wait":
            self._wait_until[chat] = time.monotonic() + size
            told = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {size:.0f}"}
            self._write(writer, 429, {**told, "parameters": {"retry_after": int(size)}})
        else:
            if method == "sendMessage" and time.monotonic() < self._wait_until.get(chat, 0.0):
                self.early += 1
            result = await self._carry_out(method, specification.decoded(method, form) if self._check else _plain(form))
            if isinstance(result, str):
                self._write(writer, 400, {"ok": False, "error_code": 400, "description": f"Bad Request: {result}"})
            elif isinstance(result, _MovedTo):
                moved = {"ok": False, "error_code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat"}
                self._write(writer, 400, {**moved, "parameters": {"migrate_to_chat_id": result.chat}})
            elif isinstance(result, _Blocked):
                self._write(writer, 403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"})
            else:
                self._write(writer, 200, {"ok": True, "result": result}, cut=kind == "cut")
        await writer.drain()

    def _write(self, writer: asyncio.StreamWriter, status: int, answer: Any, cut: bool = False) -> None:
        body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        head = f"HTTP/1.1 {status} S\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        writer.write(head + (body[: len(body) // 2] if cut else body))
        if cut:
            raise ConnectionResetError

    # -- the methods --------------------------------------------------------------------------------------------------

    async def _carry_out(self, method: str, values: dict[str, Any]) -> Any:
        if self._check:
            self.violations += specification.violations(method, values)
        if method == "getUpdates":
            return await self._get_updates(values)
        self.calls.append((method, values, time.monotonic()))
        if method in self.refused:
            return self.refused[method]
        if method == "getMe":
            return BOT
        if method == "setWebhook":
            self.webhook = values
        if method == "sendMessage":
            return self._send(values)
        if method in ("editMessageText", "editMessageReplyMarkup"):
            return self._edit(values)
        return True

    async def _get_updates(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        offset = values.get("offset")
        if offset is not None:
            self._updates = [u for u in self._updates if u["update_id"] >= offset]
        # Telegram gives only what was asked for, and by default no reactions.
        kinds = values.get("allowed_updates") or ["message", "edited_message", "channel_post", "callback_query", "inline_query"]
        self._updates = [u for u in self._updates if u.keys() & set(kinds)]
        if not self._updates:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), min(float(values.get("timeout", 0)), 2.0))
            except TimeoutError:
                return []
            self._updates = [u for u in self._updates if u.keys() & set(kinds)]
        return self._updates[:100]

    def _send(self, values: dict[str, Any]) -> Any:
        chat = int(values["chat_id"])
        if chat in self.blocked:
            return _Blocked()
        if chat in self.migrated:
            return _MovedTo(self.migrated[chat])
        if self.refuse_format and values.get("parse_mode"):
            return "can't parse entities: Unsupported start tag"
        message = self._message({"message_id": self.next_message_id(), "date": int(time.time()), "from": BOT}, values)
        message["chat"] = {"id": chat, "type": "private" if chat > 0 else "supergroup", "first_name": "Noor"}
        if "message_thread_id" in values:
            message["message_thread_id"] = values["message_thread_id"]
        answered = values.get("reply_parameters", {}).get("message_id")
        if (chat, answered) in self.messages:
            message["reply_to_message"] = {k: v for k, v in self.messages[(chat, answered)].items() if k != "reply_to_message"}
        self.messages[(chat, message["message_id"])] = message
        self.sent.append(message)
        return message

    def _edit(self, values: dict[str, Any]) -> Any:
        message = self.messages.get((int(values["chat_id"]), values["message_id"]))
        if message is None or message["from"] != BOT:
            return "message to edit not found"
        before = json.dumps(message, sort_keys=True)
        self._message(message, values)
        return "message is not modified" if json.dumps(message, sort_keys=True) == before else message

    def _message(self, message: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        if "text" in values:
            html = values.get("parse_mode") == "HTML"
            text, entities, _ = specification.parsed(values["text"]) if html else (values["text"], [], [])
            message |= {"text": text, "entities": entities}
        message.pop("reply_markup", None)
        if "reply_markup" in values:
            message["reply_markup"] = values["reply_markup"]
        return message


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """The buttons under a message: text to data (or address)."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {b["text"]: b.get("callback_data", b.get("url")) for row in rows for b in row}


def quotes(message: dict[str, Any]) -> list[str]:
    """What stands in blockquotes in a message."""
    return specification.slices(message["text"], message["entities"], "blockquote", "expandable_blockquote")


def _entities(text: str) -> list[dict[str, Any]]:
    found, at = [], 0
    for word in text.split(" "):
        kind = "mention" if word.startswith("@") else "bot_command" if word.startswith("/") and at == 0 else ""
        size = len(word.rstrip(",:?!").encode("utf-16-le")) // 2
        if kind:
            found.append({"type": kind, "offset": at, "length": size})
        at += len(word.encode("utf-16-le")) // 2 + 1
    return found


def _plain(form: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in form.items():
        try:
            values[name] = value if name == "text" else json.loads(value)
        except ValueError:
            values[name] = value
    return values


_NAMES = {
    name.lower(): name
    for name in (
        "getMe", "getUpdates", "sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery", "answerInlineQuery",
        "setMyCommands", "setMyDescription", "setMyShortDescription", "deleteWebhook", "setWebhook",
    )
}  # fmt: skip
