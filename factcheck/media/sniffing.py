"""What a file really is, by its first bytes: neither its name nor what a server says of it is believed. Pure."""

from dataclasses import dataclass

from factcheck.models.enums import ArticleType

LOOKED_AT = 4_096
"""Bytes that `sniff` needs."""


@dataclass(frozen=True)
class FileKind:
    type: ArticleType
    mime: str


_STARTS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", FileKind(ArticleType.IMAGE, "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", FileKind(ArticleType.IMAGE, "image/png")),
    (b"GIF87a", FileKind(ArticleType.IMAGE, "image/gif")),
    (b"GIF89a", FileKind(ArticleType.IMAGE, "image/gif")),
    (b"\x1a\x45\xdf\xa3", FileKind(ArticleType.VIDEO, "video/webm")),
    (b"OggS", FileKind(ArticleType.AUDIO, "audio/ogg")),
    (b"fLaC", FileKind(ArticleType.AUDIO, "audio/flac")),
    (b"ID3", FileKind(ArticleType.AUDIO, "audio/mpeg")),
    (b"#!AMR", FileKind(ArticleType.AUDIO, "audio/amr")),
)
_RIFF = {
    b"WEBP": FileKind(ArticleType.IMAGE, "image/webp"),
    b"WAVE": FileKind(ArticleType.AUDIO, "audio/wav"),
    b"AVI ": FileKind(ArticleType.VIDEO, "video/x-msvideo"),
}
_BRANDS_OF_SOUND = (b"M4A ", b"M4B ", b"F4A ")
_BRANDS_OF_PICTURES = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis", b"crx ")
"""Kinds that we cannot open."""


def sniff(start: bytes) -> FileKind | None:
    """Tells what a file is from its first LOOKED_AT bytes. None for what is not taken: pages, drawings (SVG), archives,
    documents, programs, and kinds of pictures that we cannot open."""
    for mark, kind in _STARTS:
        if start.startswith(mark):
            return kind
    if start[:4] == b"RIFF":
        return _RIFF.get(start[8:12])
    if start[4:8] == b"ftyp":
        return _of_brand(start[8:12])
    if (
        start[:2] == b"BM"
        and len(start) > 30
        and start[14:18] in (b"\x0c\0\0\0", b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0")
    ):
        return FileKind(ArticleType.IMAGE, "image/bmp")
    if len(start) > 3 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0:
        return _of_frame(start[1])
    return None


def _of_brand(brand: bytes) -> FileKind | None:
    if brand in _BRANDS_OF_PICTURES:
        return None
    if brand in _BRANDS_OF_SOUND:
        return FileKind(ArticleType.AUDIO, "audio/mp4")
    return FileKind(ArticleType.VIDEO, "video/mp4")


def _of_frame(second: int) -> FileKind | None:
    """A frame of MPEG sound begins with eleven ones; then come version and layer."""
    version, layer = second >> 3 & 3, second >> 1 & 3
    if layer == 0 and version >= 2:
        return FileKind(ArticleType.AUDIO, "audio/aac")
    if layer == 0 or version == 1:
        return None
    return FileKind(ArticleType.AUDIO, "audio/mpeg")
