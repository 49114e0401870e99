"""Pictures, films and sounds of articles, as files of our own making; the cover over what disturbs."""

from io import BytesIO

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.http import parse_range_header
from werkzeug.wrappers import Response

from editor_ui.auth import me, viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.rate_limits import write_limit
from factcheck.errors import DamagedFileError, NotFoundError
from factcheck.media.examining import FULL, JPEG, THUMBNAIL
from factcheck.media.whole import read_whole
from factcheck.models import ArticleType, Status
from factcheck.ports import MediaStore
from factcheck.services.covers import has_opened, note_opening, set_cover
from factcheck.services.link_pictures import shown_picture
from factcheck.services.media import shown_file
from factcheck.services.roles import Action

blueprint = Blueprint("media", __name__)
covers = Blueprint("covers", __name__)

CACHE = "private, no-cache"
"""Of whole files: a cover must hold at once."""
PIECE = 1 << 20
"""Bytes of a film in one answer: answers are held in memory."""


@blueprint.get("/article/<public_id:article_id>/thumbnail")
def thumbnail(article_id: str) -> ResponseReturnValue:
    with read_only() as session:
        found = shown_file(session, article_id)
        if found is None or found[0].covered or not found[1].has_thumbnail:
            raise NotFoundError(f"no thumbnail of {article_id!r}")
        name, digest = f"{found[1].id}/{THUMBNAIL}", found[1].thumbnail_digest
    return _picture(name, digest)


@blueprint.get("/links/<int:link_id>/picture")
def link_picture(link_id: int) -> ResponseReturnValue:
    """Sends what a page that a message links to shows of itself."""
    with read_only() as session:
        picture = shown_picture(session, link_id)
    if picture is None:
        raise NotFoundError(f"no picture of link {link_id}")
    return send_file(BytesIO(picture), mimetype=JPEG, conditional=False, etag=False)


@blueprint.get("/article/<public_id:article_id>/file")
def file(article_id: str) -> ResponseReturnValue:
    person, now = viewer(), parts().clock()
    with read_only() as session:
        found = shown_file(session, article_id, hidden_too=person is not None and person.may(Action.REVIEW))
        if found is None:
            raise NotFoundError(f"no file of {article_id!r}")
        article, row = found
        is_open = not article.covered and article.status == Status.NORMAL
        if not is_open and not has_opened(session, article_id, person.id if person else None, now=now):
            raise NotFoundError(f"the file of {article_id!r} is covered")
        name, mime, is_picture = f"{row.id}/{FULL}", row.mime, row.type == ArticleType.IMAGE
    response = _picture(name, row.full_digest) if is_picture else _piece(name, mime)
    response.headers["Cache-Control"] = CACHE
    return response


@covers.post("/article/<public_id:article_id>/open")
@write_limit
def open_file(article_id: str) -> ResponseReturnValue:
    """Shows what is covered to who asks for it, and keeps that they did."""
    with transaction() as session:
        article = note_opening(session, article_id, me(session), now=parts().clock())
        is_hidden = article.status != Status.NORMAL
    if is_hidden:
        return redirect(url_for("review.look", what="article", target_id=article_id, _anchor="file"), 303)
    return _back(article_id)


@covers.post("/article/<public_id:article_id>/cover")
@write_limit
def cover(article_id: str) -> ResponseReturnValue:
    covered = request.form.get("covered") == "1"
    with transaction() as session:
        set_cover(session, article_id, me(session), covered=covered, now=parts().clock())
    flash(gettext("It is covered now.") if covered else gettext("It is shown to everybody now."), "file")
    return _back(article_id)


def _back(article_id: str) -> Response:
    return redirect(url_for("article.show", article_id=article_id, _anchor="file"), 303)


def _store() -> MediaStore:
    """Raises NotFoundError where this service keeps no files."""
    media = parts().media
    if media is None:
        raise NotFoundError("no files are kept here")
    return media.store


def _picture(name: str, digest: bytes | None) -> Response:
    return send_file(BytesIO(read_whole(_store(), name, digest)), mimetype=JPEG, conditional=False, etag=False)


def _piece(name: str, mime: str) -> Response:
    """Sends a piece of a film or sound, as players ask for it. A whole long one goes to nobody at once."""
    store = _store()
    total = store.size(name)
    if not total:
        raise DamagedFileError(name)
    wanted = parse_range_header(request.headers.get("Range", ""))
    if wanted is None and total <= PIECE:
        return send_file(BytesIO(store.piece(name, 0, total)), mimetype=mime, conditional=False, etag=False)
    span = wanted.range_for_length(total) if wanted is not None else None
    if span is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{total}", "Accept-Ranges": "bytes"})
    start, stop = span[0], min(span[1], span[0] + PIECE)
    headers = {"Content-Range": f"bytes {start}-{stop - 1}/{total}", "Accept-Ranges": "bytes"}
    return Response(store.piece(name, start, stop), 206, headers, mimetype=mime)
