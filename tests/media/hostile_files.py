"""Files of 60 kinds that somebody could send in order to break something, or by mistake."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image

from factcheck.media.examining import Fault
from tests.pictures import drawn, encoded, jpeg

OK = None
"""It is a picture, and shown drawn anew."""


def _png(width: int, height: int, *, depth: int = 8, colour: int = 2, data: bytes = b"", more: bytes = b"") -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + more + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _zeros(count: int) -> bytes:
    return zlib.compress(bytes(count), 9)


def _zip(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def _gif(frames: int, size: tuple[int, int] = (40, 30)) -> bytes:
    pictures = [drawn(seed, size=size) for seed in range(min(frames, 8))] * (frames // 8 + 1)
    return encoded(pictures[0], "GIF", save_all=True, append_images=pictures[1:frames], duration=20)


def _patched(body: bytes, at: int, new: bytes) -> bytes:
    return body[:at] + new + body[at + len(new) :]


def _jpeg_of_size(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    body = jpeg(1)
    at = body.index(b"\xff\xc0") + 5
    return _patched(body, at, struct.pack(">HH", height, width))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def _ftyp(brand: bytes) -> bytes:
    return _box(b"ftyp", brand + b"\0\0\2\0" + brand)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/latest\n"

FILES: dict[str, tuple[Callable[[], bytes], Fault | None]] = {
    "nothing": (lambda: b"", Fault.BROKEN),
    "one byte": (lambda: b"\xff", Fault.NOT_TAKEN),
    "zeros": (lambda: bytes(5_000), Fault.NOT_TAKEN),
    "noise": (lambda: bytes((index * 7919) % 251 for index in range(5_000)), Fault.NOT_TAKEN),
    "text": (lambda: b"hello" * 100, Fault.NOT_TAKEN),
    "page": (lambda: HTML, Fault.NOT_TAKEN),
    "drawing": (lambda: SVG, Fault.NOT_TAKEN),
    "drawing with a declaration": (lambda: b'<?xml version="1.0"?>' + SVG, Fault.NOT_TAKEN),
    "drawing that grows": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]><svg>' + b"&a;" * 99 + b"</svg>",
        Fault.NOT_TAKEN,
    ),
    "packed drawing": (lambda: b"\x1f\x8b\x08\0" + zlib.compress(SVG), Fault.NOT_TAKEN),
    "document": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Fault.NOT_TAKEN),
    "archive": (lambda: _zip(a=b"x"), Fault.NOT_TAKEN),
    "archive that grows": (lambda: _zip(a=bytes(50_000_000)), Fault.NOT_TAKEN),
    "program": (lambda: b"MZ\x90\0" + bytes(500), Fault.NOT_TAKEN),
    "other program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(500), Fault.NOT_TAKEN),
    "script": (lambda: b"#!/bin/sh\nrm -rf /\n", Fault.NOT_TAKEN),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Fault.NOT_TAKEN),
    "photoshop": (lambda: b"8BPS\0\x01" + bytes(500), Fault.NOT_TAKEN),
    "tiff": (lambda: encoded(drawn(1), "TIFF"), Fault.NOT_TAKEN),
    "icon": (lambda: encoded(drawn(1, size=(32, 32)), "ICO"), Fault.NOT_TAKEN),
    "pixmap": (lambda: encoded(drawn(1), "PPM"), Fault.NOT_TAKEN),
    "jpeg 2000": (lambda: b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(500), Fault.NOT_TAKEN),
    "heic": (lambda: _ftyp(b"heic") + bytes(500), Fault.NOT_TAKEN),
    "avif": (lambda: _ftyp(b"avif") + bytes(500), Fault.NOT_TAKEN),
    "windows metafile": (lambda: b"\xd7\xcd\xc6\x9a" + bytes(500), Fault.NOT_TAKEN),
    "playlist": (lambda: PLAYLIST, Fault.NOT_TAKEN),
    "jpeg, cut after a third": (lambda: (body := jpeg(1))[: len(body) // 3], Fault.BROKEN),
    "jpeg, its header alone": (lambda: jpeg(1)[:20], Fault.BROKEN),
    "jpeg, three bytes": (lambda: b"\xff\xd8\xff", Fault.BROKEN),
    "jpeg mark, then noise": (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, Fault.BROKEN),
    "jpeg mark, then a page": (lambda: b"\xff\xd8\xff\xe0" + HTML, Fault.BROKEN),
    "jpeg mark, then a drawing": (lambda: b"\xff\xd8\xff\xe0" + SVG, Fault.BROKEN),
    "jpeg of 65,535 x 65,535 by its header": (lambda: _jpeg_of_size(65_535, 65_535), Fault.BROKEN),
    "jpeg of 0 x 0 by its header": (lambda: _jpeg_of_size(0, 0), Fault.BROKEN),
    "jpeg with an archive behind it": (lambda: jpeg(1) + _zip(a=b"x"), OK),
    "jpeg with a page in its remark": (lambda: encoded(drawn(1), "JPEG", comment=HTML), OK),
    "jpeg with a huge remark": (lambda: encoded(drawn(1), "JPEG", comment=b"a" * 60_000), OK),
    "jpeg with broken metadata": (lambda: jpeg(1, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 99), OK),
    "jpeg that says it lies on its side": (lambda: jpeg(1, exif=_turned()), OK),
    "jpeg in CMYK": (lambda: encoded(drawn(1).convert("CMYK"), "JPEG"), OK),
    "jpeg in grey": (lambda: encoded(drawn(1).convert("L"), "JPEG"), OK),
    "jpeg of one pixel": (lambda: encoded(Image.new("RGB", (1, 1)), "JPEG"), OK),
    "jpeg of 9,000 x 1": (lambda: encoded(Image.new("RGB", (9_000, 1), "red"), "JPEG"), OK),
    "png, cut": (lambda: (body := encoded(drawn(1), "PNG"))[: len(body) // 2], Fault.BROKEN),
    "png, its mark alone": (lambda: b"\x89PNG\r\n\x1a\n", Fault.BROKEN),
    "png of 30,000 x 30,000 in a kilobyte": (lambda: _png(30_000, 30_000, data=_zeros(100_000)), Fault.BROKEN),
    "png of 2,147,483,647 pixels a side": (lambda: _png(2**31 - 1, 2**31 - 1), Fault.BROKEN),
    "png of 0 x 0": (lambda: _png(0, 0), Fault.BROKEN),
    "png without data": (lambda: _png(10, 10), Fault.BROKEN),
    "png with a text that grows": (
        lambda: _png(8, 8, data=_zeros(8 * 25), more=_chunk(b"zTXt", b"a\0\0" + _zeros(90_000_000))),
        Fault.BROKEN,
    ),
    "png with a colour profile that grows": (
        lambda: _png(8, 8, data=_zeros(8 * 25), more=_chunk(b"iCCP", b"a\0\0" + _zeros(90_000_000))),
        Fault.BROKEN,
    ),
    "png of a depth that is none": (lambda: _png(8, 8, depth=77, data=_zeros(999)), Fault.BROKEN),
    "png, see-through": (lambda: encoded(drawn(1).convert("RGBA"), "PNG"), OK),
    "png of 16 bits": (lambda: encoded(Image.new("I;16", (50, 50), 30_000), "PNG"), OK),
    "png of a palette": (lambda: encoded(drawn(1).convert("P"), "PNG"), OK),
    "gif with 300 pictures": (lambda: _gif(300), OK),
    "gif, cut": (lambda: _gif(3)[:60], Fault.BROKEN),
    "gif of 65,535 x 65,535": (lambda: _patched(_gif(1), 6, b"\xff\xff\xff\xff"), Fault.BROKEN),
    "gif and script in one": (lambda: b"GIF89a=1;alert(1)//" + bytes(200), Fault.BROKEN),
    "webp": (lambda: encoded(drawn(1), "WEBP"), OK),
    "webp, moving": (lambda: encoded(drawn(1), "WEBP", save_all=True, append_images=[drawn(2)]), OK),
    "webp, cut": (lambda: encoded(drawn(1), "WEBP")[:60], Fault.BROKEN),
    "webp mark alone": (lambda: b"RIFF\x10\0\0\0WEBP", Fault.BROKEN),
    "bmp": (lambda: encoded(drawn(1), "BMP"), OK),
    "bmp of 2,000,000,000 pixels a side": (
        lambda: _patched(encoded(drawn(1), "BMP"), 18, struct.pack("<ii", 2_000_000_000, 2_000_000_000)),
        Fault.BROKEN,
    ),
    "film, its mark alone": (lambda: _ftyp(b"isom"), Fault.BROKEN),
    "film of noise": (lambda: _ftyp(b"mp42") + _box(b"moov", bytes(range(256)) * 20), Fault.BROKEN),
    "film whose boxes have no end": (lambda: _ftyp(b"isom") + b"\0\0\0\0moov" * 2_000, Fault.BROKEN),
    "webm mark, then noise": (lambda: b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 9, Fault.BROKEN),
    "sound of noise": (lambda: b"OggS" + bytes(range(256)) * 9, Fault.BROKEN),
    "mp3 tag without sound": (lambda: b"ID3\x04\0\0\0\0\0\0" + bytes(900), Fault.BROKEN),
    "wave without samples": (lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(20), Fault.BROKEN),
    "playlist named as sound": (lambda: b"ID3" + PLAYLIST, Fault.BROKEN),
    "picture of 11 MB": (lambda: jpeg(1) + bytes(11 * 1024 * 1024), Fault.TOO_BIG),
}
"""Name -> what makes it, and why it is refused."""


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif.tobytes()
