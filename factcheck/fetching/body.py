"""A page's bytes, taken in without trusting what they say of themselves, and made a text."""

import codecs
import zlib

import regex
from charset_normalizer import from_bytes

MAX_BYTES = 1_500_000
"""What is read of a page, packed and unpacked. The head of a page that is bigger is still in it."""
MAX_RATIO = 100
"""How much smaller packing may make a page: pages reach 20, bombs 1,000."""

GUESS_BYTES = 20_000
META_BYTES = 4_096

_META = regex.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{1,40})", regex.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_AS_BROWSERS_DO = {
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji"), "cp932"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "windows-874", "dos-874"), "cp874"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601"), "cp949"),
    **dict.fromkeys(("iso-8859-1", "latin1", "us-ascii", "ascii"), "cp1252"),
}
"""Labels that mean a wider character set on the web than in the standards."""


class UnpackingError(Exception):
    """The bytes are packed in a way that we do not take, or far too much comes out of them."""


class Unpacker:
    """Unpacks a stream up to `most` bytes; `full` says that no more is wanted."""

    def __init__(self, encoding: str, most: int = MAX_BYTES) -> None:
        self._most = most
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise UnpackingError(encoding)
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding not in ("", "identity") else None
        self._taken = 0
        self.body = bytearray()

    @property
    def full(self) -> bool:
        return max(self._taken, len(self.body)) >= self._most

    def feed(self, chunk: bytes) -> None:
        if self.full:
            return
        self._taken += len(chunk)
        room = self._most - len(self.body)
        try:
            self.body += chunk[:room] if self._zlib is None else self._zlib.decompress(chunk, room)
        except zlib.error as error:
            raise UnpackingError("damaged") from error
        if self._zlib is not None:
            used = self._taken - len(self._zlib.unconsumed_tail)
            if len(self.body) > MAX_RATIO * used + 10_000:
                raise UnpackingError("bomb")


def decode(body: bytes, declared: str = "") -> str:
    """Makes bytes a text. `declared`: the character set that the server names. Valid UTF-8 is believed before any name,
    since names are often wrong and other character sets hardly ever look like it."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body.decode(codec, "replace")
    if (text := _strictly(body, "utf-8")) is not None:
        return text
    found = _META.search(body[:META_BYTES])
    for label in (declared, found.group(1).decode() if found else ""):
        codec = _codec(label)
        if codec and codec != "utf-8" and (text := _nearly(body, codec)) is not None:
            return text
    best = from_bytes(body[:GUESS_BYTES]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")


def _codec(label: str) -> str:
    label = label.strip(" \"'").lower()
    try:
        codec = codecs.lookup(_AS_BROWSERS_DO.get(label, label))
    except (LookupError, ValueError):
        return ""
    return codec.name if codec._is_text_encoding else ""


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(body)  # the last character may be cut
    except UnicodeError:
        return None


def _nearly(body: bytes, codec: str) -> str | None:
    """Decodes with a character set that fits but for some characters of others' making."""
    text = body.decode(codec, "replace")
    return text if text.count("\ufffd") <= len(text) // 50 else None
