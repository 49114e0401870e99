from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from editor_ui.auth import me, viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.pages.article_view import ReplyForm, described, render_article
from editor_ui.queries.cards import shown_article
from editor_ui.queries.replies import shown_reply
from editor_ui.rate_limits import write_limit
from editor_ui.text import anchor, clean
from factcheck.errors import ForbiddenError, NotFoundError
from factcheck.models import Article, ArticleReply, Reply
from factcheck.services.articles import lock_article
from factcheck.services.replies import (
    ReplyDraft,
    attach_reply,
    check_draft,
    replies_for,
    shown_replies,
    take_back,
    write_reply,
)

blueprint = Blueprint("replies", __name__)


@blueprint.post("/article/<public_id:article_id>/replies")
@write_limit
def publish(article_id: str) -> ResponseReturnValue:
    draft = _draft()
    problems = check_draft(draft)
    if problems:
        return render_article(article_id, ReplyForm(draft, described(problems))), 422
    with transaction() as session:
        lock_article(session, article_id)  # the same form at once must see the first's reply
        article = shown_article(session, article_id)
        newcomers = _newcomers(article, draft)
        if not newcomers:
            write_reply(session, article, draft, me(session), now=parts().clock())
    if newcomers:
        return render_article(article_id, ReplyForm(draft, newcomers=newcomers)), 409
    return _to_reply(article_id, draft.form_key, gettext("Thank you. Your reply is published."))


def _draft() -> ReplyDraft:
    values = {name: clean(request.form.get(name, "")) for name in ("type", "text", "reference", "form_key")}
    return ReplyDraft(**values)


def _newcomers(article: Article, draft: ReplyDraft) -> frozenset[str]:
    """Lists replies published since the form was made, except the one that this form made."""
    seen = {*request.form.get("seen", "").split(), draft.form_key}
    return frozenset(link.reply_id for link in replies_for(article) if anchor(link.reply_id) not in seen)


def _to_reply(article_id: str, reply_id: str, message: str) -> Response:
    place = f"reply-{anchor(reply_id)}"
    flash(message, place)
    return redirect(url_for("article.show", article_id=article_id, _anchor=place), 303)


@blueprint.post("/article/<public_id:article_id>/reuse")
@write_limit
def reuse(article_id: str) -> ResponseReturnValue:
    """Attach a reply shown at another message, or put one's own back."""
    with transaction() as session:
        article = shown_article(session, article_id)
        user = me(session)
        reply = _reusable(session, article_id, clean(request.form.get("reply_id", "")), user.id)
        attach_reply(session, article, reply, user, now=parts().clock())
        reply_id = reply.id
    return _to_reply(article_id, reply_id, gettext("The reply is now shown with this message."))


def _reusable(session: Session, article_id: str, reply_id: str, user_id: str) -> Reply:
    """Raises NotFoundError for a reply that is shown nowhere, unless it is one's own link here."""
    own = session.get(ArticleReply, (article_id, reply_id))
    if own is not None and own.user_id == user_id:
        return own.reply
    return shown_reply(session, reply_id, None)[0]


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
    return redirect(url_for("article.show", article_id=article_id, _anchor="replies"), 303)
