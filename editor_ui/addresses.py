"""Whole addresses, as other sites and programs know our pages."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import Flask, request, url_for

from editor_ui.dependencies import parts
from editor_ui.language import LANGUAGES, page_language
from editor_ui.urls import LANG

LASTING = (
    "queue.show",
    "check.show",
    "about.show",
    "help.first_steps",
    "help.words",
    "help.ratings",
    "help.keys",
    "help.terms_of_use",
    "help.privacy",
    "help.accessibility",
    "stats.show",
    "decisions.show",
    "data.show",
)
INDEXED = frozenset({*LASTING, "article.show", "article.show_reply"})
"""Pages that search engines may show, without filters; of articles and replies the checked ones."""


def absolute(path: str) -> str:
    return parts().settings.base_url + path


def canonical() -> str:
    """Gives the one address of the page: with its language if one was asked for, and without filters."""
    tag = request.args.get(LANG, "")
    return absolute(quote(request.path)) + (f"?{urlencode({LANG: tag})}" if tag in LANGUAGES else "")


def kept_query() -> str:
    """Gives the query as it was asked, in one spelling."""
    query = urlencode(list(request.args.items(multi=True)), errors="replace")
    return f"?{query}" if query else ""


def feed_address(ending: str, arguments: Mapping[str, str]) -> str:
    """Gives the feed of the list that a page shows with these arguments, in the page's language."""
    query = urlencode({**arguments, LANG: page_language()})
    return absolute(f"{url_for('feeds.show', ending=ending)}?{query}")


def init_known_addresses(app: Flask) -> None:
    app.jinja_env.globals.update(canonical=canonical, feed_address=feed_address, INDEXED=INDEXED)
