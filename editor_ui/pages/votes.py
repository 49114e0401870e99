from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me
from editor_ui.came_from import to_article
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.queries.cards import shown_article
from editor_ui.rate_limits import draft_limit, write_limit
from editor_ui.ratings import SAY_WHY, cast, rating_in_form
from editor_ui.resubmit import form_page
from editor_ui.text import anchor, clean, number_in
from factcheck.errors import StaleError
from factcheck.services.articles import request_check
from factcheck.services.clusters import take_out
from factcheck.services.drafts import REASON, DraftKey, discard_draft, save_draft
from factcheck.services.replies import ReplyDraft

blueprint = Blueprint("votes", __name__)


@blueprint.post("/article/<public_id:article_id>/replies/<public_id:reply_id>/vote")
@write_limit
def rate(article_id: str, reply_id: str) -> ResponseReturnValue:
    rating = rating_in_form()
    place = f"reply-{anchor(reply_id)}"
    back = to_article(article_id, place)
    if rating.lacks_reason:
        flash(SAY_WHY, place)
        return back
    with transaction() as session:
        shown_article(session, article_id)
        cast(session, article_id, reply_id, me(session), rating)
    flash(gettext("Your rating is withdrawn.") if rating.withdrawn else gettext("Thank you for your rating."), place)
    return back


@blueprint.post("/article/<public_id:article_id>/requests")
@write_limit
def ask(article_id: str) -> ResponseReturnValue:
    reason = clean(request.form.get("reason", "")).strip()
    with transaction() as session:
        article = shown_article(session, article_id)
        user, now = me(session), parts().clock()
        request_check(session, article, user, now=now, reason=reason)
        discard_draft(session, DraftKey(user.id, article_id, REASON))
    flash(gettext("Thank you. We noted that you want to know too."), "reasons")
    return to_article(article_id, "reasons")


@blueprint.post("/article/<public_id:article_id>/requests/draft")
@draft_limit
def keep_reason(article_id: str) -> ResponseReturnValue:
    """Keeps a reason not published yet; one that another device has saved meanwhile is not overwritten."""
    typed = ReplyDraft("", clean(request.form.get("reason", "")).strip(), "", "")
    seen = number_in(request.form.get("draft_version", ""))
    try:
        with transaction() as session:
            key = DraftKey(me(session).id, shown_article(session, article_id).id, REASON)
            save_draft(session, key, typed, seen_version=seen, now=parts().clock())
    except StaleError:
        heading = gettext("Not saved yet: your draft was changed elsewhere meanwhile")
        return form_page(409, heading, gettext("Copy what you typed, and open the message again."), again=False)
    flash(gettext("The draft is saved. Only you see it."), "reasons")
    return to_article(article_id, "reasons")


@blueprint.post("/article/<public_id:article_id>/not-a-copy")
@write_limit
def not_a_copy(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        shown_article(session, article_id)
        take_out(session, article_id, me(session))
    flash(gettext("Thank you. This message is now checked on its own."), "copies")
    return to_article(article_id, "copies")
