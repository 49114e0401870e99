"""Pictures that pages show of themselves: fetched as the pages are, and drawn anew by a program with limits."""

import tempfile
from pathlib import Path

from factcheck.errors import PictureRefusedError
from factcheck.fetching.download import NotDownloadedError, download
from factcheck.limits import MAX_PAGE_PICTURE_BYTES
from factcheck.media.child import ChildFailedError
from factcheck.media.pictures import SmallPicture, redraw
from factcheck.media.redraw import THUMBNAIL_BOX
from factcheck.ports import Looker

SECONDS = 5.0
"""For the picture with all its redirects."""
MOST_KEPT = 60_000
"""Bytes of one that is drawn anew: they are kept in the database. Most have 10,000 to 30,000."""


class WebPictures:
    """`allow_loopback` is for tests."""

    def __init__(self, looker: Looker, *, allow_loopback: bool = False) -> None:
        self._looker, self._allow_loopback = looker, allow_loopback

    def draw(self, url: str) -> SmallPicture | None:
        """Fetches a picture and draws it anew; None for what cannot be had."""
        with tempfile.TemporaryDirectory(prefix="factline-picture-") as name:
            folder = Path(name)
            came = folder / "came"
            try:
                download(url, came, most=MAX_PAGE_PICTURE_BYTES, seconds=SECONDS, allow_loopback=self._allow_loopback)
                drawn = redraw(came, folder)
                facts = self._looker.facts(came)
            except (NotDownloadedError, ChildFailedError, PictureRefusedError):
                return None
            small = drawn.thumbnail.read_bytes()
        if len(small) > MOST_KEPT:
            return None
        width, height = fitted(drawn.width, drawn.height)
        return SmallPicture(small, width, height, facts.picture_hash)


def fitted(width: int, height: int) -> tuple[int, int]:
    """Gives the size of a picture once it fits into the box of a thumbnail; it is never made bigger."""
    scale = min(1.0, THUMBNAIL_BOX[0] / width, THUMBNAIL_BOX[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
