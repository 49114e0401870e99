"""What the bot and the pages ask about pictures, put together."""

from collections.abc import Iterable
from pathlib import Path

from factcheck.errors import ReaderUnavailableError
from factcheck.ports import PictureFacts, PictureReader, PictureText
from indexer.media.known import Hashes, nearest
from indexer.media.pictures import facts

READING_SECONDS = 15.0
"""For one picture. A dense page takes three on an idle core; without an answer it counts as not read."""


class Looking:
    """Implements `ports.Looker` with the text reader."""

    def __init__(self, reader: PictureReader) -> None:
        self._reader = reader

    def facts(self, path: Path) -> PictureFacts:
        return facts(path)

    def read(self, path: Path) -> PictureText | None:
        try:
            return self._reader.read_picture(path, timeout=READING_SECONDS)
        except ReaderUnavailableError:
            return None

    def hashes(self) -> "InMemory":
        return InMemory()


class InMemory:
    """Implements `HashIndex` by comparing with all of them: a million take some milliseconds."""

    def __init__(self) -> None:
        self._hashes = Hashes()

    def extend(self, pairs: Iterable[tuple[str, bytes]]) -> None:
        self._hashes.extend(pairs)

    def nearest(self, wanted: bytes, *, within: int, most: int) -> list[tuple[str, int]]:
        return nearest(wanted, self._hashes, within=within, most=most)
