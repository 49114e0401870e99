from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.queries.cards import shown_article
from editor_ui.rate_limits import write_limit
from editor_ui.text import anchor, clean
from factcheck.errors import InvalidInputError
from factcheck.models import TargetKind
from factcheck.moderation.flags import flag_words
from factcheck.services.articles import request_check, request_of
from factcheck.services.clusters import take_out
from factcheck.services.feedback import vote

blueprint = Blueprint("votes", __name__)

SCORES = {"1": 1, "0": 0, "-1": -1}


@blueprint.post("/article/<public_id:article_id>/replies/<public_id:reply_id>/vote")
@write_limit
def rate(article_id: str, reply_id: str) -> ResponseReturnValue:
    score = SCORES.get(request.form.get("score", ""))
    if score is None:
        raise InvalidInputError("score", "Choose helpful or not helpful.")
    comment = clean(request.form.get("comment", "")).strip() if score else ""
    with transaction() as session:
        shown_article(session, article_id)
        user, now = me(session), parts().clock()
        feedback = vote(session, article_id, reply_id, user, score, now=now, comment=comment)
        if comment:
            flag_words(session, TargetKind.COMMENT, feedback.id, comment, user, now=now)
    place = f"reply-{anchor(reply_id)}"
    flash(gettext("Thank you for your rating.") if score else gettext("Your rating is withdrawn."), place)
    return redirect(url_for("article.show", article_id=article_id, _anchor=place), 303)


@blueprint.post("/article/<public_id:article_id>/requests")
@write_limit
def ask(article_id: str) -> ResponseReturnValue:
    reason = clean(request.form.get("reason", "")).strip()
    with transaction() as session:
        article = shown_article(session, article_id)
        user, now = me(session), parts().clock()
        request_check(session, article, user, now=now, reason=reason)
        if reason:
            flag_words(session, TargetKind.REQUEST, request_of(session, article, user), reason, user, now=now)
    flash(gettext("Thank you. We noted that you want to know too."), "reasons")
    return redirect(url_for("article.show", article_id=article_id, _anchor="reasons"), 303)


@blueprint.post("/article/<public_id:article_id>/not-a-copy")
@write_limit
def not_a_copy(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        shown_article(session, article_id)
        take_out(session, article_id, me(session))
    flash(gettext("Thank you. This message is now checked on its own."), "copies")
    return redirect(url_for("article.show", article_id=article_id, _anchor="copies"), 303)
