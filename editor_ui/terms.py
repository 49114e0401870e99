"""Nobody contributes under terms that they have not accepted: a form that is sent before waits for a tick."""

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me, viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.resubmit import form_page
from editor_ui.routes import Caller, group_of
from factcheck.services import terms

ACCEPTED = "accept_terms"
WITHOUT_TERMS = ("account", "desk", "inbox", "log_ins", "marks", "profile", "writing")
"""Blueprints whose forms publish nothing."""


def init_terms(app: Flask) -> None:
    app.before_request(_ask_for_terms)


def _ask_for_terms() -> ResponseReturnValue | None:
    group = group_of(request.blueprint)
    contributes = group is not None and group.caller == Caller.VOLUNTEER and request.blueprint not in WITHOUT_TERMS
    if not contributes or request.method != "POST" or viewer() is None:
        return None
    with read_only() as db:
        if terms.has_accepted(me(db)):
            return None
    if request.form.get(ACCEPTED) == terms.VERSION:
        with transaction() as db:
            terms.accept(me(db), now=parts().clock())
        return None
    explanation = gettext(
        "The terms of use have changed. Read them, then send the form again: with that you accept them."
    )
    return form_page(409, gettext("Please accept the terms of use"), explanation, accept=(ACCEPTED, terms.VERSION))
