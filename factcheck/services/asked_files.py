"""A picture that somebody asks about, on a page or through the API: looked at, compared, and not kept."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from factcheck.db.session import SessionFactory
from factcheck.errors import InvalidInputError
from factcheck.matching.decide.decision import Decision
from factcheck.media.examining import Fault, RefusedFileError, examine_picture
from factcheck.media.passing import passing_folder
from factcheck.ports import Looker, MediaStore, QueryEmbedder, SearchReader
from factcheck.services.media_lookup import FileFacts, KnownFiles, look_up_file

AT_ONCE = 2
"""Pictures that a process looks at. Each may take seconds, and others want answers meanwhile."""
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class MediaAccess:
    """What it takes to look at pictures, films and sounds, and to show them."""

    store: MediaStore
    looker: Looker
    known: KnownFiles
    incoming: Path
    """A folder for files that are being looked at."""


def look_at(media: MediaAccess | None, save: Callable[[Path], object]) -> FileFacts:
    """Looks at the picture that `save` writes into a file. Raises InvalidInputError for what is none, is too big, or
    cannot be opened, and while too many others are looked at."""
    media = _required(media)
    if not _places.acquire(blocking=False):
        raise InvalidInputError("picture", "Other pictures are looked at just now. Please send it again in a moment.")
    try:
        with passing_folder(media.incoming) as folder:
            source = folder / "sent"
            save(source)
            return FileFacts.of(examine_picture(source, folder, media.looker))
    except RefusedFileError as refused:
        raise _refused(refused.fault) from None
    finally:
        _places.release()


def decision_on(
    factory: SessionFactory, search: SearchReader, embedder: QueryEmbedder, media: MediaAccess | None, facts: FileFacts
) -> Decision:
    """Compares it with what is known. Never call it inside a transaction. Raises what looking up a text raises."""
    decision, _ = look_up_file(factory, search, embedder, _required(media).known, facts)
    return decision


def _required(media: MediaAccess | None) -> MediaAccess:
    if media is None:
        raise InvalidInputError("picture", "Pictures cannot be looked up here.")
    return media


def _refused(fault: Fault) -> InvalidInputError:
    if fault == Fault.NOT_TAKEN:
        return InvalidInputError("picture", "We can open pictures of these kinds: JPEG, PNG, GIF and WebP.")
    if fault == Fault.TOO_BIG:
        return InvalidInputError("picture", "The picture is too big.")
    return InvalidInputError("picture", "We could not open the picture: the file seems to be broken.")
