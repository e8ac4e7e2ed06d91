"""Sockets to listen on."""

import socket


def listening(address: tuple[str, int]) -> socket.socket:
    """A socket that listens.

    Args:
        address: host and port.

    Raises:
        OSError: the address is taken or is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    found = socket.create_server(address, family=family, backlog=128)
    found.setblocking(False)
    return found
