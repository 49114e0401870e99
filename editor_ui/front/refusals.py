"""What is said when a request does not even reach the app."""

import json
from http import HTTPStatus

from aiohttp import web
from markupsafe import Markup

from editor_ui.language import catalogue_of

WAIT_SECONDS = "10"
PROBLEM = "application/problem+json"
TEXTS = {
    429: ("Too many requests", "Please wait a while before you try again."),
    503: ("The service is busy or being repaired", "Please try again in a minute."),
}
"""Texts of `editor_ui.errors`, which has them translated."""

PAGE = Markup('<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p></html>\n')


def refusal(status: int, language: str) -> web.Response:
    if status not in TEXTS:
        response = web.Response(status=status, headers={"Cache-Control": "no-store"})
        response.force_close()  # what else the connection holds may not be a request
        return response
    translate = catalogue_of(language).gettext
    heading, explanation = (translate(text) for text in TEXTS[status])
    return web.Response(
        status=status,
        text=PAGE.format(language, heading, heading, explanation),
        content_type="text/html",
        headers={"Cache-Control": "no-store", "Retry-After": WAIT_SECONDS},
    )


def refusal_of_program(status: int) -> web.Response:
    """Says the same to a program, whichever page it runs in (RFC 9457). GraphQL's clients look for `errors`."""
    title, detail = TEXTS.get(status, (HTTPStatus(status).phrase, ""))
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": [{"message": title}]}
    headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
    if status in TEXTS:
        headers["Retry-After"] = WAIT_SECONDS
    response = web.Response(status=status, text=json.dumps(told), content_type=PROBLEM, headers=headers)
    if status not in TEXTS:
        response.force_close()
    return response
