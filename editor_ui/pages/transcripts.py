"""The words of a picture, film or sound: all versions, and the form that adds one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from editor_ui.auth import me, viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of
from editor_ui.queries.cards import shown_article
from editor_ui.queries.transcripts import transcript_versions
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.limits import MAX_ALTERNATIVE_TEXT, MAX_TEXT_LENGTH
from factcheck.models import ArticleType, RevisionState, TranscriptRevision, User
from factcheck.services.media import files_of
from factcheck.services.transcripts import decide_transcript, is_new, newest_number, revert_transcript, write_transcript

blueprint = Blueprint("transcripts", __name__)
changes = Blueprint("transcript_changes", __name__)


@blueprint.get("/article/<public_id:article_id>/transcript")
def show(article_id: str) -> ResponseReturnValue:
    return _page(article_id)


def _page(article_id: str, *, typed: tuple[str, str] | None = None, problem: str = "", field: str = "") -> str:
    person, now = viewer(), parts().clock()
    with read_only() as session:
        article = shown_article(session, article_id)
        if article.article_type == ArticleType.TEXT:
            raise NotFoundError(f"{article_id!r} is a text")
        text, alternative_text = typed or (article.text, article.alternative_text)
        versions = transcript_versions(session, article, person)
        account = session.get(User, person.id) if person else None
        return render_template(
            "transcript.html",
            article=article,
            file=files_of(session, [article]).get(article.id),
            versions=versions,
            newest=newest_number(session, article_id),
            text=text,
            alternative_text=alternative_text,
            problem=problem,
            field=field,
            limits={"text": MAX_TEXT_LENGTH, "alternative_text": MAX_ALTERNATIVE_TEXT},
            waits=account is not None and is_new(account, now),
        )


@changes.post("/article/<public_id:article_id>/transcript")
@write_limit
def write(article_id: str) -> ResponseReturnValue:
    text, alternative = (clean(request.form.get(name, "")).strip() for name in ("text", "alternative_text"))
    try:
        with transaction() as session:
            revision = write_transcript(
                session, article_id, text, alternative, me(session), seen=_seen(), now=parts().clock()
            )
            said = _said(revision)
    except InvalidInputError as error:
        return _page(article_id, typed=(text, alternative), problem=message_of(error), field=error.field), 422
    except StaleError:
        problem = gettext("Somebody has changed it since you opened this page. Yours is below; please compare.")
        return _page(article_id, typed=(text, alternative), problem=problem), 409
    flash(said, "transcript")
    return _back(article_id)


@changes.post("/article/<public_id:article_id>/transcript/<int:number>/revert")
@write_limit
def revert(article_id: str, number: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            said = _said(revert_transcript(session, article_id, number, me(session), seen=_seen(), now=parts().clock()))
    except StaleError:
        said = gettext("Somebody has changed it since you opened this page. Nothing was done.")
    flash(said, "transcript")
    return _back(article_id)


@changes.post("/article/<public_id:article_id>/transcript/<int:number>/decide")
@write_limit
def decide(article_id: str, number: int) -> ResponseReturnValue:
    accepts = request.form.get("accepts") == "1"
    try:
        with transaction() as session:
            decide_transcript(session, article_id, number, me(session), accepts=accepts, now=parts().clock())
        said = gettext("Thank you. The change is shown now.") if accepts else gettext("Thank you. It is not shown.")
    except StaleError:
        said = gettext("Somebody else has decided that already.")
    except ForbiddenError as error:
        said = gettext(error.reason)
    flash(said, "transcript")
    return _back(article_id)


def _seen() -> int:
    value = request.form.get("seen", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1


def _said(revision: TranscriptRevision | None) -> str:
    if revision is None:
        return gettext("Nothing was changed.")
    if revision.state == RevisionState.WAITING:
        return gettext("Thank you. Your account is new, so somebody else looks at the change before it is shown.")
    return gettext("Thank you. Your change is shown.")


def _back(article_id: str) -> Response:
    return redirect(url_for("transcripts.show", article_id=article_id), 303)
