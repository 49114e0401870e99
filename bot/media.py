"""Fetching pictures, films and sounds that people sent, and looking at them."""

from dataclasses import dataclass
from pathlib import Path

from bot.line.client import LineError, LineUnreachableError
from bot.line.content import ContentTooBigError, LineContent, NotConvertedError, NotReadyError
from factcheck.db.session import SessionFactory, read_only
from factcheck.fetching.download import DownloadTooBigError, NotDownloadedError, download
from factcheck.limits import MAX_FILM_BYTES, MAX_PICTURE_BYTES
from factcheck.media.examining import Fault, RefusedFileError, digest_of, examine_picture
from factcheck.media.passing import passing_folder
from factcheck.ports import Looker, MediaStore
from factcheck.services.media import find_known
from factcheck.services.media_lookup import FileFacts, KnownFiles

PICTURE_SECONDS, FILM_SECONDS = 20.0, 120.0
"""For fetching one."""


@dataclass(frozen=True)
class MediaParts:
    content: LineContent
    store: MediaStore
    looker: Looker
    known: KnownFiles
    incoming: Path
    """A folder for files that are being looked at."""
    quota_mb: int = 20_000
    at_once: int = 1
    """Pictures, and films, that all workers look at at once."""
    allow_loopback: bool = False
    """Files may come from addresses of this machine: for tests."""


def fetch(media: MediaParts, message_id: str, url: str | None, folder: Path, *, is_picture: bool) -> Path:
    """Fetches the file of a message into a folder, from LINE or from where a stranger's server has it (`url`). Raises
    RefusedFileError, NotReadyError, LineUnreachableError."""
    source = folder / "sent"
    most, seconds = (MAX_PICTURE_BYTES, PICTURE_SECONDS) if is_picture else (MAX_FILM_BYTES, FILM_SECONDS)
    try:
        if url is not None:
            download(url, source, most=most, seconds=seconds, allow_loopback=media.allow_loopback)
        else:
            media.content.fetch(message_id, source, most=most, seconds=seconds)
    except (ContentTooBigError, DownloadTooBigError):
        raise RefusedFileError(Fault.TOO_BIG) from None
    except NotConvertedError:
        raise RefusedFileError(Fault.BROKEN) from None
    except (LineError, NotDownloadedError):
        raise RefusedFileError(Fault.GONE) from None
    return source


def glance(factory: SessionFactory, media: MediaParts, message_id: str) -> FileFacts | None:
    """Look at a picture and keep nothing of it. None where that cannot be done now, or it is no picture. Never call it
    inside a transaction."""
    with passing_folder(media.incoming) as folder:
        try:
            source = fetch(media, message_id, None, folder, is_picture=True)
            return known_facts(factory, source) or FileFacts.of(examine_picture(source, folder, media.looker))
        except (LineUnreachableError, NotReadyError, RefusedFileError):
            return None


def known_facts(factory: SessionFactory, path: Path) -> FileFacts | None:
    """Tells what is known of a file looked at before. None if it must be looked at."""
    with read_only(factory) as session:
        file = find_known(session, digest_of(path).hex())
        return FileFacts.of(file) if file is not None else None
