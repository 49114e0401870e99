from contextlib import suppress

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from editor_ui.auth import logged_in
from editor_ui.came_from import list_of_reader
from editor_ui.db import transaction
from editor_ui.dependencies import parts
from editor_ui.queries.marks import Beside, beside
from factcheck.models import Article
from factcheck.services.claims import mark_read


def beside_article(session: Session, article: Article, viewer_id: str | None) -> Beside | None:
    """Finds the article in the list that its reader came from; None for strangers, whose page is everybody's."""
    if viewer_id is None:
        return None
    came_from, place = list_of_reader()
    return beside(session, article, viewer_id, came_from, place, now=parts().clock())


def note_opened(article_id: str) -> None:
    """Marks an article as read by whoever is logged in."""
    with suppress(OperationalError), transaction() as session:  # a page that can be read is shown
        mark_read(session, article_id, logged_in().id, now=parts().clock())
