"""Where a server will listen, tried before anything else is done."""

import errno
import os
import socket
import sys


def free_address(host: str, port: str, command: str) -> str:
    """The IP address of `host`, for Granian takes no names; leaves with one line if nobody can listen there. `command`
    is what was called: it is told with another port.
    """
    if not (port.isdecimal() and 0 < int(port) < 65536):
        sys.exit(f"PORTAL_PORT is {port!r}; set it to a number from 1 to 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":  # as servers do: connections that are still closing do not count
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        return address[0]
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} on {host} is taken. Try the next: {command} PORTAL_PORT={int(port) + 1}")
        sys.exit(f"Cannot listen on {host}, port {port} ({error.strerror}): see PORTAL_HOST, PORTAL_PORT.")
