"""An evening together: sharing a list out, the counter for the screen, and each person's share."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from editor_ui.auth import me, viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.list_address import from_query
from editor_ui.queries.cards import cards
from editor_ui.queries.marks import marks
from editor_ui.rate_limits import write_limit
from editor_ui.text import clean, number_in
from factcheck.errors import NotFoundError
from factcheck.services.evenings import progress_of, share_out

blueprint = Blueprint("evenings", __name__)
begin = Blueprint("evening", __name__)


@begin.post("/evenings")
@write_limit
def share() -> ResponseReturnValue:
    people, each = (number_in(request.form.get(name, "")) for name in ("people", "each"))
    address = from_query(clean(request.form.get("query", "")))
    with transaction() as session:
        user, now = me(session), parts().clock()
        evening_id = share_out(session, user, address.wanted(user.id, now), people=people, each=each, now=now).id
    return redirect(url_for("evenings.show", evening_id=evening_id), 303)


@blueprint.get("/evenings/<public_id:evening_id>")
def show(evening_id: str) -> ResponseReturnValue:
    with read_only() as session:
        return render_template("evening.html", progress=progress_of(session, evening_id))


@blueprint.get("/evenings/<public_id:evening_id>/<int:number>")
def share_of(evening_id: str, number: int) -> ResponseReturnValue:
    person, now = viewer(), parts().clock()
    with read_only() as session:
        progress = progress_of(session, evening_id)
        if number not in progress.shares:
            raise NotFoundError(f"no share {number} of evening {evening_id!r}")
        own = progress.shares[number]
        articles = [one.article for one in own]
        return render_template(
            "evening_share.html",
            evening_id=evening_id,
            number=number,
            messages=own,
            cards={card.article.id: card for card in cards(session, articles)},
            marks=marks(session, articles, person.id if person else None, now=now),
        )
