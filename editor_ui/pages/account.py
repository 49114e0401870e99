from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from editor_ui.auth import me as own_row
from editor_ui.auth import viewer
from editor_ui.db import read_only, transaction
from editor_ui.language import LANGUAGES, message_of, set_language_cookie
from editor_ui.pages.desk import desk_of
from editor_ui.paging import page_number
from editor_ui.queries.replies import own_work
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.errors import InvalidInputError
from factcheck.services.accounts import rename

blueprint = Blueprint("account", __name__)


@blueprint.get("/me")
def show() -> ResponseReturnValue:
    return _page()


def _page(name: str | None = None, problem: str = "") -> str:
    with read_only() as session:
        user = own_row(session)
        typed = user.name if name is None else name
        work = own_work(session, user.id, page_number())
        return render_template(
            "me.html", user=user, name=typed, problem=problem, work=work, desk=desk_of(session, user.id)
        )


@blueprint.post("/me/name")
@write_limit
def change_name() -> ResponseReturnValue:
    name = clean(request.form.get("name", ""))
    try:
        with transaction() as session:
            rename(own_row(session), name)
    except InvalidInputError as error:
        return _page(name, message_of(error)), 422
    flash(gettext("Your name is changed."), "page")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/me/language")
@write_limit
def change_language() -> ResponseReturnValue:
    tag = request.form.get("language", "")
    response = redirect(url_for("account.show"), 303)
    if tag in LANGUAGES:
        with transaction() as session:
            own_row(session).locale = tag
        set_language_cookie(response, tag)
    return response


@blueprint.post("/me/end-sessions")
@write_limit
def end_sessions() -> ResponseReturnValue:
    """Ends all log-ins, which are signed cookies with this version."""
    if viewer() is not None:
        with transaction() as session:
            own_row(session).session_version += 1
    logout_user()
    flash(gettext("You are logged out on all devices."), "page")
    return redirect(url_for("queue.show"), 303)
