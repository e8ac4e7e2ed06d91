"""What a cluster has in front of it in earnest: TLS, and a user with a password. The security plugin is not among OpenSearch's Maven artifacts."""

import http.client
import ssl
import subprocess
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER, PASSWORD = "utrecht", "geheim-woord"


def make_certificates(folder: Path) -> Path:
    """A certificate authority, and a certificate for this machine that it signed.

    Returns:
        The file of the authority.
    """

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n", encoding="ascii")
    key = ("-newkey", "rsa:2048", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=proefautoriteit")
    openssl("req", *key, "-keyout", "node.key", "-out", "node.csr", "-subj", "/CN=127.0.0.1")
    sign = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl("x509", "-req", "-in", "node.csr", *sign, "-out", "node.pem")
    return folder / "ca.pem"


class Gate:
    """Stands before a node, lets in who knows the password, and speaks TLS.

    Args:
        url: of the node.
        certificates: the folder of `make_certificates`.

    Attributes:
        turned_away: how many requests came without the password.
    """

    def __init__(self, url: str, certificates: Path) -> None:
        node, gate = url.rpartition("/")[2], self
        known = f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65_537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Authorization") != known:
                    gate.turned_away += 1
                    self._answer(401, b'{"error":"unauthorized","status":401}')
                    return
                connection = http.client.HTTPConnection(node, timeout=120)
                try:
                    connection.request(
                        self.command, self.path, body, {"Content-Type": self.headers.get("Content-Type", "application/json")}
                    )
                    reply = connection.getresponse()
                    self._answer(reply.status, reply.read())
                finally:
                    connection.close()

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Requests hold what people ask."""

        self.turned_away = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "node.pem", certificates / "node.key")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
