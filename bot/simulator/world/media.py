import struct
import zlib
from functools import cache

_WIDTH, _HEIGHT = 320, 240
_GREENS = bytes(110 + x * 90 // _WIDTH for x in range(_WIDTH))


@cache
def placeholder_png() -> bytes:
    """Return a gradient of 320 x 240 pixels; the same bytes each time."""
    rows = b"".join(_row(y) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _row(y: int) -> bytes:
    """A scan line: filter byte 0, then red, green, blue of each pixel."""
    pixels = bytearray(3 * _WIDTH)
    pixels[0::3] = bytes([70]) * _WIDTH
    pixels[1::3] = _GREENS
    pixels[2::3] = bytes([130 + y * 90 // _HEIGHT]) * _WIDTH
    return b"\x00" + pixels


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
