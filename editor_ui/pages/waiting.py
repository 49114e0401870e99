"""Replies and words of pictures that wait to be published: for their author, and for those who look at them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.errors import NotFoundError, StaleError
from factcheck.moderation import pending as services
from factcheck.moderation.reports import appeal
from factcheck.moderation.views import held_replies
from factcheck.services.roles import Action, may
from factcheck.services.transcripts import waiting_for

blueprint = Blueprint("waiting", __name__)


@blueprint.get("/waiting")
def show() -> ResponseReturnValue:
    with read_only() as session:
        user = me(session)
        helps = may(user, Action.REVIEW) or services.is_established(session, user, now=parts().clock())
        return render_template(
            "waiting.html",
            words=waiting_for(session, user, now=parts().clock()),
            held=held_replies(session, not_by=user.id) if helps else [],
            words_mark=services.words_mark,
            helps=helps,
            first=services.FIRST_REPLIES,
            days=services.ESTABLISHED_AFTER.days,
        )


@blueprint.post("/waiting/<pending_id>/take-back")
@write_limit
def take_back(pending_id: str) -> ResponseReturnValue:
    with transaction() as session:
        taken = services.take_back(session, pending_id, me(session), now=parts().clock())
        article_id, is_text = taken.article_id, taken.kind != "ADDED"
    if is_text:
        flash(gettext("The reply is not published. Its text is in your draft."), "replies")
    else:
        flash(gettext("The reply is not added."), "replies")
    return redirect(url_for("article.show", article_id=article_id, _anchor="replies"), 303)


@blueprint.post("/waiting/<pending_id>/approve")
@write_limit
def approve(pending_id: str) -> ResponseReturnValue:
    try:
        with transaction() as session:
            user, seen = me(session), request.form.get("seen", "")
            is_published = services.approve(session, pending_id, user, seen=seen, now=parts().clock())
        if is_published:
            flash(gettext("The reply is published."), "page")
        else:
            flash(gettext("Thank you. It is published when one more person finds so."), "page")
    except StaleError:
        flash(gettext("Its author has changed it meanwhile. Please read it again."), "page")
    except NotFoundError:
        flash(gettext("Somebody else has just decided; nothing was changed."), "page")
    return redirect(url_for("waiting.show"), 303)


@blueprint.post("/me/decisions/<int:action_id>/appeal")
@write_limit
def object_to(action_id: int) -> ResponseReturnValue:
    note = clean(request.form.get("note", ""))
    with transaction() as session:
        appeal(session, action_id, me(session), note, now=parts().clock())
    flash(gettext("Thank you. A reviewer will look at the decision again."), "decisions")
    return redirect(url_for("account.show", _anchor="decisions"), 303)
