"""The web pages: `run` serves them."""

import socket
from importlib.util import find_spec
from pathlib import Path

from bot.errors import WebError
from bot.presentation.texts import say
from bot.settings import Settings
from bot.watch import KnowledgeSource
from bot.web.desk.tools import Tools

MOST_CONNECTIONS = 500
"""Connections at the same time; who comes after them is told so at once."""

_NEEDED = ("starlette", "uvicorn", "jinja2", "python_multipart")


def run(settings: Settings, source: KnowledgeSource, knowledge_dir: Path, tools: Tools | None = None) -> int:
    """Serve the web pages until the program is stopped.

    Args:
        settings: where to listen, and all else.
        source: the knowledge, now and after it changed.
        knowledge_dir: where the editor's desk writes.
        tools: open the editor's desk, with these.

    Returns:
        Exit status 0.

    Raises:
        WebError: a part is not installed, the address can't be used, the desk has no lock, or the data folder can't be used.
        KnowledgeError: the knowledge can't be used.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise WebError("web.not_installed", missing=", ".join(missing))
    import uvicorn

    from bot.web.app import DeskParts, application

    host, port = settings.web_listen
    if not host:
        raise WebError("web.switched_off")
    app = application(settings, source.load(), source, DeskParts(tools, knowledge_dir) if tools else None)
    listening = _listening(host, port)
    config = uvicorn.Config(
        app, access_log=False, log_level="critical", server_header=False, proxy_headers=False, ws="none", lifespan="on",
        limit_concurrency=MOST_CONNECTIONS, timeout_keep_alive=5, timeout_graceful_shutdown=5,
    )  # fmt: skip
    named = f"[{host}]" if ":" in host else host
    print(say("web", "running", address=f"http://{named}:{listening.getsockname()[1]}/"), flush=True)
    uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there, so that a taken address is one clear line."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024)
    except OSError as error:
        raise WebError("web.listen", why=error) from None
