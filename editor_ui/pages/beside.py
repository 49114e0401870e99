from contextlib import suppress

from flask import request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from editor_ui.auth import viewer
from editor_ui.came_from import list_of_reader
from editor_ui.db import read_only, transaction
from editor_ui.dependencies import parts
from editor_ui.queries.marks import Beside, beside
from factcheck.models import Article
from factcheck.services.claims import mark_read, read_by


def beside_article(session: Session, article: Article, viewer_id: str | None) -> Beside | None:
    """Finds the article in the list that its reader came from; None for strangers, whose page is everybody's."""
    if viewer_id is None:
        return None
    came_from, place = list_of_reader()
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
