"""What a volunteer notes while looking for work: claims, what is left to others, saved lists."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui import reply_address
from editor_ui.auth import me
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.list_address import choice, from_query
from editor_ui.queries.cards import shown_article
from editor_ui.rate_limits import write_limit
from editor_ui.text import anchor, clean, safe_next
from factcheck.models import ListKind
from factcheck.services import claims
from factcheck.services.saved_lists import remove_list, save_list

blueprint = Blueprint("marks", __name__)


def _back(article_id: str = "") -> ResponseReturnValue:
    target = safe_next(request.form.get("next", "/"))
    return redirect(f"{target}#m-{anchor(article_id)}" if article_id else target, 303)


@blueprint.post("/article/<public_id:article_id>/claim")
@write_limit
def claim(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        claims.claim(session, shown_article(session, article_id), me(session), now=parts().clock())
    minutes = int(claims.LASTS.total_seconds()) // 60
    flash(gettext("Others now see for %(minutes)d minutes that you work on it.", minutes=minutes), article_id)
    return _back(article_id)


@blueprint.post("/article/<public_id:article_id>/release")
@write_limit
def release(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        claims.release(session, shown_article(session, article_id).cluster_id, me(session).id)
    flash(gettext("You no longer work on it."), article_id)
    return _back(article_id)


@blueprint.post("/article/<public_id:article_id>/leave")
@write_limit
def leave(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        article, person = shown_article(session, article_id), me(session)
        claims.mark_read(session, article.id, person.id, now=parts().clock(), left=True)
    flash(gettext("You leave this message to others."), article_id)
    return _back(article_id)


@blueprint.post("/article/<public_id:article_id>/unread")
@write_limit
def unread(article_id: str) -> ResponseReturnValue:
    with transaction() as session:
        claims.unread(session, shown_article(session, article_id).id, me(session).id)
    flash(gettext("Marked as unread."), article_id)
    return _back(article_id)


@blueprint.post("/lists")
@write_limit
def keep_list() -> ResponseReturnValue:
    """Keeps a list as it is understood now."""
    kind = choice(ListKind, request.form.get("kind", ""), ListKind.MESSAGES)
    asked = clean(request.form.get("query", ""))
    if kind == ListKind.REPLIES:
        page, query = "own_replies.show", reply_address.from_query(asked).query
    else:
        page, query = "queue.show", from_query(asked).query
    with transaction() as session:
        save_list(session, me(session), kind, clean(request.form.get("name", "")), query, now=parts().clock())
    flash(gettext("The list is saved."), "page")
    return redirect(f"{url_for(page)}?{query}", 303)


@blueprint.post("/lists/<int:list_id>/remove")
@write_limit
def forget_list(list_id: int) -> ResponseReturnValue:
    with transaction() as session:
        remove_list(session, list_id, me(session).id)
    flash(gettext("The list is removed."), "page")
    return _back()
