"""What pages say of the addresses in messages and replies."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.matching.text.urls import remove_urls
from factcheck.models import (
    Article,
    ArticleHyperlink,
    ArticleReply,
    Hyperlink,
    LinkPicture,
    PageFault,
    PageState,
    Reply,
    ReplyHyperlink,
    Status,
)
from factcheck.services.hyperlinks import states

SHOWN = 10
"""Of one message or reply."""
_NOT_OPENED = (PageFault.NOT_PUBLIC, PageFault.UNSUPPORTED, PageFault.INVALID_URL)


@dataclass(frozen=True)
class Link:
    host: str
    title: str
    summary: str = ""
    fate: str = ""
    """found, waiting, gone, refused, closed (we do not go there), nowhere (no such site), away; '' if it was never
    looked at."""
    checked_at: datetime | None = None
    archive: str = ""
    picture: "Picture | None" = None


@dataclass(frozen=True)
class Picture:
    """What a page shows of itself; by the number of the link, in pixels."""

    link_id: int
    width: int
    height: int


def _pages_of(
    table: type[ArticleHyperlink] | type[ReplyHyperlink], owner: InstrumentedAttribute[str]
) -> Select[str, str, str, Hyperlink]:
    query = select(owner, table.url, table.title, Hyperlink).outerjoin(Hyperlink, Hyperlink.url == table.url)
    return query.where(owner.in_(bindparam("ids", expanding=True))).order_by(table.id)


_OF_ARTICLES = (
    _pages_of(ArticleHyperlink, ArticleHyperlink.article_id)
    .add_columns(ArticleHyperlink.id, LinkPicture.width, LinkPicture.height)
    .outerjoin(LinkPicture, LinkPicture.url == ArticleHyperlink.url)
)
_OF_REPLIES = _pages_of(ReplyHyperlink, ReplyHyperlink.reply_id)


def article_links(session: Session, article_ids: Collection[str]) -> Mapping[str, Sequence[Link]]:
    return _links(session, _OF_ARTICLES, article_ids)


def reply_links(session: Session, reply_ids: Collection[str]) -> Mapping[str, Sequence[Link]]:
    return _links(session, _OF_REPLIES, reply_ids)


def pages_at(session: Session, urls: Collection[str]) -> Mapping[str, Link]:
    """Maps those addresses that somebody wanted looked at to what is known of them."""
    return {url: _link(url, "", page) for url, page in states(session, urls).items()}


def gone_references(session: Session, user_id: str) -> list[tuple[str, Link]]:
    """Lists pages that are gone and that replies of a person link to, with the reply, newest first."""
    query = (
        select(ReplyHyperlink.reply_id, ReplyHyperlink.title, Hyperlink)
        .join(Reply, Reply.id == ReplyHyperlink.reply_id)
        .join(Hyperlink, Hyperlink.url == ReplyHyperlink.url)
        .where(Reply.user_id == user_id, Hyperlink.state == PageState.GONE)
        .where(exists().where(ArticleReply.reply_id == Reply.id, ArticleReply.status == Status.NORMAL))
        .order_by(ReplyHyperlink.id.desc())
        .limit(SHOWN)
    )
    return [(reply_id, _link(page.url, title, page)) for reply_id, title, page in session.execute(query)]


def links_in_place_of_text(session: Session, articles: Sequence[Article]) -> Mapping[str, Link]:
    """Gives the page of each message that is nothing but its address."""
    bare = [article.id for article in articles if is_only_an_address(article.text)]
    found = article_links(session, bare) if bare else {}
    return {article_id: links[0] for article_id, links in found.items() if links[0].title or links[0].fate}


def is_only_an_address(text: str) -> bool:
    if not all("." in word for word in text.split()):  # most texts, without a search for addresses
        return False
    return bool(text.strip()) and not any(character.isalnum() for character in remove_urls(text))


def _links(session: Session, query: Select[*tuple[Any, ...]], ids: Collection[str]) -> Mapping[str, Sequence[Link]]:
    if not ids:
        return {}
    found: dict[str, list[Link]] = defaultdict(list)
    for key, url, title, page, *picture in session.execute(query, {"ids": list(ids)}):
        if len(found[key]) < SHOWN:
            found[key].append(_link(url, title, page, Picture(*picture) if picture and picture[1] else None))
    return found


def _link(url: str, title: str, page: Hyperlink | None, picture: Picture | None = None) -> Link:
    host = _host(url)
    if page is None:
        return Link(host, title)
    return Link(host, page.title or title, page.summary, _fate(page), page.tried_at, _archive(page), picture)


def _fate(page: Hyperlink) -> str:
    if page.error in _NOT_OPENED:
        return "closed"
    if page.error == PageFault.NAME_NOT_RESOLVED:
        return "nowhere"
    fates = {PageState.OK: "found", PageState.ERROR: "away"}
    return fates.get(PageState(page.state), page.state.lower())


def _archive(page: Hyperlink) -> str:
    """Gives the copy that the archive named, or where it shows the one nearest to when the page was last found."""
    if page.archive_url or page.error in _NOT_OPENED or page.state == PageState.WAITING:
        return page.archive_url
    moment = (page.fetched_at or page.wanted_at).strftime("%Y%m%d%H%M%S")
    return f"https://web.archive.org/web/{moment}/{page.url}"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
