"""HTTP to the Bot API for python-telegram-bot, over asyncio streams.

httpx takes three to four times as long for a call as all other work on it together (measured: 1.0 ms against 0.25 ms), and a
municipality's bot may run on a small machine. Where a proxy is set in the environment, httpx does the work after all (see `open_request`).
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData

AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Kept, because `json.dumps` makes one anew for each value, which takes longer than using it."""

_QUOTED = {sign: "+" if sign == 0x20 else quote(bytes((sign,)), safe="") for sign in range(256)}
"""How each byte is written in a form; one pass over a text with this takes half the time of urllib's."""

_KEEP = 4
_LARGEST_HEAD = 65536
_LARGEST_BODY = 64 * 1024 * 1024


def open_request(api_url: str, read_timeout: float) -> BaseRequest:
    """The way to the Bot API: direct, or through the proxy that the environment names.

    Args:
        api_url: the root of the Bot API.
        read_timeout: seconds to wait for an answer where a call says nothing else.
    """
    parts = urlsplit(api_url)
    host = parts.hostname or ""
    proxies = getproxies()
    proxied = (parts.scheme in proxies or "all" in proxies) and not proxy_bypass(host)
    if proxied and host not in ("127.0.0.1", "localhost", "::1"):
        return HTTPXRequest(connection_pool_size=16, read_timeout=read_timeout, connect_timeout=10.0, pool_timeout=60.0)
    return Connection(read_timeout)


class Form:
    """The parameters of a call as they are, without an object of the library's for each.

    Args:
        values: the parameters; those that are None are left out.

    Attributes:
        json_parameters: each parameter as text: what is none yet, as JSON.
        multipart_data: files, of which there are none.
    """

    __slots__ = ("json_parameters", "multipart_data")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.multipart_data: dict[str, Any] = {}
        self.json_parameters = {
            name: value if isinstance(value, str) else AS_JSON.encode(value) for name, value in values.items() if value is not None
        }


async def call(request: BaseRequest, base_url: str, method: str, values: Mapping[str, Any], read_timeout: float | None = None) -> Any:
    """Call a method of the Bot API and give its result as it came.

    For what a bot does thousands of times: the library's own methods make an object of every message that it sends and receives,
    which takes as long as sending it.

    Args:
        values: the parameters; those that are None are left out.
        read_timeout: seconds to wait for the answer; the request's own by default.

    Raises:
        telegram.error.TelegramError: as the library's own methods do.
    """
    # A request reads these two attributes of a RequestData and nothing else, but that class can't be made or inherited from in public.
    form = cast("RequestData", Form(values))
    if read_timeout is None:
        return await request.post(f"{base_url}/{method}", form)
    return await request.post(f"{base_url}/{method}", form, read_timeout=read_timeout)


class _Answer(bytes):
    """The body of an answer, with what it says where that was read already."""

    says: Any


class Connection(BaseRequest):
    """A few kept connections to one server.

    Args:
        read_timeout: seconds to wait for an answer where a call says nothing else.
        connect_timeout: seconds to wait for a connection.
    """

    def __init__(self, read_timeout: float, connect_timeout: float = 10.0) -> None:
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._tls: ssl.SSLContext | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where a call says nothing else."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Nothing to prepare: connections are made when they are needed."""

    async def shutdown(self) -> None:
        """Close the kept connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call.

        Returns:
            The status and the body. A body that was lost half-way, but says that the call succeeded, is replaced by a plain success:
            repeating that call would do it twice.

        Raises:
            TimedOut: no answer in time.
            NetworkError: no connection, or an answer that is none.
        """
        limit = self._read_timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        body = _form(request_data.json_parameters) if request_data else b""
        parts = urlsplit(url)
        head = (
            f"{method} {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"User-Agent: {self.USER_AGENT}\r\nAccept: application/json\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            async with asyncio.timeout(limit):
                status, payload = await self._exchange(parts.scheme, parts.hostname or "", parts.port, head.encode("ascii") + body)
        except TimeoutError:
            raise TimedOut from None
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            # The cause is left out: its text may hold the address, and with it the token.
            raise NetworkError(f"no answer from Telegram ({type(error).__name__})") from None
        return _checked(status, payload)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """See `BaseRequest`: an answer is read once."""
        if isinstance(payload, _Answer):
            says: dict[str, Any] = payload.says
            return says
        return BaseRequest.parse_json_payload(payload)

    async def _exchange(self, scheme: str, host: str, port: int | None, data: bytes) -> tuple[int, bytes]:
        while self._idle:
            reader, writer = self._idle.pop()
            if writer.is_closing() or reader.at_eof():
                writer.close()
                continue
            try:
                return await self._call(reader, writer, data)
            except asyncio.IncompleteReadError as error:
                # A kept connection that the server had already given up: it says nothing at all, and the call was not taken.
                if error.partial:
                    raise
            except (ConnectionResetError, BrokenPipeError):
                pass
        if scheme == "https" and self._tls is None:
            self._tls = ssl.create_default_context()
        async with asyncio.timeout(self._connect_timeout):
            reader, writer = await asyncio.open_connection(
                host, port or (443 if scheme == "https" else 80), ssl=self._tls if scheme == "https" else None, limit=_LARGEST_HEAD
            )
        return await self._call(reader, writer, data)

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> tuple[int, bytes]:
        keep = False
        try:
            writer.write(data)
            await writer.drain()
            status, headers = await _head(reader)
            payload, whole, keep = await _body(reader, headers)
            if not whole:
                return status, _cut_off(status, payload)
            return status, payload
        finally:
            if keep and len(self._idle) < _KEEP:
                self._idle.append((reader, writer))
            else:
                writer.close()


def _form(parameters: Mapping[str, str]) -> bytes:
    """Parameters as a form (application/x-www-form-urlencoded); their names need no quoting."""
    quoted = (f"{name}={value.encode().decode('latin-1').translate(_QUOTED)}" for name, value in parameters.items())
    return "&".join(quoted).encode("ascii")


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    while True:
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(first.split(" ", 2)[1]) if first.startswith("HTTP/") else 0
        if not 100 <= status <= 999:
            raise ValueError("no status line")
        if status >= 200:
            pairs = (line.partition(":") for line in rest if ":" in line)
            headers = {"connection": "close" if first.startswith("HTTP/1.0") else "keep-alive"}
            return status, headers | {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> tuple[bytes, bool, bool]:
    """The body, whether it is all of it, and whether the connection can be kept."""
    keep = headers["connection"] == "keep-alive"
    if headers.get("transfer-encoding") == "chunked":
        chunks = []
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            chunks.append((await reader.readexactly(size + 2))[:-2])
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass
        return b"".join(chunks), True, keep
    if "content-length" in headers:
        length = int(headers["content-length"])
        if not 0 <= length <= _LARGEST_BODY:
            raise ValueError("no length")
        try:
            return await reader.readexactly(length), True, keep
        except asyncio.IncompleteReadError as error:
            return error.partial, False, False
    return await reader.read(_LARGEST_BODY), True, False


def _cut_off(status: int, payload: bytes) -> bytes:
    """What an answer says that was lost half-way: that Telegram did it, where it still said so."""
    if status == 200 and payload.replace(b" ", b"").startswith(b'{"ok":true'):
        return b'{"ok":true,"result":true}'
    raise ValueError("cut off")


def _checked(status: int, payload: bytes) -> tuple[int, bytes]:
    """An answer that is one of the Bot API's; a garbled one comes from something in between, and so the call was not done."""
    if status != 200:
        return status, payload
    try:
        answer = json.loads(payload)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("ok") is False:
        code = answer.get("error_code")
        return (code if isinstance(code, int) and 400 <= code <= 599 else 500), payload
    if not isinstance(answer, dict) or not answer.get("ok") or "result" not in answer:
        raise NetworkError("an answer of Telegram that can't be read")
    read = _Answer(payload)
    read.says = answer
    return status, read
