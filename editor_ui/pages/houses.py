"""Organisations and who writes for them, for admins."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.services import organisations

blueprint = Blueprint("houses", __name__)


@blueprint.get("/organisations")
def show() -> ResponseReturnValue:
    with read_only() as session:
        found, members = organisations.organisations(session), organisations.members(session)
        return render_template("organisations.html", organisations=found, members=members)


def _kept() -> ResponseReturnValue:
    flash(gettext("It is kept."), "page")
    return redirect(url_for("houses.show"), 303)


@blueprint.post("/organisations")
@write_limit
def add() -> ResponseReturnValue:
    name, url = (clean(request.form.get(field, "")) for field in ("name", "url"))
    with transaction() as session:
        organisations.set_organisation(session, name, url, now=parts().clock())
    return _kept()


@blueprint.post("/organisations/<organisation_id>/members")
@write_limit
def add_member(organisation_id: str) -> ResponseReturnValue:
    email = clean(request.form.get("email", ""))
    with transaction() as session:
        organisations.add_member(session, organisation_id, email, now=parts().clock())
    return _kept()


@blueprint.post("/organisations/members/<user_id>/remove")
@write_limit
def remove_member(user_id: str) -> ResponseReturnValue:
    with transaction() as session:
        organisations.remove_member(session, user_id)
    return _kept()
