from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, request, url_for

from editor_ui.paging import page_links

LANG = "lang"
ADDRESSES = 2_000
"""Kept as they are written: a page has forty, most of them on every page."""


def here() -> str:
    """Returns the page to come back to after logging in; for a form's address, the page it is on."""
    if is_page() and request.blueprint != "login":
        return _path_with(_query())
    arguments = request.view_args or {}
    if "article_id" in arguments:
        return url_for("article.show", article_id=arguments["article_id"])
    own = {"account": "account.show", "check": "check.show", "ask": "check.show"}
    return url_for(own.get(request.blueprint or "", "queue.show"))


def is_page() -> bool:
    """Tells whether the address can be opened again; that of a log-in at a provider works once."""
    return request.method in ("GET", "HEAD") and request.url_rule is not None and request.blueprint != "log_in_with"


def same_page_in(tag: str) -> str:
    if is_page():
        return _path_with([*_query(), (LANG, tag)])
    return f"{here()}?{urlencode({LANG: tag})}"


def _query() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.args.items(multi=True) if name != LANG]


def _path_with(query: list[tuple[str, str]]) -> str:
    return quote(request.path) + ("?" + urlencode(query, errors="replace") if query else "")


def init_addresses(app: Flask) -> None:
    @lru_cache(ADDRESSES)
    def built(endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
        return app.url_for(endpoint, **dict(values))

    def address(endpoint: str, **values: Any) -> str:
        return built(endpoint, tuple(values.items()))

    app.jinja_env.globals.update(
        url_for=address, here=here, is_page=is_page, same_page_in=same_page_in, page_links=page_links
    )
