from contextlib import suppress

from flask import request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from editor_ui.auth import viewer
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.list_address import ListAddress, from_query
from editor_ui.queries.marks import Beside, beside
from factcheck.models import Article
from factcheck.services.claims import mark_read, read_by

MAX_PLACE = 1_000_000


def beside_article(session: Session, article: Article, viewer_id: str | None) -> Beside | None:
    """Finds the article in the list that its reader came from; None for strangers, whose page is everybody's."""
    if viewer_id is None:
        return None
    came_from, place = _came_from()
    return beside(session, article, viewer_id, came_from, place, now=parts().clock())


def note_opened(article_id: str) -> None:
    """Marks an article as read by whoever is logged in, at most once."""
    person = viewer()
    if person is None or request.method != "GET":
        return
    with read_only() as session:
        known = read_by(session, [article_id], person.id)
    if not known:
        with suppress(OperationalError), transaction() as session:  # a page that can be read is shown
            mark_read(session, article_id, person.id, now=parts().clock())


def _came_from() -> tuple[ListAddress | None, int]:
    query, place = request.args.get("list", ""), request.args.get("n", "")
    if not query or not (place.isascii() and place.isdecimal() and len(place) < 8):
        return None, 0
    return from_query(query), min(int(place), MAX_PLACE)
