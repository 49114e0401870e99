"""Everyone's door: a message in, and out what the chat would say, without an account. It stores nothing."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from editor_ui.checked import checked
from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.language import message_of, page_language
from editor_ui.pictures import decision_on_picture, look_at, take_upload
from editor_ui.rate_limits import all_checks_limit, check_limit
from editor_ui.resubmit import form_page
from editor_ui.text import article_id_in, clean
from factcheck.errors import EmbedderUnavailableError, IndexMismatchError, InvalidInputError, SearchUnavailableError
from factcheck.matching.decide.decision import Decision
from factcheck.matching.text.length import says_little
from factcheck.matching.text.normalise import extract_urls, normalise
from factcheck.services.lookup import look_up
from factcheck.services.organisations import named

blueprint = Blueprint("check", __name__)

MOST_CHECKED = 10_000
"""Code points; as long as a LINE message may be."""

AWAY = (SearchUnavailableError, IndexMismatchError, EmbedderUnavailableError)


@blueprint.get("/check")
def show() -> ResponseReturnValue:
    return _form("")


def _form(message: str, problem: str = "") -> str:
    return render_template("check.html", message=message, problem=problem, limit=MOST_CHECKED)


@blueprint.post("/check/share")
def share() -> ResponseReturnValue:
    """Fills the form with what a phone shares to the installed page."""
    shared = (clean(request.form.get(name, "")).strip() for name in ("title", "text", "url"))
    pieces: list[str] = []
    for piece in shared:
        if piece and not any(piece in other for other in pieces):
            pieces.append(piece)
    return _form("\n".join(pieces)[:MOST_CHECKED])


@blueprint.post("/check")
@check_limit
@all_checks_limit
def look() -> ResponseReturnValue:
    upload = take_upload("picture")
    if upload is not None:
        return _look_at(upload)
    message = clean(request.form.get("message", "")).strip()
    if "/article/" in message and (known := article_id_in(message)):
        return redirect(url_for("article.show", article_id=known), 303)
    try:
        refuse(message)
    except InvalidInputError as error:
        return _form(message, message_of(error)), 422
    try:
        decided, _ = look_up(parts().session_factory, parts().search, parts().embedder, message)
    except AWAY:
        explanation = gettext("Nothing is lost: your message is below. Please send it again in some minutes.")
        return form_page(503, gettext("We cannot look it up at the moment"), explanation)
    return _result(message, decided)


def _look_at(upload: FileStorage) -> ResponseReturnValue:
    """Answers about a picture. It is not kept."""
    try:
        facts = look_at(upload)
    except InvalidInputError as error:
        return _form("", message_of(error)), 422
    try:
        decided = decision_on_picture(facts)
    except AWAY:
        explanation = gettext("Please send the picture again in some minutes.")
        return form_page(503, gettext("We cannot look it up at the moment"), explanation)
    return _result(facts.text, decided, picture=True)


def _result(message: str, decided: Decision, *, picture: bool = False) -> str:
    with read_only() as session:
        found = checked(session, message, decided, plain_answers=parts().settings.plain_answers)
        written_for = found.replies[0].reply.organisation_id if found.replies else None
        house = named(session, [written_for]).get(written_for or "")
        return render_template("check_result.html", found=found, house=house, message=message, picture=picture)


def refuse(message: str) -> None:
    """Raises InvalidInputError for what is not looked up."""
    if not message:
        raise InvalidInputError("message", "The message is empty.")
    if len(message) > MOST_CHECKED:
        raise InvalidInputError("message", "The message is longer than %(limit)d characters.", limit=MOST_CHECKED)
    if says_little(normalise(message)) and not extract_urls(message):
        raise InvalidInputError("message", "That is too short to be looked up. Please paste the whole message.")


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Lets a phone install the page, and then share messages to it."""
    tag = page_language()
    response = jsonify(
        name=gettext("Factline"),
        short_name=gettext("Factline"),
        description=gettext("Ask whether a message is true"),
        lang=tag,
        start_url=url_for("check.show", lang=tag),
        id=url_for("check.show"),
        scope="/",
        display="standalone",
        background_color="#f4f5f2",
        theme_color="#0b5c63",
        icons=[{"src": url_for("static", filename="icon.svg"), "type": "image/svg+xml", "sizes": "any"}],
        share_target={
            "action": url_for("check.share", lang=tag),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    )
    response.mimetype = "application/manifest+json"
    return response
