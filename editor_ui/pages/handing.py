"""Handing one's draft to another volunteer, and giving back what one was handed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response

from editor_ui.auth import me
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.language import message_of, page_language, shown_name
from editor_ui.pages import writing
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.errors import InvalidInputError
from factcheck.services.handing import find_receiver, giver_of, hand_on, own_draft

blueprint = Blueprint("handing", __name__)


@blueprint.get("/me/drafts/<int:draft_id>/hand-on")
def ask(draft_id: int) -> ResponseReturnValue:
    return _page(draft_id)


def _page(draft_id: int, typed: str = "", problem: str = "") -> str:
    with read_only() as session:
        draft = writing.own_draft(session, draft_id)
        return render_template("hand_on.html", draft=draft, typed=typed, problem=problem)


@blueprint.post("/me/drafts/<int:draft_id>/hand-on")
@write_limit
def send(draft_id: int) -> ResponseReturnValue:
    typed = clean(request.form.get("receiver", ""))
    try:
        with transaction() as session:
            giver = me(session)
            receiver = find_receiver(session, typed, giver, page_language())
            hand_on(session, draft_id, giver, receiver, now=parts().clock())
            name = receiver.name
    except InvalidInputError as error:
        return _page(draft_id, typed, message_of(error)), 422
    return _handed(name)


@blueprint.post("/me/drafts/<int:draft_id>/give-back")
@write_limit
def give_back(draft_id: int) -> ResponseReturnValue:
    with transaction() as session:
        user = me(session)
        receiver = giver_of(session, own_draft(session, draft_id, user))
        hand_on(session, draft_id, user, receiver, now=parts().clock())
        name = receiver.name
    return _handed(name)


def _handed(name: str) -> Response:
    flash(gettext("%(name)s has the draft now.", name=shown_name(name)), "drafts")
    return redirect(url_for("account.show", _anchor="drafts"), 303)
