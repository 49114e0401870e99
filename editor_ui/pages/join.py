"""A person who asks in LINE becomes a volunteer, by a link from the chat. Opening it changes nothing, the button does:
programs that look at links before people do would use it up."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import begin_log_in, give_cookie, viewer
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of, page_language
from editor_ui.pages.login import login_form
from editor_ui.rate_limits import login_limit
from factcheck.errors import InvalidInputError
from factcheck.models import User
from factcheck.services.joining import finish_joining

blueprint = Blueprint("join", __name__)


@blueprint.get("/join/<token>")
def show(token: str) -> ResponseReturnValue:
    return render_template("join.html", token=token)


@blueprint.post("/join/<token>")
@login_limit
def finish(token: str) -> ResponseReturnValue:
    person, key, now = viewer(), parts().settings.secret_key, parts().clock()
    try:
        with transaction() as db:
            before = db.get(User, person.id) if person else None
            user = finish_joining(db, token, before, secret_key=key, locale=page_language(), now=now)
            account = begin_log_in(db, user)
    except InvalidInputError as error:
        return login_form("/me", trouble=message_of(error)), 422
    give_cookie(account)
    flash(gettext("Your chat and this page now belong together. What you did in the chat is on your page."), "page")
    return redirect(url_for("account.show", _anchor="log-ins"), 303)
