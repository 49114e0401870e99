"""A picture to send when a person has none at hand."""

import struct
import zlib

_WIDTH, _HEIGHT = 320, 240


def placeholder_png() -> bytes:
    """A small, valid PNG: a blue-green gradient of 320 x 240 pixels. The same bytes each time."""
    rows = b"".join(_row(y) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _row(y: int) -> bytes:
    """One scan line: filter byte 0, then red, green, blue of each pixel."""
    return b"\x00" + bytes(
        part for x in range(_WIDTH) for part in (70, 110 + x * 90 // _WIDTH, 130 + y * 90 // _HEIGHT)
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
