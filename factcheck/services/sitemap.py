"""The messages whose pages search engines may know: those with a reply. Without one, a page would only spread what
nobody has checked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from factcheck.models import Article, Status

IN_ONE_FILE = 40_000
"""The format allows 50,000."""

_CHECKED = (Article.status == Status.NORMAL, Article.listed == true(), Article.cluster_reply_count > 0)


def pages_of_sitemap(session: Session) -> int:
    number = session.scalar(select(func.count()).select_from(Article).where(*_CHECKED)) or 0
    return max(1, -(-number // IN_ONE_FILE))


def page_of_sitemap(session: Session, number: int) -> Sequence[tuple[str, datetime | None]]:
    """Gives ids and when they last changed. Counts from 1."""
    query = select(Article.id, func.coalesce(Article.updated_at, Article.created_at)).where(*_CHECKED)
    query = query.order_by(Article.id).limit(IN_ONE_FILE).offset((number - 1) * IN_ONE_FILE)
    return [(article_id, changed_at) for article_id, changed_at in session.execute(query)]
