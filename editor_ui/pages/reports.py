"""Reporting something, and the public page of what was decided."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from editor_ui.auth import me, viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of
from editor_ui.moderation_words import REASONS
from editor_ui.paging import page_number
from editor_ui.queries.replies import shown_reply
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Reason,
    ReplyRequest,
    Status,
    TargetKind,
)
from factcheck.moderation.reports import report
from factcheck.moderation.targets import Seen, Target, look_at
from factcheck.moderation.views import public_log

blueprint = Blueprint("reports", __name__)
decisions = Blueprint("decisions", __name__)

REPORTABLE = tuple(kind for kind in TargetKind if kind != TargetKind.PENDING)


def target_in(what: str, target_id: str) -> Target:
    """Reads an address. Raises NotFoundError."""
    if what.upper() not in list(TargetKind) or what != what.lower():
        raise NotFoundError(f"no kind {what!r}")
    return Target(TargetKind(what.upper()), target_id)


def reason_in(form_value: str) -> Reason:
    """Reads what was chosen. Raises InvalidInputError."""
    if form_value not in list(Reason):
        raise InvalidInputError("reason", "Choose a reason.")
    return Reason(form_value)


@blueprint.get("/report/<what>/<target_id>")
def ask(what: str, target_id: str) -> ResponseReturnValue:
    return _form(_reportable(what, target_id))


@blueprint.post("/report/<what>/<target_id>")
@write_limit
def send(what: str, target_id: str) -> ResponseReturnValue:
    target = _reportable(what, target_id)
    note = clean(request.form.get("note", ""))
    try:
        with transaction() as session:
            _shown(session, target)
            user = me(session) if viewer() else None
            report(
                session, target, reason_in(request.form.get("reason", "")), user=user, note=note, now=parts().clock()
            )
    except InvalidInputError as error:
        return _form(target, note=note, problem=message_of(error)), 422
    flash(gettext("Thank you. A reviewer will look at it."), "page")
    return redirect(url_for("decisions.show"), 303)


def _reportable(what: str, target_id: str) -> Target:
    target = target_in(what, target_id)
    if target.kind not in REPORTABLE:
        raise NotFoundError(f"nothing of the kind {what!r} is reported")
    return target


def _form(target: Target, *, note: str = "", problem: str = "") -> str:
    with read_only() as session:
        seen = _shown(session, target)
        chosen = request.form.get("reason", "")
        return render_template("report.html", seen=seen, note=note, problem=problem, chosen=chosen, reasons=REASONS)


def _shown(session: Session, target: Target) -> Seen:
    """Quotes nobody what is hidden, or stands at what is. Raises NotFoundError."""
    seen = look_at(session, target)
    if target.kind == TargetKind.REPLY:
        shown_reply(session, target.id, None)
    elif target.kind != TargetKind.USER and not _is_shown(session, target):
        raise NotFoundError(f"{target} is not shown")
    return seen


def _is_shown(session: Session, target: Target) -> bool:
    """Tells it of a message, a reason or a comment."""
    if target.kind == TargetKind.ARTICLE:
        return session.get_one(Article, target.id).status == Status.NORMAL
    if target.kind == TargetKind.REQUEST:
        request = session.get_one(ReplyRequest, int(target.id))
        return request.status == request.article.status == Status.NORMAL
    comment = session.get_one(ArticleReplyFeedback, int(target.id))
    link = session.get(ArticleReply, (comment.article_id, comment.reply_id))
    return link is not None and comment.status == link.status == link.article.status == Status.NORMAL


@decisions.get("/moderation")
def show() -> ResponseReturnValue:
    with read_only() as session:
        log, number, pages = public_log(session, page_number())
        return render_template("decisions.html", log=log, number=number, pages=pages)
