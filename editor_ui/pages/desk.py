"""A person's unfinished work: drafts, texts to use again, and what changed under their hands."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from editor_ui.auth import me
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean
from factcheck.errors import InvalidInputError
from factcheck.models import Article, Draft, EditorNotice, Reply, Snippet
from factcheck.services.drafts import drafts_of, givers_of
from factcheck.services.editing import mark_notices_seen, unread_notices
from factcheck.services.housekeeping import KEEP_DRAFTS
from factcheck.services.snippets import add_snippet, delete_snippet, snippets_of

blueprint = Blueprint("desk", __name__)


@dataclass(frozen=True)
class Desk:
    drafts: list[tuple[Draft, Article]]
    snippets: list[Snippet]
    notices: list[tuple[EditorNotice, Reply]]
    """The newest first."""
    givers: dict[int, str]
    """Draft -> the name of who handed it on."""
    kept_days: int = KEEP_DRAFTS.days


def desk_of(session: Session, user_id: str) -> Desk:
    drafts, notices = drafts_of(session, user_id), unread_notices(session, user_id)
    return Desk(drafts, snippets_of(session, user_id), notices, givers_of(session, [draft for draft, _ in drafts]))


@blueprint.post("/me/notices/seen")
@write_limit
def seen() -> ResponseReturnValue:
    try:
        until = datetime.fromisoformat(request.form.get("until", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidInputError("until", "The form is incomplete; please reload the page.") from None
    with transaction() as session:
        mark_notices_seen(session, me(session).id, until=until, now=parts().clock())
    return redirect(url_for("account.show"), 303)


@blueprint.post("/me/snippets")
@write_limit
def add() -> ResponseReturnValue:
    with transaction() as session:
        add_snippet(session, me(session), clean(request.form.get("snippet_text", "")), now=parts().clock())
    flash(gettext("Your text can now be put into any reply."), "snippets")
    return redirect(url_for("account.show", _anchor="snippets"), 303)


@blueprint.post("/me/snippets/<int:snippet_id>/delete")
@write_limit
def delete(snippet_id: int) -> ResponseReturnValue:
    with transaction() as session:
        delete_snippet(session, me(session).id, snippet_id)
    flash(gettext("The text is deleted."), "snippets")
    return redirect(url_for("account.show", _anchor="snippets"), 303)
