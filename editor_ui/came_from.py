"""The list that a reader came from. It stands in the address of a message's page and in the forms on it, so that one
goes on from there."""

from typing import Any

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from editor_ui.list_address import ListAddress, from_query

MAX_PLACE = 1_000_000


def list_of_reader() -> tuple[ListAddress | None, int]:
    """Gives the list and the place in it; (None, 0) for who came from elsewhere."""
    query, place = _given("list"), _given("n")
    if not query or not (place.isascii() and place.isdecimal() and len(place) < 8):
        return None, 0
    return from_query(query), min(int(place), MAX_PLACE)


def list_arguments() -> dict[str, Any]:
    """Gives what names the list in the address of a page."""
    came_from, place = list_of_reader()
    return {"list": came_from.query, "n": str(place)} if came_from else {}


def to_article(article_id: str, place: str) -> Response:
    """Leads to a place on a message's page, once a form was handled."""
    return redirect(url_for("article.show", article_id=article_id, _anchor=place, **list_arguments()), 303)


def _given(name: str) -> str:
    if name in request.args or request.method != "POST":
        return request.args.get(name, "")
    try:
        return request.form.get(name, "")
    except HTTPException:  # a body that is too long
        return ""


def init_came_from(app: Flask) -> None:
    app.jinja_env.globals["list_arguments"] = list_arguments
