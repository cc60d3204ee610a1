"""Ask a node on this machine whether it answers: one Metadata round trip over a plain socket, no client library."""

from __future__ import annotations

import socket
import struct

ROUND_TRIP_SECONDS = 2.0
_METADATA, _VERSION, _CORRELATION, _CLIENT = 3, 2, 1, b"loketbus-probe"


def cluster_id(host: str, port: int) -> str | None:
    """The cluster id of the broker at host:port once it serves, else None (refused, silent, no live broker).

    Wire format: the Kafka protocol guide, Metadata v2 (an empty topic array asks for no topics).
    """
    header = struct.pack(">hhih", _METADATA, _VERSION, _CORRELATION, len(_CLIENT)) + _CLIENT
    request = header + struct.pack(">i", 0)
    try:
        with socket.create_connection((host, port), timeout=ROUND_TRIP_SECONDS) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            (size,) = struct.unpack(">i", _exactly(connection, 4))
            return _cluster_id_in(_exactly(connection, size))
    except (OSError, EOFError, struct.error, UnicodeDecodeError):
        return None


def _exactly(connection: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        chunk = connection.recv(size - len(parts))
        if not chunk:
            raise EOFError
        parts += chunk
    return bytes(parts)


def _cluster_id_in(answer: bytes) -> str | None:
    """Read `correlation, [node id, host, port, rack], cluster id`; None if no broker is registered and unfenced yet."""
    (brokers,) = struct.unpack_from(">i", answer, 4)
    at = 8
    for _ in range(brokers):
        _, at = _string(answer, at + 4)
        _, at = _string(answer, at + 4)
    name, _ = _string(answer, at)
    return name if brokers else None


def _string(answer: bytes, at: int) -> tuple[str | None, int]:
    (size,) = struct.unpack_from(">h", answer, at)
    at += 2
    if size < 0:
        return None, at
    return answer[at : at + size].decode(), at + size
