"""Pictures that linked pages show of themselves. Nobody here has looked at them: a page of ours shows one to who opens
it, and none that is like what was removed for good."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only
from factcheck.matching.decide.pictures import bits_between
from factcheck.matching.decide.thresholds import LIKE_REMOVED
from factcheck.media.pictures import SmallPicture
from factcheck.models import Article, ArticleHyperlink, Hyperlink, LinkPicture, PageState, Status
from factcheck.ports import FetchedPage
from factcheck.services.removed import removed_pictures

Draw = Callable[[str], SmallPicture | None]
"""Fetches a picture; None for what cannot be had."""
Drawn = Mapping[str, tuple[str, SmallPicture | None]]
"""Page -> the address that was asked, and what came of it."""
NOTHING = SmallPicture(b"", 0, 0, b"")


def draw_new(factory: SessionFactory, pages: Mapping[str, FetchedPage], draw: Draw | None) -> Drawn:
    """Fetches the pictures of pages that messages link to, but for known ones. Call it outside of transactions."""
    if draw is None:
        return {}
    with read_only(factory) as session:
        wanted = _wanted(session, pages)
    return {url: (source, draw(source)) for url, source in wanted.items()}


def _wanted(session: Session, pages: Mapping[str, FetchedPage]) -> Mapping[str, str]:
    named = {url: page.image for url, page in pages.items() if page.state == PageState.OK and page.image}
    if not named:
        return {}
    of_messages = select(ArticleHyperlink.url).join(Article, Article.id == ArticleHyperlink.article_id)
    shown = set(session.scalars(of_messages.where(ArticleHyperlink.url.in_(named), Article.status == Status.NORMAL)))
    known = select(LinkPicture.url, LinkPicture.source).where(LinkPicture.url.in_(named))
    asked: dict[str, str] = dict(session.execute(known).all())
    return {url: source for url, source in named.items() if url in shown and asked.get(url) != source}


def keep_drawn(session: Session, drawn: Drawn, *, now: datetime) -> None:
    """Keeps what came, or that nothing did. Whoever calls holds the pages' rows."""
    removed = removed_pictures(session) if drawn else ()
    for url, (source, picture) in drawn.items():
        if session.get(Hyperlink, url) is None:  # it was erased meanwhile
            continue
        is_refused = picture is None or bits_between([picture.picture_hash], removed) <= LIKE_REMOVED
        may_stay = NOTHING if picture is None or is_refused else picture
        row = session.get(LinkPicture, url) or LinkPicture(url=url)
        row.source, row.tried_at = source, now
        row.jpeg, row.width, row.height = may_stay.jpeg, may_stay.width, may_stay.height
        session.add(row)


def shown_picture(session: Session, link_id: int) -> bytes | None:
    """Gives the picture of a page by the link of a shown message."""
    query = select(LinkPicture.jpeg).join(ArticleHyperlink, ArticleHyperlink.url == LinkPicture.url)
    query = query.join(Article, Article.id == ArticleHyperlink.article_id)
    shown = (ArticleHyperlink.id == link_id, Article.status == Status.NORMAL, LinkPicture.width > 0)
    return session.scalar(query.where(*shown))
