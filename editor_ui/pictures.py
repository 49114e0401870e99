"""A picture that somebody asks about on a page."""

from flask import request
from werkzeug.datastructures import FileStorage

from editor_ui.dependencies import parts
from factcheck.limits import FORM_BYTES, MAX_UPLOAD_BYTES
from factcheck.matching.decide.decision import Decision
from factcheck.services import asked_files
from factcheck.services.media_lookup import FileFacts


def take_upload(name: str) -> FileStorage | None:
    """Returns the file that was chosen in a form. Call it before anything else reads the form."""
    request.max_content_length = MAX_UPLOAD_BYTES + FORM_BYTES
    upload = request.files.get(name)
    return upload if upload is not None and upload.filename else None


def look_at(upload: FileStorage) -> FileFacts:
    """Raises InvalidInputError for what is no picture, is too big, or cannot be opened."""
    try:
        return asked_files.look_at(parts().media, upload.save)
    finally:
        upload.close()


def decision_on_picture(facts: FileFacts) -> Decision:
    """Raises what looking up a text raises."""
    return asked_files.decision_on(parts().session_factory, parts().search, parts().embedder, parts().media, facts)
