"""A volunteer's profile: what everybody sees if they want it, and what they did beside writing."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me
from editor_ui.db import read_only, transaction
from editor_ui.paging import page_number
from editor_ui.queries.profile import history_of_person, public_profile
from editor_ui.rate_limits import write_limit
from factcheck.services.reach import reach_of

people = Blueprint("people", __name__)
blueprint = Blueprint("profile", __name__)

SWITCHES = ("is_public", "shows_votes", "shows_reach")


@people.get("/people/<public_id:published_id>")
def show(published_id: str) -> ResponseReturnValue:
    with read_only() as session:
        profile = public_profile(session, published_id, page_number())
        reach = reach_of(session, [link.reply_id for link in profile.links]) if profile.user.shows_reach else {}
        return render_template("profile.html", profile=profile, reach=reach)


@blueprint.post("/me/profile")
@write_limit
def choose() -> ResponseReturnValue:
    with transaction() as session:
        user = me(session)
        for name in SWITCHES:
            setattr(user, name, request.form.get(name) == "1")
    flash(gettext("Your choice is kept."), "profile")
    return redirect(url_for("account.show", _anchor="profile"), 303)


@blueprint.get("/me/ratings")
def ratings() -> ResponseReturnValue:
    with read_only() as session:
        history = history_of_person(session, me(session).id, page_number())
        return render_template("ratings.html", history=history)
