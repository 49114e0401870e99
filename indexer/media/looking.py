"""What the bot and the pages ask about pictures, films and sounds, put together."""

import threading
import time
from collections.abc import Iterable
from pathlib import Path

from factcheck.errors import (
    PictureRefusedError,
    ReaderBusyError,
    ReaderUnavailableError,
    SoundRefusedError,
    ToolMissingError,
)
from factcheck.media.signs import FilmSigns
from factcheck.ports import PictureFacts, PictureReader, PictureText
from indexer.media import closer_look, sound, video
from indexer.media.known import Hashes, nearest
from indexer.media.known_films import KnownFilms
from indexer.media.pictures import facts

READING_SECONDS = 15.0
"""For one picture, with waiting for others. A dense page takes three on an idle core; without an answer it counts as
not read."""
BUSY_SECONDS = 0.5
"""Between two tries while others are being read."""


class Looking:
    """Implements `ports.Looker` with the text reader. May be shared by threads."""

    def __init__(self, reader: PictureReader) -> None:
        self._reader = reader
        self._unpacking = threading.Lock()

    def facts(self, path: Path) -> PictureFacts:
        """Has one picture unpacked at once, which may take half a gigabyte."""
        with self._unpacking:
            return facts(path)

    def read(self, path: Path) -> PictureText | None:
        until = time.monotonic() + READING_SECONDS
        while (left := until - time.monotonic()) > 0:
            try:
                return self._reader.read_picture(path, timeout=left)
            except ReaderBusyError:
                time.sleep(BUSY_SECONDS)
            except ReaderUnavailableError:
                return None
            except PictureRefusedError:  # it is a picture, or `facts` had refused it: one too small for text
                return PictureText("", 0.0)
        return None

    def signs(self, path: Path, seconds: float, *, is_film: bool) -> FilmSigns:
        return FilmSigns(seconds, _heard(path), _seen(path) if is_film else ())

    def is_same_picture(self, one: bytes, other: bytes) -> bool | None:
        try:
            return closer_look.is_same(closer_look.sketch(one), closer_look.sketch(other))
        except Exception:  # for what a disk has cut short or garbled, decoders raise errors of any kind
            return None

    def hashes(self) -> "InMemory":
        return InMemory()

    def films(self) -> KnownFilms:
        return KnownFilms()


def _heard(path: Path) -> tuple[int, ...]:
    try:
        return sound.fingerprint(path)
    except (SoundRefusedError, ToolMissingError):  # a silent film is a film
        return ()


def _seen(path: Path) -> tuple[bytes, ...]:
    try:
        return video.fingerprint(path)
    except (SoundRefusedError, ToolMissingError):
        return ()


class InMemory:
    """Implements `HashIndex` by comparing with all of them: a million take some milliseconds."""

    def __init__(self) -> None:
        self._hashes = Hashes()

    def extend(self, pairs: Iterable[tuple[str, bytes]]) -> None:
        self._hashes.extend(pairs)

    def nearest(self, wanted: bytes, *, within: int, most: int) -> list[tuple[str, int]]:
        return nearest(wanted, self._hashes, within=within, most=most)
