"""Error pages: each says what happened and what to do, and keeps a form's text if it could be read."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from editor_ui.auth import login_hint, viewer
from editor_ui.language import message_of
from editor_ui.resubmit import form_page, kept_fields
from factcheck.errors import ForbiddenError, GoneError, InvalidInputError, MediaStoreUnavailableError, NotFoundError

Page = tuple[str, int]

WAIT_SECONDS = "30"

log = structlog.get_logger()


def on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    heading, explanation = _texts().get(status) or _texts()[500 if status >= 500 else 400]
    response = make_response(error_page(status, heading, explanation))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def error_page(status: int, heading: str, explanation: str) -> Page:
    return render_template("error.html", status=status, heading=heading, explanation=explanation), status


def _texts() -> dict[int, tuple[str, str]]:
    return {
        400: (
            gettext("This request was not understood"),
            gettext("The address or the form is incomplete. Please go back, reload the page and try again."),
        ),
        401: (gettext("You are not logged in"), gettext("Please log in and try again.")),
        403: (gettext("You may not do this"), gettext("Your account does not allow it.")),
        404: (
            gettext("This page does not exist"),
            gettext("The address may be mistyped, or the content is no longer shown. Search for the message instead."),
        ),
        405: (
            gettext("This page cannot be used that way"),
            gettext("The address is for sending a form. Please start from the list of messages."),
        ),
        413: (
            gettext("That is too much text"),
            gettext("Nothing was saved. Go back in your browser, where your text still is, and shorten it."),
        ),
        429: (gettext("Too many requests"), gettext("Please wait a while before you try again.")),
        500: (
            gettext("Something went wrong on our side"),
            gettext("The error was recorded. Please try again in a few minutes."),
        ),
        503: (
            gettext("The service is busy or being repaired"),
            gettext("Please try again in a minute."),
        ),
    }


def on_csrf(_error: CSRFError) -> Page:
    """Answers a form without a valid token, also after a log-in expired: the token goes with its cookie."""
    needs_log_in = request.endpoint not in ("login.send", "login.finish", "join.finish") and request.blueprint != "ask"
    if viewer() is None and needs_log_in:
        return form_page(401, gettext("You are not logged in"), login_hint())
    explanation = gettext(
        "The page was open for too long, so we could not be sure that the form came from you. Nothing was saved yet."
    )
    return form_page(400, gettext("Please send the form again"), explanation)


def on_rate_limit(error: RateLimitExceeded) -> Page:
    if request.method != "POST":
        return error_page(429, *_texts()[429])
    minutes = max(1, error.limit.limit.get_expiry() // 60)
    explanation = gettext(
        "You did this very often in a short time. Nothing was saved. Please try again later, at the latest in "
        "%(minutes)d minutes.",
        minutes=minutes,
    )
    return form_page(429, gettext("Too many requests"), explanation)


def on_too_large(_error: RequestEntityTooLarge) -> Page:
    return error_page(413, *_texts()[413])


def on_not_found(_error: NotFoundError) -> Page:
    heading = _texts()[404][0]
    if request.method == "POST" and request.form:
        explanation = gettext(
            "It may have been removed while you were looking at it. What you wrote is below, so that you can copy it."
        )
        return form_page(404, heading, explanation, again=False)
    return error_page(404, *_texts()[404])


def on_gone(error: GoneError) -> Page:
    heading = gettext("This is gone")
    if request.method == "POST" and request.form:
        return form_page(410, heading, message_of(error), again=False)
    return error_page(410, heading, message_of(error))


def on_forbidden(error: ForbiddenError) -> Page:
    if request.method == "POST" and any(field.written and field.value for field in kept_fields()):
        return form_page(403, _texts()[403][0], message_of(error), again=False)
    return error_page(403, _texts()[403][0], message_of(error))


def on_invalid_input(error: InvalidInputError) -> Page:
    explanation = gettext("Nothing was saved yet. Please correct what is marked and send it again.")
    return form_page(422, gettext("Something is missing or too long"), explanation, (error.field, message_of(error)))


def on_database_away(error: Exception) -> Response:
    return _away("database_away", error)


def on_media_store_away(error: MediaStoreUnavailableError) -> Response:
    return _away("media_store_away", error)


def _away(event: str, error: Exception) -> Response:
    log.error(event, endpoint=request.endpoint, error=type(error).__name__)
    heading, explanation = _texts()[503]
    page = form_page(503, heading, explanation) if request.method == "POST" else error_page(503, heading, explanation)
    response = make_response(page)
    response.headers["Retry-After"] = WAIT_SECONDS
    return response


def init_errors(app: Flask) -> None:
    handlers: list[tuple[type[Exception], Callable[..., object]]] = [
        (HTTPException, on_http_error),
        (CSRFError, on_csrf),
        (RateLimitExceeded, on_rate_limit),
        (RequestEntityTooLarge, on_too_large),
        (NotFoundError, on_not_found),
        (GoneError, on_gone),
        (ForbiddenError, on_forbidden),
        (InvalidInputError, on_invalid_input),
        (OperationalError, on_database_away),
        (PoolTimeoutError, on_database_away),
        (MediaStoreUnavailableError, on_media_store_away),
    ]
    for kind, handler in handlers:
        app.register_error_handler(kind, handler)  # type: ignore[arg-type]
