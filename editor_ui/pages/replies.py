from dataclasses import dataclass, replace
from datetime import datetime

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from editor_ui.auth import me, viewer
from editor_ui.came_from import to_article
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.pages.reply_form import ReplyForm, Warnings, read_form, warnings_for, with_problems
from editor_ui.pages.write_view import render_form
from editor_ui.pages.writing import keep_if_gone, kept
from editor_ui.queries.cards import shown_article
from editor_ui.rate_limits import write_limit
from editor_ui.text import anchor, clean
from factcheck.errors import ForbiddenError, NotFoundError, StaleError
from factcheck.models import Article, ArticleReply, PendingKind, Reply, Status, User
from factcheck.moderation.pending import Written, publish_or_wait
from factcheck.services.articles import lock_article
from factcheck.services.drafts import EDIT, finish_draft
from factcheck.services.replies import ReplyDraft, reusable_reply, shown_replies, take_back

blueprint = Blueprint("replies", __name__)


@dataclass(frozen=True)
class Waiting:
    """A reply not published yet; `due_at`: when it is, None: when somebody has looked at it."""

    id: str
    due_at: datetime | None


@blueprint.post("/article/<public_id:article_id>/replies")
@write_limit
def publish(article_id: str) -> ResponseReturnValue:
    form = with_problems(read_form())
    keep_if_gone(article_id, form)
    if form.problems:
        return render_form(article_id, form), 422
    with transaction() as session:
        lock_article(session, article_id)  # the same form at once must see the first's reply
        article, user = shown_article(session, article_id), me(session)
        earlier = _earlier(session, article_id, form, user)
        warnings = Warnings() if earlier else warnings_for(session, article, form, user.id)
        waiting = None
        if not earlier and not warnings:
            waiting = _send(session, article, Written(PendingKind.NEW, form.draft), user)
            finish_draft(session, form.key(user.id, article_id), form.draft, seen_version=form.draft_version)
    if earlier and _differs(earlier, form):
        return render_form(article_id, _as_change(earlier, form)), 409
    if warnings:
        return render_form(article_id, kept(article_id, replace(form, warnings=warnings))), 409
    if waiting is not None:
        return to_waiting(article_id, waiting)
    return to_reply(article_id, form.draft.form_key, gettext("Thank you. Your reply is published."))


def _send(session: Session, article: Article, written: Written, user: User) -> Waiting | None:
    """Publishes it, or says until when or for whom it waits."""
    window, key = parts().settings.undo_window, parts().settings.secret_key
    pending = publish_or_wait(session, article, written, user, window=window, secret_key=key, now=parts().clock())
    return None if pending is None else Waiting(pending.id, pending.due_at)


def to_waiting(article_id: str, waiting: Waiting) -> Response:
    place = f"waiting-{anchor(waiting.id)}"
    if waiting.due_at is None:
        flash(gettext("Thank you. Your reply waits until somebody has looked at it."), place)
    else:
        flash(gettext("Thank you. Your reply will be published soon; until then you can take it back."), place)
    return to_article(article_id, place)


def _earlier(session: Session, article_id: str, form: ReplyForm, user: User) -> Reply | None:
    """Finds what the same form published before, by a second tap or on another device."""
    link = session.get(ArticleReply, (article_id, form.draft.form_key))
    return link.reply if link is not None and link.reply.user_id == user.id else None


def _differs(reply: Reply, form: ReplyForm) -> bool:
    draft = form.draft
    return (reply.type, reply.text, reply.reference) != (draft.type, draft.text.strip(), draft.reference.strip())


def _as_change(reply: Reply, form: ReplyForm) -> ReplyForm:
    """Makes of what would be lost a change of the reply that is there."""
    return replace(form, kind=f"{EDIT}{reply.id}", newer_reply=True, draft_version=0)


@blueprint.post("/article/<public_id:article_id>/replies/<public_id:reply_id>/edit")
@write_limit
def change(article_id: str, reply_id: str) -> ResponseReturnValue:
    form = with_problems(replace(read_form(), kind=f"{EDIT}{reply_id}"))
    keep_if_gone(article_id, form)
    if form.problems:
        return render_form(article_id, form), 422
    try:
        with transaction() as session:
            article, user = shown_article(session, article_id), me(session)
            warnings, waiting = warnings_for(session, article, form, user.id), None
            if not warnings:
                written = Written(PendingKind.CHANGE, form.draft, reply_id, form.reply_version)
                waiting = _send(session, article, written, user)
                finish_draft(session, form.key(user.id, article_id), form.draft, seen_version=form.draft_version)
    except StaleError:
        return render_form(article_id, replace(form, newer_reply=True)), 409
    if warnings:
        return render_form(article_id, kept(article_id, replace(form, warnings=warnings))), 409
    if waiting is not None:
        return to_waiting(article_id, waiting)
    return to_reply(article_id, reply_id, gettext("Your change is published. What it said before can still be read."))


def to_reply(article_id: str, reply_id: str, message: str) -> Response:
    place = f"reply-{anchor(reply_id)}"
    flash(message, place)
    return to_article(article_id, place)


@blueprint.post("/article/<public_id:article_id>/reuse")
@write_limit
def reuse(article_id: str) -> ResponseReturnValue:
    """Attach a reply shown at another message, or put one's own back. What was typed meanwhile becomes a draft."""
    typed = read_form()
    if typed.draft.text.strip() or typed.rows:
        keep_if_gone(article_id, typed)
        typed = kept(article_id, typed)
        if typed.newer_draft:
            return render_form(article_id, typed), 409
    with transaction() as session:
        article, user = shown_article(session, article_id), me(session)
        reply = reusable_reply(session, article_id, clean(request.form.get("reply_id", "")), user)
        lock_article(session, article_id)
        by_another = _attached_by_another(session, article_id, reply.id, user)
        nothing = ReplyDraft(reply.type, reply.text, reply.reference, "")
        waiting = _send(session, article, Written(PendingKind.ADDED, nothing, reply.id), user)
        reply_id = reply.id
    if waiting is not None:
        return to_waiting(article_id, waiting)
    if by_another:
        return to_reply(
            article_id, reply_id, gettext("This reply was already added here by %(name)s.", name=by_another)
        )
    return to_reply(article_id, reply_id, gettext("The reply is now shown with this message."))


def _attached_by_another(session: Session, article_id: str, reply_id: str, user: User) -> str:
    link = session.get(ArticleReply, (article_id, reply_id), populate_existing=True)
    if link is None or link.status != Status.NORMAL or link.user_id == user.id:
        return ""
    return (link.user.name if link.user else "") or gettext("somebody")


@blueprint.get("/article/<public_id:article_id>/replies/<public_id:reply_id>/take-back")
def ask_take_back(article_id: str, reply_id: str) -> ResponseReturnValue:
    person = viewer()
    with read_only() as session:
        article = shown_article(session, article_id)
        link = next((link for link in shown_replies(article.article_replies) if link.reply_id == reply_id), None)
        if link is None:
            raise NotFoundError(f"no reply {reply_id!r} at article {article_id!r}")
        if person is None or link.user_id != person.id:
            raise ForbiddenError("Only the person who added this reply can take it back.")
        return render_template("take_back.html", article=article, link=link)


@blueprint.post("/article/<public_id:article_id>/replies/<public_id:reply_id>/take-back")
@write_limit
def confirm_take_back(article_id: str, reply_id: str) -> ResponseReturnValue:
    with transaction() as session:
        shown_article(session, article_id)
        take_back(session, article_id, reply_id, me(session), now=parts().clock())
    flash(gettext("The reply is no longer shown with this message. You can put it back below."), "replies")
    return to_article(article_id, "replies")
