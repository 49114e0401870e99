from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from editor_ui.auth import LoggedIn, begin_log_in, give_cookie, viewer
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of, page_language, shown_name
from editor_ui.rate_limits import login_limit, network
from editor_ui.resubmit import form_page
from editor_ui.text import clean, safe_next
from factcheck.errors import InvalidInputError, MailRefusedError
from factcheck.services.accounts import (
    LINK_LIFE,
    finish_login,
    no_mail,
    normalise_email,
    require_reachable,
    start_login,
)
from factcheck.services.login_sessions import end_session

blueprint = Blueprint("login", __name__)

LINK_MINUTES = int(LINK_LIFE.total_seconds() // 60)


@blueprint.get("/login")
def ask() -> ResponseReturnValue:
    if viewer() is not None:
        return redirect(_next(request.args.get("next", "")), 303)
    return login_form(_next(request.args.get("next", "")))


def login_form(target: str, email: str = "", problem: str = "", trouble: str = "") -> str:
    """`problem` is with the address, `trouble` with the log-in as a whole."""
    known = [(name, provider.declared.shown_label) for name, provider in parts().providers.items()]
    return render_template("login.html", target=target, email=email, problem=problem, trouble=trouble, providers=known)


def _next(value: str) -> str:
    return safe_next(value or "/")


@blueprint.post("/login")
@login_limit
def send() -> ResponseReturnValue:
    target = _next(request.form.get("next", ""))
    typed = clean(request.form.get("email", ""))
    settings = parts().settings
    try:
        email = normalise_email(typed)
        if not settings.trial:
            require_reachable(email)
        with transaction() as db:
            token = start_login(db, email, now=parts().clock(), network=network(), secret_key=settings.secret_key)
    except InvalidInputError as error:
        return login_form(target, typed, message_of(error)), 422
    return mail_link(token, email, target)


def mail_link(token: str, email: str, target: str) -> ResponseReturnValue:
    """Mails the link, or shows it in a trial, and says so on a page."""
    settings = parts().settings
    link = settings.base_url + url_for("login.open_link", token=token, next=target)
    if settings.trial:
        return render_template("login_sent.html", link=link, minutes=LINK_MINUTES, email=email)
    try:
        parts().mailer.send(email, gettext("Your log-in link for Factline"), _mail_body(link))
    except MailRefusedError:
        return login_form(target, email, message_of(no_mail())), 422
    except OSError:
        return _mail_failed()
    return render_template("login_sent.html", link="", minutes=LINK_MINUTES, email=email)


def _mail_body(link: str) -> str:
    lines = (
        gettext("Open this link to log in to Factline:"),
        link,
        gettext("It works once, within %(minutes)d minutes.", minutes=LINK_MINUTES),
        gettext("If you did not ask for it, ignore this mail: nobody can log in without the link."),
    )
    return "\n\n".join(lines) + "\n"


def _mail_failed() -> ResponseReturnValue:
    explanation = gettext("The mail server does not answer. Please send the form again in a few minutes.")
    return form_page(503, gettext("We could not send the mail"), explanation)


@blueprint.get("/login/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Shows only a button: mail programs open links to look at them, and would use the link up."""
    return render_template("login_open.html", token=token, target=_next(request.args.get("next", "")))


@blueprint.post("/login/<token>")
@login_limit
def finish(token: str) -> ResponseReturnValue:
    key, locale, now, before = parts().settings.secret_key, page_language(), parts().clock(), viewer()
    here = before.id if before is not None else None
    try:
        with transaction() as db:
            user = finish_login(db, token, secret_key=key, locale=locale, now=now, viewer_id=here)
            account = begin_log_in(db, user)
    except InvalidInputError as error:
        return login_form(_next(request.form.get("next", "")), problem=message_of(error)), 422
    return welcome(account, _next(request.form.get("next", "")))


def welcome(account: LoggedIn, target: str) -> ResponseReturnValue:
    """Gives the cookie, and leads to where the person wanted to go."""
    give_cookie(account)
    flash(gettext("Welcome, %(name)s. You are logged in.", name=shown_name(account.name)), "page")
    return redirect(target, 303)


@blueprint.post("/logout")
def leave() -> ResponseReturnValue:
    """Ends the session here and on the server, so that a copy of the cookie is worth nothing."""
    account = viewer()
    if account is not None:
        with transaction() as db:
            end_session(db, account.id, account.session_id)
    logout_user()
    session.clear()
    flash(gettext("You are logged out."), "page")
    return redirect(url_for("queue.show"), 303)
