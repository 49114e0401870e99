"""How a process and a server of its machine (the sentence model, the text reader) talk over a Unix socket.

A message is 4 bytes of length (big endian), then a JSON object, then as many bytes as the two agreed on: the object
says it. A connection takes many requests.
"""

import hashlib
import json
import os
import socket
import struct
import tempfile
from pathlib import Path
from typing import Any

from factcheck.errors import FactlineError

_LONGEST_SOCKET_PATH = 107  # bytes, in Linux's sockaddr_un
_LENGTH = struct.Struct(">I")


class ProtocolError(FactlineError):
    """The other side sent too much, or something that is not this protocol."""


def socket_address(path: Path) -> str:
    """Gives a short path in the temporary directory where the kernel would refuse the length."""
    absolute = str(path.absolute())
    if len(os.fsencode(absolute)) <= _LONGEST_SOCKET_PATH:
        return absolute
    digest = hashlib.sha256(f"{os.geteuid()}:{absolute}".encode()).hexdigest()[:20]
    return str(Path(tempfile.gettempdir()) / f"factline-{digest}.sock")


def send_message(connection: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    data = json.dumps(header, ensure_ascii=True).encode()
    connection.sendall(_LENGTH.pack(len(data)) + data + body)


def receive_message(connection: socket.socket, largest: int) -> dict[str, Any] | None:
    """Returns None when the other side closed. Raises ProtocolError and OSError."""
    start = receive_exactly(connection, _LENGTH.size, may_end=True)
    if start is None:
        return None
    (length,) = _LENGTH.unpack(start)
    if length > largest:
        raise ProtocolError(f"A message of {length} bytes is too large; {largest} are allowed.")
    try:
        message = json.loads(receive_exactly(connection, length) or b"")
    except ValueError as error:
        raise ProtocolError("A message is not JSON.") from error
    if not isinstance(message, dict):
        raise ProtocolError("A message is not a JSON object.")
    return message


def receive_exactly(connection: socket.socket, length: int, may_end: bool = False) -> bytes | None:
    """Returns None if the other side closed before the first byte and `may_end` allows it."""
    data = bytearray()
    while len(data) < length:
        part = connection.recv(min(length - len(data), 1 << 20))
        if not part:
            if may_end and not data:
                return None
            raise ProtocolError("The connection ended inside a message.")
        data += part
    return bytes(data)
