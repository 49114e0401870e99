"""The ways in which a volunteer comes back: an address, providers, the chat."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import logged_in, me
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.pages.login import mail_link
from editor_ui.rate_limits import login_limit, network, write_limit
from editor_ui.text import clean
from factcheck.errors import ForbiddenError
from factcheck.services.accounts import normalise_email, require_reachable, start_login
from factcheck.services.identities import remove_identity
from factcheck.services.joining import leave_chat

blueprint = Blueprint("log_ins", __name__)


@blueprint.post("/me/address")
@login_limit
def give_address() -> ResponseReturnValue:
    """Mails a link to an address that an account without one is to get. Raises InvalidInputError."""
    settings, email = parts().settings, normalise_email(clean(request.form.get("email", "")))
    if not settings.trial:
        require_reachable(email)
    with read_only() as db:
        if me(db).email is not None:
            raise ForbiddenError("Your account has an address already.")
    with transaction() as db:
        key, person = settings.secret_key, logged_in().id
        token = start_login(db, email, now=parts().clock(), network=network(), secret_key=key, joins=person)
    return mail_link(token, email, "/me")


@blueprint.post("/me/log-ins/remove")
@write_limit
def remove() -> ResponseReturnValue:
    with transaction() as db:
        remove_identity(db, me(db), request.form.get("issuer", ""), request.form.get("subject", ""))
    flash(gettext("This log-in is removed."), "log-ins")
    return redirect(url_for("account.show", _anchor="log-ins"), 303)


@blueprint.get("/me/chat/leave")
def ask_to_leave() -> ResponseReturnValue:
    return render_template("leave_chat.html")


@blueprint.post("/me/chat/leave")
@write_limit
def leave() -> ResponseReturnValue:
    with transaction() as db:
        leave_chat(db, me(db))
    flash(gettext("Your chat and this page no longer belong together."), "log-ins")
    return redirect(url_for("account.show", _anchor="log-ins"), 303)
