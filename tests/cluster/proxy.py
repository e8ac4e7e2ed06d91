"""Stands between a client and a node, and can be slow or go dead without closing anything, as a network does."""

import socket
import threading
import time
from contextlib import suppress


class Proxy:
    """Passes on what it gets.

    Args:
        url: of the node.

    Attributes:
        delay: seconds before anything is passed on.
        hanging: whether nothing is passed on any more.
    """

    def __init__(self, url: str) -> None:
        host, _, port = url.rpartition("/")[2].partition(":")
        self._node = (host, int(port))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.delay, self.hanging, self.accepted = 0.0, False, 0
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                self.accepted += 1
                node = socket.create_connection(self._node)
                for one, other in ((client, node), (node, client)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                time.sleep(self.delay)
                while self.hanging:
                    time.sleep(0.05)
                other.sendall(data)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def close(self) -> None:
        """Stop listening."""
        self.hanging = False
        self._server.close()
