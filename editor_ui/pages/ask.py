"""Asking for a check of a message, with consent and an address to be told at."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me, viewer
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of, page_language
from editor_ui.rate_limits import mail_limit
from editor_ui.resubmit import form_page
from editor_ui.text import clean
from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.ids import is_public_id
from factcheck.services import mail_requests
from factcheck.services.accounts import normalise_email
from factcheck.services.mail_requests import CONFIRM, STOP, request_of, token_of

blueprint = Blueprint("ask", __name__)


@blueprint.post("/check/ask")
@mail_limit
def send() -> ResponseReturnValue:
    message = clean(request.form.get("message", "")).strip()
    named = request.form.get("article_id", "")
    article_id = named if is_public_id(named) else ""
    try:
        if not request.form.get("consent"):
            raise InvalidInputError(
                "consent", "Please agree that the message is published; otherwise nobody can see it."
            )
        if viewer() is not None:
            return _asked_as_viewer(message, article_id)
        with transaction() as db:
            row = mail_requests.ask(
                db,
                normalise_email(clean(request.form.get("email", ""))),
                message,
                locale=page_language(),
                now=parts().clock(),
                article_id=article_id,
            )
            kept = (row.id, row.email)
    except InvalidInputError as error:
        return _again(message, article_id, (error.field, message_of(error)))
    return _mailed(*kept)


def _again(message: str, article_id: str, problem: tuple[str, str]) -> ResponseReturnValue:
    email = clean(request.form.get("email", ""))
    agreed = bool(request.form.get("consent"))
    page = render_template(
        "ask.html", message=message, article_id=article_id, email=email, agreed=agreed, problem=problem
    )
    return page, 422


def _asked_as_viewer(message: str, article_id: str) -> ResponseReturnValue:
    with transaction() as db:
        key, now = parts().settings.secret_key, parts().clock()
        article = mail_requests.ask_as(db, me(db), message, article_id, secret_key=key, locale=page_language(), now=now)
        published_id = article.id
    return _published(published_id)


def _published(article_id: str) -> ResponseReturnValue:
    flash(gettext("Thank you. Volunteers will look at it, and we write to you when there is a reply."), "page")
    return redirect(url_for("article.show", article_id=article_id), 303)


def _mailed(request_id: str, email: str) -> ResponseReturnValue:
    token = token_of(parts().settings.secret_key, request_id, CONFIRM)
    link = parts().settings.base_url + url_for("ask.open_link", token=token, lang=page_language())
    if parts().settings.trial:
        return render_template("ask_sent.html", link=link, email=email)
    lines = (
        gettext("Open this link to have your message published and checked:"),
        link,
        gettext("Without it nothing is published, and after two days we forget what you sent."),
        gettext("If you did not ask for it, ignore this mail."),
    )
    try:
        parts().mailer.send(email, gettext("Please confirm your question to Factline"), "\n\n".join(lines) + "\n")
    except OSError:
        with transaction() as db:
            mail_requests.stop(db, request_id)
        explanation = gettext("The mail server does not answer. Please send the form again in a few minutes.")
        return form_page(503, gettext("We could not send the mail"), explanation)
    return render_template("ask_sent.html", link="", email=email)


@blueprint.get("/check/confirm/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Shows only a button: mail programs open links to look at them."""
    return render_template("ask_open.html", action=url_for("ask.confirm", token=token), purpose="confirm")


@blueprint.post("/check/confirm/<token>")
@mail_limit
def confirm(token: str) -> ResponseReturnValue:
    settings = parts().settings
    request_id = request_of(settings.secret_key, token, CONFIRM)
    try:
        with transaction() as db:
            article = mail_requests.confirm(db, request_id, secret_key=settings.secret_key, now=parts().clock())
            published_id = article.id
    except InvalidInputError as error:
        return render_template("ask_done.html", sentence=message_of(error)), 422
    except NotFoundError:
        sentence = gettext("This message may not be shown here, so it was not published.")
        return render_template("ask_done.html", sentence=sentence), 404
    return _published(published_id)


@blueprint.get("/check/stop/<token>")
def ask_stop(token: str) -> ResponseReturnValue:
    return render_template("ask_open.html", action=url_for("ask.stop", token=token), purpose="stop")


@blueprint.post("/check/stop/<token>")
def stop(token: str) -> ResponseReturnValue:
    request_id = request_of(parts().settings.secret_key, token, STOP)
    with transaction() as db:
        mail_requests.stop(db, request_id)
    return render_template("ask_done.html", sentence=gettext("You get no mail about this message any more."))
