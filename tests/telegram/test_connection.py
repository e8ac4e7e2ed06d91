"""HTTP to the Bot API: every form that an answer may take on the wire, and none that is taken for another."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest

from bot.telegram.connection import Connection, Form, _form, call, open_request

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GOOD = b'{"ok":true,"result":{"message_id":7}}'


@asynccontextmanager
async def served(serve: Serve) -> AsyncIterator[str]:
    """A server on loopback that does anything; gives its address."""
    handlers: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # who asked is gone
        finally:
            writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.add(asyncio.create_task(handle(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot1:A"
    finally:
        server.close()
        for task in handlers:
            task.cancel()
        await asyncio.gather(*handlers, return_exceptions=True)
        await asyncio.sleep(0.01)


async def request_on(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """The head and body of a request."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0])
    return head, await reader.readexactly(length)


def always(answer: bytes, pieces: int = 1, close: bool = False) -> Serve:
    """Answers each request with the same bytes, in so many pieces."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request_on(reader)
            size = max(1, len(answer) // pieces)
            for start in range(0, len(answer), size):
                writer.write(answer[start : start + size])
                await writer.drain()
                await asyncio.sleep(0)
            if close:
                return

    return serve


def plain(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def chunked(body: bytes, size: int, more: str = "") -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(f"{len(part):x};note=1\r\n".encode() + part + b"\r\n" for part in parts)
    return f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n{more}\r\n".encode() + chunks + b"0\r\nTrailer: x\r\n\r\n"


async def send(address: str, timeout: float = 5.0) -> Any:
    connection = Connection(read_timeout=timeout)
    try:
        return await call(connection, address, "sendMessage", {"chat_id": 5, "text": "a"})
    finally:
        await connection.shutdown()


@pytest.mark.parametrize("pieces", [1, 3, 1000])
@pytest.mark.parametrize(
    "answer",
    [
        plain(GOOD),
        plain(GOOD, more="Connection: close\r\n"),
        plain(GOOD, more="X-Long: " + "a" * 5000 + "\r\n"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + plain(GOOD),
        chunked(GOOD, 5),
        chunked(GOOD, 1000),
        chunked(GOOD, 1),
        plain(GOOD).replace(b"Content-Length", b"cOnTeNt-LeNgTh"),
    ],
    ids=["length", "close", "long head", "continue", "chunks", "one chunk", "tiny chunks", "odd case"],
)
async def test_an_answer_in_any_form_is_read(answer: bytes, pieces: int) -> None:
    async with served(always(answer, pieces)) as address:
        assert await send(address) == {"message_id": 7}


async def test_an_answer_that_ends_with_the_connection_is_read() -> None:
    for version in ("1.0", "1.1"):
        answer = f"HTTP/{version} 200 OK\r\n\r\n".encode() + GOOD
        async with served(always(answer, close=True)) as address:
            assert await send(address) == {"message_id": 7}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (plain(b'{"ok":false,"error_code":400,"description":"Bad Request: x"}', "400 Bad Request"), BadRequest),
        (plain(b'{"ok":false,"error_code":401,"description":"Unauthorized"}', "401 Unauthorized"), InvalidToken),
        (plain(b'{"ok":false,"error_code":403,"description":"Forbidden: x"}', "403 Forbidden"), Forbidden),
        (plain(b'{"ok":false,"error_code":409,"description":"Conflict: x"}', "409 Conflict"), Conflict),
        (plain(b'{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":3}}', "429 Too Many"), RetryAfter),
        (plain(b'{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-7}}', "400 Bad"), ChatMigrated),
        # A refusal that comes with status 200 is a refusal.
        (plain(b'{"ok":false,"error_code":400,"description":"Bad Request: x"}'), BadRequest),
        (plain(b'{"ok":false,"error_code":403,"description":"Forbidden: x"}'), Forbidden),
        # What comes from something in between is not from Telegram.
        (plain(b"<html>502</html>", "502 Bad Gateway"), NetworkError),
        (plain(b"<html>well</html>"), NetworkError),
        (plain(b"[]"), NetworkError),
        (plain(b'{"ok":true}'), NetworkError),
        (plain(b""), NetworkError),
        (plain(b"\xff\xfe"), NetworkError),
        (b"no HTTP at all\r\n\r\n", NetworkError),
        (b"HTTP/1.1 \r\n\r\n", NetworkError),
        (b"HTTP/1.1 abc OK\r\n\r\n", NetworkError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", NetworkError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: veel\r\n\r\n", NetworkError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", NetworkError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", NetworkError),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", NetworkError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", NetworkError),
        (b"", NetworkError),
    ],
)
async def test_each_error_is_the_right_one(answer: bytes, error: type[TelegramError]) -> None:
    async with served(always(answer, close=True)) as address:
        with pytest.raises(error) as caught:
            await send(address)
    assert "bot1:A" not in str(caught.value)


async def test_no_answer_in_time_is_told_and_the_connection_is_not_used_again() -> None:
    answers = iter([b"", plain(GOOD)])
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while True:
            await request_on(reader)
            writer.write(next(answers))

    async with served(serve) as address:
        connection = Connection(read_timeout=0.2)
        with pytest.raises(TimedOut):
            await call(connection, address, "sendMessage", {"chat_id": 5})
        assert await call(connection, address, "sendMessage", {"chat_id": 5}) == {"message_id": 7}
        assert len(connections) == 2
        await connection.shutdown()


async def test_calls_after_one_another_share_a_connection_and_calls_at_once_do_not_mix() -> None:
    connections = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while True:
            _, body = await request_on(reader)
            number = int(parse_qs(body.decode())["number"][0])
            await asyncio.sleep(0.02 * (number % 3))
            writer.write(plain(json.dumps({"ok": True, "result": number}).encode()))

    async with served(serve) as address:
        connection = Connection(read_timeout=5.0)
        for number in range(5):
            assert await call(connection, address, "x", {"number": number}) == number
        assert len(connections) == 1
        assert await asyncio.gather(*(call(connection, address, "x", {"number": n}) for n in range(40))) == list(range(40))
        await connection.shutdown()


@pytest.mark.parametrize("half", [True, False])
async def test_a_call_that_telegram_took_is_not_repeated_when_the_answer_is_lost(half: bool) -> None:
    """The server reads the whole call each time: what it says half of was done; where it says nothing on a fresh connection, who knows."""
    taken = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await request_on(reader)
        taken.append(body)
        writer.write(plain(GOOD)[:-10] if half else b"HTTP/1.1 200 OK\r\nContent-Le")
        writer.close()

    async with served(serve) as address:
        if half:
            assert await send(address) is True
        else:
            with pytest.raises(NetworkError):
                await send(address)
    assert len(taken) == 1


async def test_a_connection_that_was_closed_meanwhile_is_made_anew_and_the_call_done_once() -> None:
    taken = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await request_on(reader)
        taken.append(body)
        writer.write(plain(GOOD))
        await writer.drain()
        writer.close()  # without a word in the head

    async with served(serve) as address:
        connection = Connection(read_timeout=5.0)
        for _ in range(4):
            assert await call(connection, address, "sendMessage", {"chat_id": 5}) == {"message_id": 7}
            await asyncio.sleep(0.05)
        await connection.shutdown()
    assert len(taken) == 4


async def test_nobody_listens() -> None:
    async with served(always(b"")) as address:
        pass
    with pytest.raises(NetworkError) as caught:
        await send(address)
    assert "bot1:A" not in str(caught.value)


@given(
    st.dictionaries(
        st.sampled_from(("text", "chat_id", "reply_markup", "offset")), st.none() | st.integers() | st.text() | st.lists(st.text())
    )
)
def test_what_is_sent_is_what_the_library_would_send(values: dict[str, Any]) -> None:
    form = Form(values).json_parameters
    assert set(form) == {name for name, value in values.items() if value is not None}
    for name, text in form.items():
        assert text == values[name] if isinstance(values[name], str) else json.loads(text) == values[name]
    assert _form(form) == urlencode(form).encode()


async def test_the_library_takes_the_same_form_where_a_proxy_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    request = open_request("https://api.telegram.org", 5.0)
    assert isinstance(request, HTTPXRequest)
    assert isinstance(open_request("http://127.0.0.1:8081", 5.0), Connection)
    bodies = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await request_on(reader)
        bodies.append(parse_qs(body.decode()))
        writer.write(plain(GOOD))

    values = {"chat_id": 5, "text": "a & b = ü", "reply_markup": {"inline_keyboard": []}, "parse_mode": None}
    ways: list[BaseRequest] = [HTTPXRequest(), Connection(5.0)]
    async with served(serve) as address:
        for way in ways:
            await way.initialize()
            assert await call(way, address, "sendMessage", values) == {"message_id": 7}
            await way.shutdown()
    assert bodies[0] == bodies[1]
    await request.shutdown()
