"""Pictures of linked pages: fetched with their pages, drawn anew, and gone with them."""

import pytest
from sqlalchemy import delete, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.fetching.fetcher import WebFetcher
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.media.page_pictures import WebPictures, fitted
from factcheck.media.sniffing import sniff
from factcheck.models import Article, ArticleHyperlink, Hyperlink, LinkPicture, ReplyHyperlink, Status
from factcheck.services.hyperlinks import EXPIRES, job_kinds, want
from factcheck.services.link_pictures import shown_picture
from factcheck.services.removed import list_removed_pictures
from factcheck.services.replies import write_reply
from tests.conftest import MovableClock
from tests.factcheck.world import add_article, draft, user
from tests.fakes.pictures import FakeLooker
from tests.fakes.web import WebServer, page, web_server
from tests.pictures import drawn, encoded, jpeg

HEAD = '<title>Salt</title><meta property="og:image" content="{}">'


def work(factory: SessionFactory, clock: MovableClock, *, allow_loopback: bool = True) -> None:
    fetcher = WebFetcher("Test", allow_loopback=True)
    kinds = job_kinds(factory, fetcher, clock, WebPictures(FakeLooker(), allow_loopback=allow_loopback).draw)
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    Worker(factory, handlers_of(kinds, clock), clock=clock).run_due_jobs()


def linked(factory: SessionFactory, clock: MovableClock, web: WebServer, body: bytes, source: str = "/salt.jpg") -> str:
    """A message that links to a page with such a picture; returns the page's address."""
    web.answers["/salt"] = page(HEAD.format(source))
    web.answers["/salt.jpg"] = page(body, kind="image/jpeg")
    with transaction(factory) as session:
        add_article(session, f"Look: {web.url('/salt')}", now=clock())
    return web.url("/salt")


def kept(factory: SessionFactory) -> LinkPicture:
    with read_only(factory) as session:
        return session.scalars(select(LinkPicture)).one()


def test_the_picture_of_a_page_is_drawn_anew_and_asked_for_once(factory: SessionFactory, clock: MovableClock) -> None:
    with web_server() as web:
        linked(factory, clock, web, jpeg(1, size=(1200, 630), exif=b"Exif\0\0secret place"))
        work(factory, clock)
        row = kept(factory)
        assert (row.width, row.height, row.source) == (480, 252, web.url("/salt.jpg"))
        assert b"secret place" not in row.jpeg
        assert sniff(row.jpeg) is not None
        clock.advance(seconds=EXPIRES.total_seconds() + 1)
        work(factory, clock)
        assert [path for path, _ in web.asked] == ["/salt", "/salt.jpg", "/salt"]
        clock.advance(seconds=EXPIRES.total_seconds() + 1)
        web.answers["/salt"] = page(HEAD.format("/other.png"))
        web.answers["/other.png"] = page(encoded(drawn(2, size=(100, 50)), "PNG"), kind="image/png")
        work(factory, clock)
    assert (kept(factory).width, kept(factory).height) == (100, 50)


@pytest.mark.parametrize(
    ("body", "source"),
    [
        (b"GIF89a no picture", "/salt.jpg"),
        (b"\xff\xd8" + b"0" * 4_000_000, "/salt.jpg"),
        (b"", "http://127.0.0.1:9/closed.jpg"),
        (b"", "file:///etc/passwd"),
        (b"", "http://["),
    ],
)
def test_what_is_no_picture_is_not_asked_for_again(
    body: bytes, source: str, factory: SessionFactory, clock: MovableClock
) -> None:
    with web_server() as web:
        linked(factory, clock, web, body, source)
        work(factory, clock)
        asked = len(web.asked)
        clock.advance(seconds=EXPIRES.total_seconds() + 1)
        work(factory, clock)
        assert len(web.asked) == asked + 1, "the page alone"
    with read_only(factory) as session:
        assert session.scalars(select(LinkPicture.width)).all() in ([0], [])
        assert shown_picture(session, 1) is None


def test_a_page_leads_nowhere_inside(factory: SessionFactory, clock: MovableClock) -> None:
    with web_server() as web:
        linked(factory, clock, web, jpeg(1))
        work(factory, clock, allow_loopback=False)
        assert [path for path, _ in web.asked] == ["/salt"]
    assert kept(factory).width == 0


def test_what_is_like_a_removed_picture_is_not_kept(factory: SessionFactory, clock: MovableClock) -> None:
    with web_server() as web:
        linked(factory, clock, web, jpeg(3))
        work(factory, clock)
        assert kept(factory).width == 320
        with transaction(factory) as session:
            session.execute(delete(LinkPicture))
            copy = WebPictures(FakeLooker(), allow_loopback=True).draw(web.url("/salt.jpg"))
            assert copy is not None
            list_removed_pictures(session, [copy.picture_hash], now=clock())
        clock.advance(seconds=EXPIRES.total_seconds() + 1)
        work(factory, clock)
    assert (kept(factory).width, kept(factory).jpeg) == (0, b"")


def test_it_is_for_messages_alone_and_goes_with_the_page(factory: SessionFactory, clock: MovableClock) -> None:
    with web_server() as web:
        shown = linked(factory, clock, web, jpeg(4))
        web.answers["/reference"] = page(HEAD.format("/salt.jpg"))
        with transaction(factory) as session:
            article = add_article(session, "Salt cures all.", now=clock())
            nothing = draft(kind="NOT_ARTICLE", reference="")
            reply_id = write_reply(session, article, nothing, user(session, "author"), now=clock()).reply_id
            url = web.url("/reference")
            session.add(ReplyHyperlink(reply_id=reply_id, url=url, normalized_url=url))
            want(session, [url], now=clock())
        for _ in range(2):  # pages of one host are not fetched at once
            work(factory, clock)
            clock.advance(seconds=6)
        assert kept(factory).url == shown
    with transaction(factory) as session:
        link = session.scalars(select(ArticleHyperlink)).one()
        assert shown_picture(session, link.id)
        session.get_one(Article, link.article_id).status = Status.BLOCKED
        session.flush()
        assert shown_picture(session, link.id) is None
        session.delete(link)
        session.flush()
        session.execute(delete(Hyperlink).where(Hyperlink.url == shown))
        assert session.scalars(select(LinkPicture)).all() == []


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((1200, 630), (480, 252)), ((100, 50), (100, 50)), ((10_000, 2), (480, 1)), ((2, 10_000), (1, 480))],
)
def test_the_size_of_a_picture_that_fits(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert fitted(*size) == wanted
