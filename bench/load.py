"""A load generator of the standard library: a few keep-alive connections, each sending its next request at once."""

import selectors
import socket
from dataclasses import dataclass, field
from time import perf_counter

PATIENCE = 10  # seconds without any answer before the server counts as stuck


@dataclass
class Connection:
    """One socket and what has arrived of the answer it waits for."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)


def requests_per_second(port: int, request: bytes, status: int, *, seconds: float, connections: int) -> float:
    """Send `request` to 127.0.0.1 over and over. Raises RuntimeError at the first answer of another status."""
    expected = b"HTTP/1.1 %d" % status
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = Connection(socket.create_connection(("127.0.0.1", port)))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.socket.sendall(request)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    try:
        return _answers(selector, request, expected, seconds) / seconds
    finally:
        for key in list(selector.get_map().values()):
            key.fileobj.close()
        selector.close()


def _answers(selector: selectors.BaseSelector, request: bytes, expected: bytes, seconds: float) -> int:
    count = 0
    end = perf_counter() + seconds
    while perf_counter() < end:
        ready = selector.select(PATIENCE)
        if not ready:
            raise RuntimeError(f"no answer within {PATIENCE} s")
        for key, _ in ready:
            connection = key.data
            connection.received += connection.socket.recv(262_144) or _gone()
            if not _complete(connection.received):
                continue
            if not connection.received.startswith(expected):
                raise RuntimeError(f"{expected.decode()} expected: {connection.received[:300].decode('latin-1')}")
            connection.received.clear()
            connection.socket.sendall(request)
            count += 1
    return count


def _complete(answer: bytearray) -> bool:
    """Whether the head and as many bytes as it announces are there; an answer without a length has no body."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = answer[:end].lower()
    start = head.find(b"\r\ncontent-length:")
    length = int(head[start + 17 :].split(b"\r\n", 1)[0]) if start >= 0 and not head.startswith(b"http/1.1 304") else 0
    return len(answer) >= end + 4 + length


def _gone() -> bytes:
    raise RuntimeError("the server closed the connection")
