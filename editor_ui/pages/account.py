import json

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from editor_ui.auth import logged_in
from editor_ui.auth import me as own_row
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.language import LANGUAGES, message_of, page_language, set_language_cookie
from editor_ui.pages.desk import desk_of
from editor_ui.queries.links import gone_references
from editor_ui.queries.log_ins import log_ins_of
from editor_ui.queries.own_replies import ReplyTab, WantedReplies, list_replies, reply_totals
from editor_ui.rate_limits import write_limit
from editor_ui.reply_address import reply_tab_names
from editor_ui.text import clean
from editor_ui.time_zones import SITE, known_zones, zone_names
from factcheck.errors import InvalidInputError
from factcheck.moderation.views import actions_concerning, appeals_of, own_waiting
from factcheck.services.accounts import rename
from factcheck.services.inbox import inbox_of, since_of
from factcheck.services.login_sessions import end_others, end_session, lifetimes, sessions_of
from factcheck.services.organisations import organisation_of
from factcheck.services.own_account import close_account, own_data
from factcheck.services.reach import reach_of

blueprint = Blueprint("account", __name__)

SHOWN_REPLIES = 5
"""Of one's own, the newest; the others are a list of their own."""


@blueprint.get("/me")
def show() -> ResponseReturnValue:
    return _page()


def _page(name: str | None = None, problem: str = "") -> str:
    with read_only() as session:
        user = own_row(session)
        typed = user.name if name is None else name
        totals = reply_totals(session, user.id)
        work = list_replies(session, WantedReplies(user.id), 1, size=SHOWN_REPLIES, total=totals[ReplyTab.ALL])
        shown = {
            "gone": gone_references(session, user.id),
            "devices": sessions_of(session, user, lifetimes(parts().settings), now=parts().clock()),
            "this_device": logged_in().session_id,
            "desk": desk_of(session, user.id),
            "totals": totals,
            "labels": reply_tab_names(),
            "reach": reach_of(session, [link.reply_id for link in work.links]),
            "time_zones": zone_names(LANGUAGES[page_language()].locale),
            "site_zone": SITE,
            "organisation": organisation_of(session, user.id),
            "log_ins": log_ins_of(session, user.id),
            "news": len(inbox_of(session, user.id, since=since_of(user.inbox_seen_at, parts().clock()))),
            "decided": actions_concerning(session, user),
            "appeals": appeals_of(session, user),
            "waits": own_waiting(session, user),
        }
        return render_template("me.html", user=user, name=typed, problem=problem, work=work, **shown)


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


@blueprint.post("/me/time-zone")
@write_limit
def change_time_zone() -> ResponseReturnValue:
    """Takes '' for the time of the site."""
    name = request.form.get("time_zone", "")
    if name and name not in known_zones():
        raise InvalidInputError("time_zone", "Choose a place from the list.")
    with transaction() as session:
        own_row(session).time_zone = name or None
    flash(gettext("Times are now said in the zone that you chose."), "settings")
    return redirect(url_for("account.show", _anchor="settings"), 303)


@blueprint.post("/me/keys")
@write_limit
def choose_keys() -> ResponseReturnValue:
    with transaction() as session:
        own_row(session).single_keys = request.form.get("single_keys") == "1"
    flash(gettext("Your choice is kept."), "settings")
    return redirect(url_for("account.show", _anchor="settings"), 303)


@blueprint.post("/me/sessions/<session_id>/end")
@write_limit
def end_one(session_id: str) -> ResponseReturnValue:
    account = logged_in()
    with transaction() as session:
        end_session(session, account.id, session_id)
    if session_id == account.session_id:
        return _left(gettext("You are logged out."))
    flash(gettext("That device is logged out."), "page")
    return redirect(url_for("account.show", _anchor="devices"), 303)


@blueprint.post("/me/sessions/end-others")
@write_limit
def end_all_others() -> ResponseReturnValue:
    account = logged_in()
    with transaction() as session:
        end_others(session, account.id, account.session_id)
    flash(gettext("All other devices are logged out."), "page")
    return redirect(url_for("account.show", _anchor="devices"), 303)


@blueprint.get("/me/data")
def take_along() -> ResponseReturnValue:
    with read_only() as session:
        kept = own_data(session, own_row(session))
    body = json.dumps(kept, ensure_ascii=False, indent=2) + "\n"
    name = {"Content-Disposition": "attachment; filename=factline.json"}
    return Response(body, mimetype="application/json", headers=name)


@blueprint.get("/me/close")
def ask_to_close() -> ResponseReturnValue:
    return render_template("close_account.html")


@blueprint.post("/me/close")
@write_limit
def close() -> ResponseReturnValue:
    with transaction() as session:
        close_account(session, own_row(session), secret_key=parts().settings.secret_key, now=parts().clock())
    return _left(gettext("Your account is closed."))


def _left(message: str) -> ResponseReturnValue:
    logout_user()
    flash(message, "page")
    return redirect(url_for("queue.show"), 303)
