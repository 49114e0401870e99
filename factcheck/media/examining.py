"""What is found out about a file before anybody sees it, with no transaction open."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from factcheck.errors import FactlineError, PictureRefusedError
from factcheck.limits import MAX_FILM_BYTES, MAX_PICTURE_BYTES, MAX_TEXT_LENGTH
from factcheck.media.child import ChildFailedError
from factcheck.media.films import NotAFilmError, Probed, copy_clean, has_ffmpeg, probe, still
from factcheck.media.pictures import redraw
from factcheck.media.signs import FilmSigns
from factcheck.media.sniffing import LOOKED_AT, FileKind, sniff
from factcheck.models.enums import ArticleType
from factcheck.ports import Looker, MediaStore

FULL, THUMBNAIL = "full", "thumbnail"
"""Variants of a file in a `MediaStore`."""
JPEG = "image/jpeg"


class Fault(StrEnum):
    """Reasons for which a file is not taken, stored by name."""

    GONE = "GONE"
    NOT_READY = "NOT_READY"
    TOO_BIG = "TOO_BIG"
    NOT_TAKEN = "NOT_TAKEN"
    """It is no picture, film or sound, or of a kind that we cannot open."""
    BROKEN = "BROKEN"
    FULL = "FULL"
    """There is no room for more."""


class RefusedFileError(FactlineError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Examined:
    """A file, and our own copies of it. `MediaFile` says what the values are."""

    id: str
    type: ArticleType
    mime: str
    media_id: str
    full: Path
    thumbnail: Path | None
    picture_hash: bytes | None = None
    text: str = ""
    was_read: bool = False
    confidence: float = 0.0
    faces: int = 0
    width: int = 0
    height: int = 0
    seconds: float = 0.0
    signs: FilmSigns | None = None
    """None for a picture, and for a film or sound that nothing here can look into."""

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for path in (self.full, self.thumbnail) if path is not None)


def examine(path: Path, folder: Path, looker: Looker) -> Examined:
    """Looks into a file; copies of it come into `folder`. Raises RefusedFileError. Id and hashes are those of the bytes
    as they came."""
    size = path.stat().st_size
    with path.open("rb") as file:
        kind = sniff(file.read(LOOKED_AT))
    if kind is None:
        raise RefusedFileError(Fault.NOT_TAKEN if size else Fault.BROKEN)
    if size > (MAX_PICTURE_BYTES if kind.type == ArticleType.IMAGE else MAX_FILM_BYTES):
        raise RefusedFileError(Fault.TOO_BIG)
    try:
        if kind.type == ArticleType.IMAGE:
            return _picture(path, folder, looker)
        return _film(path, folder, kind, looker)
    except (ChildFailedError, NotAFilmError, PictureRefusedError):
        raise RefusedFileError(Fault.BROKEN) from None


def examine_picture(path: Path, folder: Path, looker: Looker) -> Examined:
    """Looks into a file that should be a picture, and nothing else is. Raises RefusedFileError."""
    with path.open("rb") as file:
        kind = sniff(file.read(LOOKED_AT))
    if kind is None or kind.type != ArticleType.IMAGE:
        raise RefusedFileError(Fault.NOT_TAKEN)
    return examine(path, folder, looker)


def keep(store: MediaStore, examined: Examined) -> None:
    """Puts the copies into the store. Raises what the store raises."""
    store.put(f"{examined.id}/{FULL}", examined.full)
    if examined.thumbnail is not None:
        store.put(f"{examined.id}/{THUMBNAIL}", examined.thumbnail)


def _picture(path: Path, folder: Path, looker: Looker) -> Examined:
    drawn = redraw(path, folder)
    facts = looker.facts(path)
    found = Examined(
        id=digest_of(path).hex(),
        type=ArticleType.IMAGE,
        mime=JPEG,
        media_id=facts.media_id,
        full=drawn.full,
        thumbnail=drawn.thumbnail,
        picture_hash=facts.picture_hash,
        width=drawn.width,
        height=drawn.height,
    )
    read = looker.read(drawn.full)
    if read is None:
        return found
    text = read.text.replace("\x00", "").strip()[:MAX_TEXT_LENGTH]
    return replace(found, text=text, was_read=True, confidence=read.confidence, faces=read.faces)


def _film(path: Path, folder: Path, kind: FileKind, looker: Looker) -> Examined:
    digest = digest_of(path)
    if not has_ffmpeg():
        return Examined(digest.hex(), kind.type, kind.mime, _media_id(kind.type, digest), path, None)
    probed = probe(path)
    mime, is_film = _mime(kind, probed), probed.type == ArticleType.VIDEO
    return Examined(
        id=digest.hex(),
        type=probed.type,
        mime=mime,
        media_id=_media_id(probed.type, digest),
        full=copy_clean(path, folder, probed.type, mime),
        thumbnail=_thumbnail(path, folder) if is_film else None,
        width=probed.width,
        height=probed.height,
        seconds=probed.seconds,
        signs=looker.signs(path, probed.seconds, is_film=is_film),
    )


def _mime(kind: FileKind, probed: Probed) -> str:
    """The kind of file that `copy_clean` makes."""
    if probed.type == ArticleType.VIDEO:
        return "video/webm" if kind.mime == "video/webm" else "video/mp4"
    kept = ("audio/mpeg", "audio/ogg", "audio/wav", "audio/flac")
    return kind.mime if kind.mime in kept else "audio/mp4"


def _thumbnail(path: Path, folder: Path) -> Path | None:
    picture = still(path, folder)
    try:
        return redraw(picture, folder).thumbnail if picture is not None else None
    except ChildFailedError:
        return None


def digest_of(path: Path) -> bytes:
    """Digests a file of any size, by SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _media_id(kind: ArticleType, digest: bytes) -> str:
    """Cofacts' id of what is no picture."""
    return f"{kind.lower()}.{urlsafe_b64encode(digest).decode().rstrip('=')}"
