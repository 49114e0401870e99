"""Pages that messages and replies link to.

A row is made in the transaction of what links to the page; the worker fetches it later. Pages are looked at again about
once a month, so that a reference that is gone is noticed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, delete, exists, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs import schedule
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import (
    Article,
    ArticleHyperlink,
    ArticleReply,
    Hyperlink,
    PageState,
    ReplyHyperlink,
    Status,
)
from factcheck.ports import FetchedPage, PageFetcher
from factcheck.services.link_pictures import Draw, draw_new, keep_drawn

FETCH_LINKS, TEND_LINKS = "fetch_links", "tend_links"
FETCH_EVERY, TEND_EVERY = timedelta(seconds=20), timedelta(minutes=10)

BATCH = 4
"""Pages fetched at once, each of another host."""
HOST_PAUSE = timedelta(seconds=5)
MOST_OF_A_TEXT = 10
"""Pages of one message or reply that are fetched."""
FOUND_AT_ONCE = 20
"""Links without a row that one job takes up: those of imported data, and of before there were rows."""

EXPIRES = timedelta(days=30)
UNNAMED_FOR = timedelta(days=7)
"""How long a page is kept that nothing links to: somebody may still be writing."""


def want(session: Session, urls: Iterable[str], *, now: datetime) -> None:
    """Has the worker fetch pages that it does not know, given as `extract_urls` gives them."""
    wanted = list(dict.fromkeys(urls))[:MOST_OF_A_TEXT]
    if new := sorted(set(wanted) - states(session, wanted).keys()):  # one order for all: no deadlock
        _add(session, new, now)
        schedule.bring_forward(session, FETCH_LINKS, now=now)


def states(session: Session, urls: Iterable[str]) -> Mapping[str, Hyperlink]:
    """Maps those addresses that somebody wanted to what is known of them."""
    rows = session.scalars(select(Hyperlink).where(Hyperlink.url.in_(set(urls))))
    return {row.url: row for row in rows}


def job_kinds(
    factory: SessionFactory, fetcher: PageFetcher | None, clock: Clock, draw: Draw | None = None
) -> tuple[JobKind, ...]:
    """Declares the jobs. Without a fetcher, pages wait; without `draw`, no pictures are fetched."""

    def fetch(_payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            urls = due(session, now=clock()) if fetcher else []
        if fetcher is None or not urls:
            return no_effects
        pages = fetcher.fetch(urls)
        drawn = draw_new(factory, pages, draw)

        def effects(session: Session) -> Next | None:
            keep(session, pages, now=clock())
            keep_drawn(session, drawn, now=clock())
            return Next.AT_ONCE if due(session, now=clock()) else None

        return effects

    def tend(_payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            found = without_row(session) if fetcher else []
            unnamed = session.scalars(_unnamed(Hyperlink.wanted_at < clock() - UNNAMED_FOR)).all()

        def effects(session: Session) -> None:
            _add(session, found, clock())
            forget(session, unnamed)

        return effects

    return (
        JobKind(FETCH_LINKS, fetch, every=FETCH_EVERY, is_keyed=True),
        JobKind(TEND_LINKS, tend, every=TEND_EVERY, is_keyed=True),
    )


def due(session: Session, *, now: datetime) -> list[str]:
    """Lists the pages to look at next, one a host, of hosts not asked just now."""
    asked = select(Hyperlink.host).where(Hyperlink.tried_at > now - HOST_PAUSE)
    query = select(Hyperlink.host, Hyperlink.url).where(Hyperlink.due_at <= now, Hyperlink.host.not_in(asked))
    one_a_host: dict[str, str] = {}
    for host, url in session.execute(query.order_by(Hyperlink.due_at).limit(50 * BATCH)):
        one_a_host.setdefault(host, url)
    return list(one_a_host.values())[:BATCH]


def keep(session: Session, pages: Mapping[str, FetchedPage], *, now: datetime) -> None:
    """Keeps what was found. Of a page that is no longer there, what it said before stays.

    Links are locked before pages, as where both are erased.
    """
    for url in sorted(pages):
        if pages[url].state == PageState.OK:
            _pass_on(session, url, pages[url])
    for url in sorted(pages):
        row = session.get(Hyperlink, url, with_for_update=True)
        if row is not None:  # else it was erased meanwhile
            _keep_one(row, pages[url], now)
    session.flush()


def _keep_one(row: Hyperlink, page: FetchedPage, now: datetime) -> None:
    row.state, row.status, row.error = page.state, page.status, page.fault or ""
    row.tried_at = now
    row.archive_url = page.archived or row.archive_url
    row.failures = 0 if page.state == PageState.OK else row.failures + 1
    row.due_at = now + pause(page.state, row.failures)
    if page.state == PageState.OK:
        row.fetched_at = now
        row.normalized_url = page.canonical or row.url
        row.title, row.summary, row.top_image_url = page.title, page.summary, page.image


def pause(state: PageState, failures: int) -> timedelta:
    """Gives the time until a page is looked at again. Trouble passes within minutes or days; what a site says is asked
    once more the next day, as it may be a slip."""
    if state == PageState.OK:
        return EXPIRES
    if state == PageState.ERROR:
        return min(EXPIRES, timedelta(minutes=10) * 6 ** min(failures - 1, 5))
    return timedelta(days=1) if failures == 1 else EXPIRES


def forget(session: Session, urls: Iterable[str]) -> None:
    """Removes those of the pages that nothing links to."""
    if wanted := list(urls):
        session.execute(delete(Hyperlink).where(Hyperlink.url.in_(_unnamed(Hyperlink.url.in_(wanted)))))


def without_row(session: Session) -> list[str]:
    """Finds links of waiting messages and of replies shown, the newest first."""
    waiting = and_(Article.status == Status.NORMAL, Article.cluster_reply_count == 0)
    asked = select(ArticleHyperlink.url).join(Article, Article.id == ArticleHyperlink.article_id).where(waiting)
    said = select(ReplyHyperlink.url).where(
        exists().where(ArticleReply.reply_id == ReplyHyperlink.reply_id, ArticleReply.status == Status.NORMAL)
    )
    found: list[str] = []
    for query, link in ((asked, ArticleHyperlink), (said, ReplyHyperlink)):
        new = query.where(~exists().where(Hyperlink.url == link.url)).order_by(link.id.desc())
        found += session.scalars(new.limit(FOUND_AT_ONCE))
    return sorted(set(found))


def _unnamed(which: ColumnElement[bool]) -> Any:
    named = [exists().where(link.url == Hyperlink.url) for link in (ArticleHyperlink, ReplyHyperlink)]
    return select(Hyperlink.url).where(which, ~named[0], ~named[1]).limit(500)


def _add(session: Session, urls: Sequence[str], now: datetime) -> None:
    rows = [{"url": url, "host": _host(url), "wanted_at": now, "due_at": now} for url in urls]
    if rows:
        session.execute(insert(session, Hyperlink).values(rows).on_conflict_do_nothing())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


def _pass_on(session: Session, url: str, page: FetchedPage) -> None:
    """Gives the links their page's title and address, which the dataset publishes."""
    values = {"normalized_url": page.canonical or url}
    if page.title:  # that of imported data is better than none
        values["title"] = page.title
    for link in (ArticleHyperlink, ReplyHyperlink):
        session.execute(update(link).where(link.url == url).values(**values))
