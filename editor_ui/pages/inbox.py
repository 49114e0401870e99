"""What happened to a volunteer's work, and the daily mail about it."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from editor_ui.auth import me
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.rate_limits import write_limit
from factcheck.errors import InvalidInputError
from factcheck.models import User
from factcheck.services.digests import STOP, want_digest
from factcheck.services.editing import mark_notices_seen
from factcheck.services.inbox import inbox_of, since_of
from factcheck.services.mail_requests import request_of

blueprint = Blueprint("inbox", __name__)
digest = Blueprint("digest", __name__)

SHOWN = 100
COMMENTS = 5


@blueprint.get("/me/inbox")
def show() -> ResponseReturnValue:
    now = parts().clock()
    with read_only() as session:
        user = me(session)
        entries = inbox_of(session, user.id, since=since_of(None, now))
        seen_at = since_of(user.inbox_seen_at, now)
        return render_template(
            "inbox.html",
            user=user,
            entries=entries[:SHOWN],
            total=len(entries),
            new=sum(entry.at > seen_at for entry in entries),
            seen_at=seen_at,
            shown_comments=COMMENTS,
        )


@blueprint.post("/me/inbox/seen")
@write_limit
def seen() -> ResponseReturnValue:
    """Marks what was on the page: what came since is still new."""
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        raise InvalidInputError("until", "The form is incomplete; please reload the page.") from None
    if until.tzinfo is None:
        raise InvalidInputError("until", "The form is incomplete; please reload the page.")
    now = parts().clock()
    with transaction() as session:
        user = me(session)
        user.inbox_seen_at = max(filter(None, (user.inbox_seen_at, min(until, now))))
        mark_notices_seen(session, user.id, until=until, now=now)
    return redirect(url_for("inbox.show"), 303)


@blueprint.post("/me/inbox/digest")
@write_limit
def choose_digest() -> ResponseReturnValue:
    with transaction() as session:
        want_digest(me(session), wanted=request.form.get("wanted") == "1", now=parts().clock())
    flash(gettext("Your choice is kept."), "digest")
    return redirect(url_for("inbox.show", _anchor="digest"), 303)


@digest.get("/digest/stop/<token>")
def ask_to_stop(token: str) -> ResponseReturnValue:
    """Shows only a button: programs open links to look at them."""
    _asked(token)
    return render_template("stop_digest.html", token=token, done=False)


@digest.post("/digest/stop/<token>")
def stop(token: str) -> ResponseReturnValue:
    """Ends the mails at once: a mail program sends this for one click (RFC 8058), without a cookie or a page."""
    with transaction() as session:
        user = session.get(User, _asked(token))
        if user is not None:
            want_digest(user, wanted=False, now=parts().clock())
    return render_template("stop_digest.html", token=token, done=True)


def _asked(token: str) -> str:
    """Gives the id of whom the token is of; refuses one that we did not make."""
    user_id = request_of(parts().settings.secret_key, token, STOP)
    return user_id or abort(404)
