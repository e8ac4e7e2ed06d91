"""Fails every test that reaches for the network beyond loopback, also when the code under test swallows the error.

An audit hook sees each look-up and connection of this process, whatever library makes it: it notes the attempt and refuses it.
A fixture for every test reads the notes afterwards.
"""

import ipaddress
import sys
from collections.abc import Iterator

import pytest

_NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_ADDRESSES = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getnameinfo"}
_attempts: list[str] = []


class NetworkReachedError(RuntimeError):
    """A test reached beyond this machine. No OSError: what retries those must not try again."""


def stays_here(host: object) -> bool:
    """Whether a host is this machine: a loopback address or name, no host at all, or no host but a path."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _NAMES:
        host = arguments[0]
    elif event in _ADDRESSES:
        # An address on the internet is a tuple that begins with the host; that of a Unix socket is a path.
        address = arguments[-1]
        host = address[0] if isinstance(address, tuple) and address else None
    else:
        return
    if not stays_here(host):
        _attempts.append(f"{event} {host!r}")
        raise NetworkReachedError(f"tests stay on this machine: {event} {host!r}")


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fail at the end of the test, or of what was set up for it, when anything reached for the network."""
    yield
    attempts, _attempts[:] = list(_attempts), []
    if attempts:
        pytest.fail("reached for the network: " + ", ".join(attempts))
