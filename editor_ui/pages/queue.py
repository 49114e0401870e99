from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from editor_ui.auth import viewer
from editor_ui.csv_export import MAX_ROWS, as_csv
from editor_ui.db import read_only
from editor_ui.dependencies import parts
from editor_ui.filter_words import choices, tab_names
from editor_ui.list_address import ListAddress, from_arguments
from editor_ui.paging import page_number
from editor_ui.queries.cards import cards
from editor_ui.queries.exported import exported
from editor_ui.queries.filter_names import filter_names
from editor_ui.queries.marks import marks
from editor_ui.rate_limits import search_limit
from factcheck.services.daily import daily_set
from factcheck.services.figures import load_figures
from factcheck.services.filters import Tab
from factcheck.services.queue import count_articles, list_articles, totals
from factcheck.services.saved_lists import saved_lists

blueprint = Blueprint("queue", __name__)

OF_VIEWER = {"mine", "claimed"}
"""Filters that mean something else for each person."""


def asked_list() -> ListAddress:
    return from_arguments(request.args)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    person, address, now = viewer(), asked_list(), parts().clock()
    viewer_id = person.id if person else None
    with read_only() as session:
        counts = parts().counts.of("totals", lambda: totals(session), lambda found: found[Tab.ALL])
        known = _count(session, address, viewer_id, now) if address.values else counts[address.tab]
        page = list_articles(session, address.wanted(viewer_id, now), page_number(), total=known)
        return render_template(
            "queue.html",
            address=address,
            page=page,
            without=_without(session, address, viewer_id, now) if not page.articles else {},
            totals=counts,
            numbers=load_figures(session),
            cards=cards(session, page.articles),
            marks=marks(session, page.articles, viewer_id, now=now),
            labels=tab_names(),
            choices=choices(filter_names(session), logged_in=person is not None),
            saved=saved_lists(session, viewer_id) if viewer_id else [],
        )


def _without(session: Session, address: ListAddress, viewer_id: str | None, now: datetime) -> dict[str, int]:
    """Counts for each filter what would be in the list without it."""
    others = {name: {key: value for key, value in address.values.items() if key != name} for name in address.values}
    return {name: _count(session, replace(address, values=values), viewer_id, now) for name, values in others.items()}


def _count(session: Session, address: ListAddress, viewer_id: str | None, now: datetime) -> int:
    whose = viewer_id if address.values.keys() & OF_VIEWER else None
    key = (address.tab, tuple(sorted(address.values.items())), whose)
    return parts().counts.of(key, lambda: count_articles(session, address.wanted(viewer_id, now)), lambda found: found)


@blueprint.get("/today")
def today() -> ResponseReturnValue:
    person, now = viewer(), parts().clock()
    viewer_id = person.id if person else None
    with read_only() as session:
        daily = daily_set(session, viewer_id, now=now)
        articles = [pick.article for pick in daily.picks]
        return render_template(
            "today.html",
            daily=daily,
            cards={card.article.id: card for card in cards(session, articles)},
            marks=marks(session, articles, viewer_id, now=now),
        )


@blueprint.get("/list.csv")
@search_limit
def export() -> Response:
    """Gives the list as a table, at most `MAX_ROWS` of it."""
    person = viewer()
    wanted = asked_list().wanted(person.id if person else None, parts().clock())
    with read_only() as session:
        body = as_csv(exported(session, wanted, MAX_ROWS, parts().settings.base_url))
    headers = {"Content-Disposition": 'attachment; filename="messages.csv"'}
    return Response(body, mimetype="text/csv", headers=headers)
