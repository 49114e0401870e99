"""What is said when a request does not even reach the app."""

from aiohttp import web
from markupsafe import Markup

from editor_ui.language import catalogue_of

WAIT_SECONDS = "10"
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
