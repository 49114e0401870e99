from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from editor_ui.auth import viewer
from editor_ui.db import read_only
from editor_ui.pages.article_view import render_article
from editor_ui.pages.beside import note_opened
from editor_ui.pages.search import asked_query, found_articles, found_ids
from editor_ui.pages.shared_page import reply_page
from editor_ui.queries.cards import shown_article
from editor_ui.queries.links import reply_links
from editor_ui.queries.replies import profiles_of, shown_reply
from editor_ui.queries.versions import versions_of
from editor_ui.rate_limits import search_limit
from factcheck.errors import NotFoundError
from factcheck.models import TargetKind
from factcheck.moderation.targets import Target
from factcheck.moderation.views import decision_about, is_hidden
from factcheck.services.organisations import named
from factcheck.services.replies import replies_for
from factcheck.services.tasks import checked_references

blueprint = Blueprint("article", __name__)


@blueprint.get("/article/<public_id:article_id>")
def show(article_id: str) -> ResponseReturnValue:
    try:
        page, is_new = render_article(article_id)
    except NotFoundError:
        return _hidden(Target(TargetKind.ARTICLE, article_id))
    if is_new:
        note_opened(article_id)
    return page


def _hidden(target: Target) -> ResponseReturnValue:
    """Says neutrally that moderation hid it. Raises NotFoundError for what it did not."""
    with read_only() as session:
        if not is_hidden(session, target):
            raise NotFoundError(f"no {target}")
        return render_template("hidden.html", decision=decision_about(session, target)), 410


@blueprint.get("/article/<public_id:article_id>/reuse")
@search_limit
def find_reply(article_id: str) -> ResponseReturnValue:
    """Looks for a reply through the messages it was written for."""
    query = asked_query()
    article_ids = found_ids(query.text) if query.text else []
    with read_only() as session:
        article = shown_article(session, article_id)
        found = found_articles(session, query.text, article_ids) if query.text else []
        return render_template(
            "reuse.html",
            article=article,
            query=query,
            others=[other for other in found if replies_for(other) and other.id != article_id],
            attached={link.reply_id for link in replies_for(article)},
            fallback=article_ids is None,
        )


@blueprint.get("/reply/<public_id:reply_id>")
def show_reply(reply_id: str) -> ResponseReturnValue:
    person = viewer()
    with read_only() as session:
        try:
            reply, links = shown_reply(session, reply_id, person.id if person else None)
        except NotFoundError:
            return _hidden(Target(TargetKind.REPLY, reply_id))
        author = reply.user.name if reply.user else ""
        return render_template(
            "reply.html",
            reply=reply,
            links=links,
            pages=reply_links(session, [reply_id]).get(reply_id, ()),
            author=author,
            author_profile=profiles_of(session, [reply.user_id]).get(reply.user_id or "", ""),
            organisation=named(session, [reply.organisation_id]).get(reply.organisation_id or ""),
            checked=checked_references(session, [reply_id]).get(reply_id, {}),
            shared=reply_page(links, author),
            versions=versions_of(session, reply),
        )
