"""A picture that somebody asks about on a page: looked at, compared, and not kept."""

import tempfile
import threading
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage

from editor_ui.dependencies import PageMedia, parts
from factcheck.errors import InvalidInputError
from factcheck.limits import MAX_UPLOAD_BYTES
from factcheck.matching.decide.decision import Decision
from factcheck.media.examining import Fault, RefusedFileError, examine_picture
from factcheck.services.media_lookup import FileFacts, look_up_file

FORM_BYTES = 64_000
"""Of a form, beside its picture."""
AT_ONCE = 2
"""Pictures that a process looks at for pages. Each may take seconds, and others want pages meanwhile."""
_places = threading.BoundedSemaphore(AT_ONCE)


def take_upload(name: str) -> FileStorage | None:
    """Returns the file that was chosen in a form, None for none. Call it before anything else reads the form."""
    request.max_content_length = MAX_UPLOAD_BYTES + FORM_BYTES
    upload = request.files.get(name)
    return upload if upload is not None and upload.filename else None


def look_at(upload: FileStorage) -> FileFacts:
    """Looks at a picture. Raises InvalidInputError for what is none, is too big, or cannot be opened, and while too
    many others are looked at."""
    media = parts().media
    if media is None:
        raise InvalidInputError("picture", "Pictures cannot be looked up here.")
    if not _places.acquire(blocking=False):
        raise InvalidInputError("picture", "Other pictures are looked at just now. Please send it again in a moment.")
    try:
        return _looked_at(upload, media)
    finally:
        _places.release()


def _looked_at(upload: FileStorage, media: PageMedia) -> FileFacts:
    media.incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=media.incoming) as folder:
        source = Path(folder) / "sent"
        upload.save(source)
        upload.close()
        try:
            return FileFacts.of(examine_picture(source, Path(folder), media.looker))
        except RefusedFileError as refused:
            raise _refused(refused.fault) from None


def decision_on_picture(facts: FileFacts) -> Decision:
    """Raises what looking up a text raises."""
    media = parts().media
    if media is None:
        raise InvalidInputError("picture", "Pictures cannot be looked up here.")
    decision, _ = look_up_file(parts().session_factory, parts().search, parts().embedder, media.known, facts)
    return decision


def _refused(fault: Fault) -> InvalidInputError:
    if fault == Fault.NOT_TAKEN:
        return InvalidInputError("picture", "We can open pictures of these kinds: JPEG, PNG, GIF and WebP.")
    if fault == Fault.TOO_BIG:
        return InvalidInputError("picture", "The picture is too big.")
    return InvalidInputError("picture", "We could not open the picture: the file seems to be broken.")
