"""Where reviewers decide: what was reported, what waits, what one person did."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from editor_ui.auth import logged_in, me
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of
from editor_ui.pages.reports import reason_in, target_in
from editor_ui.paging import page_number
from editor_ui.queries.reviewing import Reported, reported, reviewed
from editor_ui.text import clean
from factcheck.errors import InvalidInputError, NotFoundError, StaleError
from factcheck.models import Article, ModerationKind, PendingReply, TargetKind, User
from factcheck.moderation import actions, pending, redaction, waves
from factcheck.moderation.removal import remove
from factcheck.moderation.reports import dismiss
from factcheck.moderation.targets import Target, look_at
from factcheck.moderation.views import work_of
from factcheck.services.covers import has_opened
from factcheck.services.media import files_of
from factcheck.services.second_accounts import counted_apart

blueprint = Blueprint("review", __name__)

DISMISS, PUBLISH = "DISMISS", "PUBLISH"
SHOWN_ACCOUNTS = 100
LEAVING = (ModerationKind.REMOVE, PUBLISH, DISMISS)
"""After these there is nothing more to do about it."""


@blueprint.get("/review")
def show() -> ResponseReturnValue:
    with read_only() as session:
        found: Reported = reported(session, page_number())
        return render_template("review.html", found=found, waves=waves.waves(session))


@blueprint.get("/review/accounts")
def second_accounts() -> ResponseReturnValue:
    """Lists accounts whose votes are counted apart. Nobody is blocked for that alone."""
    with read_only() as session:
        return render_template("second_accounts.html", found=counted_apart(session, SHOWN_ACCOUNTS))


@blueprint.get("/review/<what>/<target_id>")
def look(what: str, target_id: str) -> ResponseReturnValue:
    return _page(target_in(what, target_id))


def _page(target: Target, problem: str = "") -> str:
    with read_only() as session:
        seen = look_at(session, target)
        is_person = target.kind == TargetKind.USER and seen.author is not None
        article = session.get(Article, target.id) if target.kind == TargetKind.ARTICLE else None
        return render_template(
            "review_one.html",
            view=reviewed(session, seen),
            seen=seen,
            article=article,
            file=files_of(session, [article]).get(article.id) if article else None,
            opened=article is not None and has_opened(session, article.id, logged_in().id, now=parts().clock()),
            work=work_of(session, seen.author) if is_person and seen.author is not None else None,
            pieces=redaction.proposed(seen.words),
            waits=session.get(PendingReply, target.id) if target.kind == TargetKind.PENDING else None,
            words_mark=pending.words_mark,
            problem=problem,
        )


@blueprint.post("/review/<what>/<target_id>")
def decide(what: str, target_id: str) -> ResponseReturnValue:
    target, here = target_in(what, target_id), url_for("review.look", what=what, target_id=target_id)
    try:
        with transaction() as session:
            _do(session, target, me(session), request.form.get("decision", ""))
    except InvalidInputError as error:
        return _page(target, message_of(error)), 422
    except StaleError:
        flash(gettext("Somebody else has just decided; nothing was changed."), "page")
        is_waiting = target.kind == TargetKind.PENDING  # and may be gone
        return redirect(url_for("review.show") if is_waiting else here, 303)
    if request.form.get("decision") in LEAVING:
        flash(gettext("It is decided."), "page")
        return redirect(url_for("review.show"), 303)
    flash(gettext("It is decided. You can take it back below."), "page")
    return redirect(here, 303)


def _do(session: Session, target: Target, moderator: User, wanted: str) -> None:
    """Raises what the services raise."""
    now, key = parts().clock(), parts().settings.secret_key
    if wanted == DISMISS:
        if not dismiss(session, target, moderator, now=now):
            raise StaleError
        return
    if wanted == PUBLISH:
        try:
            pending.approve(session, target.id, moderator, seen=request.form.get("seen", ""), now=now)
        except NotFoundError:
            raise StaleError from None
        return
    if wanted not in list(ModerationKind):
        raise InvalidInputError("action", "Choose what shall be done.")
    kind, note = ModerationKind(wanted), clean(request.form.get("note", ""))
    decision = actions.Decision(kind, reason_in(request.form.get("reason", "")), note)
    if kind == ModerationKind.REDACT:
        pieces = clean(request.form.get("pieces", "")).splitlines()
        actions.redact(session, target, decision, moderator, pieces, secret_key=key, now=now)
    elif kind == ModerationKind.REMOVE:
        if request.form.get("sure") != "1":
            raise InvalidInputError("sure", "Say that you are sure: this cannot be undone.")
        remove(session, target, decision, moderator, secret_key=key, now=now)
    else:
        actions.decide(session, target, decision, moderator, now=now)


@blueprint.post("/review/wave")
def clear_wave() -> ResponseReturnValue:
    people = [clean(name) for name in request.form.getlist("person")]
    reason, note = reason_in(request.form.get("reason", "")), clean(request.form.get("note", ""))
    try:
        with transaction() as session:
            done = waves.clear(session, people, reason, me(session), note=note, now=parts().clock())
            count = len(done)
    except StaleError:
        flash(gettext("Somebody else has just decided; nothing was changed."), "page")
    else:
        flash(gettext("Accounts blocked, with all that they did: %(count)d", count=count), "page")
    return redirect(url_for("review.show"), 303)


@blueprint.post("/review/decisions/<int:action_id>/undo")
def undo(action_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            done = actions.undo(session, action_id, me(session), now=parts().clock())
            what, target_id = done.target_kind.lower(), done.target_id
    except StaleError:
        flash(gettext("Somebody else has just decided; nothing was changed."), "page")
        return redirect(url_for("review.show"), 303)
    flash(gettext("It is decided. You can take it back below."), "page")
    return redirect(url_for("review.look", what=what, target_id=target_id), 303)
