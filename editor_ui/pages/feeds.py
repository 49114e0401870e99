"""Lists for programs that look for news, and the pages that search engines may know."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from editor_ui import sizes
from editor_ui.addresses import LASTING, absolute, kept_query
from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.feed_formats import FORMATS, NEVER, Entry, Feed
from editor_ui.filter_words import choices, tab_names
from editor_ui.language import VERDICTS, page_language
from editor_ui.list_address import ListAddress
from editor_ui.pages.queue import asked_list
from editor_ui.queries.cards import ArticleCard, cards
from editor_ui.queries.filter_names import filter_names
from editor_ui.text import guess_language, title_of
from factcheck.graphemes import excerpt
from factcheck.services.queue import Order, list_articles
from factcheck.services.sitemap import IN_ONE_FILE, page_of_sitemap, pages_of_sitemap

blueprint = Blueprint("feeds", __name__)

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@blueprint.get("/feed.<ending>")
def show(ending: str) -> ResponseReturnValue:
    """Gives the newest of the list that the page with the same address would show to a stranger."""
    if ending not in FORMATS:
        abort(404)
    mimetype, write = FORMATS[ending]
    address = asked_list()
    with read_only() as session:
        entries = [_entry(card) for card in _newest(session, address)]
        title = _title(session, address)
    feed = Feed(
        title=title,
        description=gettext("Messages people want checked"),
        language=page_language(),
        url=absolute(request.path) + kept_query(),
        page=absolute(url_for("queue.show")) + kept_query(),
        entries=entries,
    )
    return _dated(Response(write(feed), mimetype=mimetype), feed.updated if entries else None)


def _title(session: Session, address: ListAddress) -> str:
    words = choices(filter_names(session), logged_in=False) if address.values else {}
    shown = {name: value for name, value in address.values.items() if name != "mine"}  # a reader is nobody
    filters = [words[name][1].get(value, value) if name in words else value for name, value in shown.items()]
    return f"{gettext('Factline')} – {' · '.join([tab_names()[address.tab], *filters])}"


def _newest(session: Session, address: ListAddress) -> Sequence[ArticleCard]:
    if "order" not in request.args:
        address = replace(address, order=Order.RECENT)
    return cards(session, list_articles(session, address.wanted(None, parts().clock()), 1).articles)


def _entry(card: ArticleCard) -> Entry:
    article = card.article
    said = [str(VERDICTS[verdict][0]) for verdict in card.verdicts if verdict in VERDICTS]
    texts = [article.text, *(link.reply.text for link in card.replies[:1])]
    moments = [article.created_at, article.updated_at, *(link.created_at for link in card.replies)]
    return Entry(
        url=absolute(url_for("article.show", article_id=article.id)),
        title="".join(f"[{verdict}] " for verdict in said[:1]) + (title_of(article.text) or gettext("Message")),
        text="\n\n—\n\n".join(excerpt(text, *sizes.IN_FEED) for text in texts if text.strip()),
        tags=said,
        published=article.created_at or article.cluster_requested_at or NEVER,
        updated=max((moment for moment in moments if moment), default=NEVER),
        language=guess_language(article.text),
    )


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Lists all pages, or the files that do where one would be too long."""
    with read_only() as session:
        files = pages_of_sitemap(session)
        if files <= 1:
            return _urls(session, 1)
    root = Element("sitemapindex", xmlns=SITEMAP)
    for number in range(1, files + 1):
        SubElement(SubElement(root, "sitemap"), "loc").text = absolute(url_for("feeds.sitemap_file", number=number))
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), mimetype="application/xml")


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_file(number: int) -> Response:
    with read_only() as session:
        if not 1 <= number <= pages_of_sitemap(session):
            abort(404)
        return _urls(session, number)


def _urls(session: Session, number: int) -> Response:
    root = Element("urlset", xmlns=SITEMAP)
    listed = page_of_sitemap(session, number)
    if number == 1:
        for endpoint in LASTING:
            SubElement(SubElement(root, "url"), "loc").text = absolute(url_for(endpoint))
    for article_id, changed_at in listed[: IN_ONE_FILE - 10]:
        place = SubElement(root, "url")
        SubElement(place, "loc").text = absolute(url_for("article.show", article_id=article_id))
        if changed_at:
            SubElement(place, "lastmod").text = changed_at.isoformat(timespec="seconds")
    response = Response(tostring(root, encoding="utf-8", xml_declaration=True), mimetype="application/xml")
    return _dated(response, max((moment for _, moment in listed if moment), default=None))


def _dated(response: Response, moment: datetime | None) -> Response:
    """Says when it last changed; the front answers by the name of its bytes whoever has it already."""
    if moment is not None:
        response.last_modified = min(moment, parts().clock())
    return response
