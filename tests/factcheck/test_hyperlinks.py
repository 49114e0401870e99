"""Linked pages, from the row to what the worker found."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.fetching.fetcher import WebFetcher
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.models import Article, ArticleHyperlink, Hyperlink, Job, PageState, ReplyHyperlink
from factcheck.ports import FetchedPage, PageFetcher
from factcheck.services.clusters import lock_membership
from factcheck.services.erasure import erase_person_messages
from factcheck.services.hyperlinks import FETCH_LINKS, TEND_LINKS, job_kinds, states, want
from factcheck.services.replies import write_reply
from tests.conftest import MovableClock
from tests.factcheck.world import add_article, add_user, draft, user
from tests.fakes.pages import FakeFetcher
from tests.fakes.web import page, web_server

NEWS = "https://news.example/salt"
FOUND = FetchedPage(PageState.OK, 200, title="Salt", summary="It cures nothing.", canonical="https://news.example/1")
GONE = FetchedPage(PageState.GONE, 404)


@pytest.fixture
def fetcher() -> FakeFetcher:
    return FakeFetcher()


def work(factory: SessionFactory, fetcher: PageFetcher | None, clock: MovableClock) -> None:
    """What a worker does that knows these jobs alone."""
    kinds = job_kinds(factory, fetcher, clock)
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    Worker(factory, handlers_of(kinds, clock), clock=clock).run_due_jobs()


def known(factory: SessionFactory, url: str = NEWS) -> Hyperlink:
    with read_only(factory) as session:
        return states(session, [url])[url]


def test_what_a_message_links_to_is_fetched_once_it_is_published(
    factory: SessionFactory, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    fetcher.pages[NEWS] = FOUND
    with transaction(factory) as session:
        article_id = add_article(session, f"Look: {NEWS}?utm_source=line", now=clock()).id
        assert states(session, [NEWS])[NEWS].state == "WAITING"
    work(factory, fetcher, clock)
    row = known(factory)
    assert (row.state, row.title, row.summary, row.fetched_at) == ("OK", "Salt", "It cures nothing.", clock())
    with read_only(factory) as session:
        link = session.scalar(select(ArticleHyperlink).where(ArticleHyperlink.article_id == article_id))
    assert link is not None
    assert (link.title, link.normalized_url) == ("Salt", "https://news.example/1")


def test_a_reference_that_is_gone_is_noticed_within_a_month_and_its_title_kept(
    factory: SessionFactory, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    fetcher.pages[NEWS] = FOUND
    with transaction(factory) as session:
        article = add_article(session, "Salt cures all.", now=clock())
        write_reply(session, article, draft(reference=NEWS), user(session, "author"), now=clock())
    work(factory, fetcher, clock)
    found_at = clock()
    fetcher.pages[NEWS] = GONE
    clock.advance(days=29)
    work(factory, fetcher, clock)
    assert known(factory).state == "OK"
    clock.advance(days=2)
    work(factory, fetcher, clock)
    row = known(factory)
    assert (row.state, row.status, row.title, row.fetched_at) == ("GONE", 404, "Salt", found_at)
    with read_only(factory) as session:
        assert session.scalars(select(ReplyHyperlink.title)).all() == ["Salt"]


def test_trouble_is_tried_again_after_growing_pauses(
    factory: SessionFactory, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    with transaction(factory) as session:
        add_article(session, NEWS, now=clock())
    pauses = []
    for _ in range(8):
        work(factory, fetcher, clock)
        row = known(factory)
        assert (row.state, row.error, row.tried_at) == ("ERROR", "NAME_NOT_RESOLVED", clock())
        pauses.append(row.due_at - clock())
        clock.now = row.due_at
    assert pauses[:3] == [timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
    assert pauses[-2:] == [timedelta(days=30)] * 2
    fetcher.pages[NEWS] = FOUND
    work(factory, fetcher, clock)
    assert (known(factory).state, known(factory).failures) == ("OK", 0)


def test_a_host_is_asked_for_one_page_at_a_time(
    factory: SessionFactory, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    same = [f"https://one.example/{number}" for number in range(3)]
    with transaction(factory) as session:
        want(session, [*same, "https://two.example/"], now=clock())
    work(factory, fetcher, clock)
    assert [len(urls) for urls in fetcher.asked] == [2]
    for _ in range(2):
        clock.advance(seconds=20)
        work(factory, fetcher, clock)
    assert sorted(url for urls in fetcher.asked for url in urls) == [*same, "https://two.example/"]
    assert max(sum(url in same for url in urls) for urls in fetcher.asked) == 1


def test_imported_links_are_taken_up_and_keep_the_title_that_came_with_them(
    factory: SessionFactory, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    came = "https://Old.example/a?b=%e4"
    fetcher.pages[came] = FetchedPage(PageState.OK, 200)
    with transaction(factory) as session:
        article = add_article(session, "An old message.", now=clock())
        link = ArticleHyperlink(article_id=article.id, url=came, normalized_url="", title="As it came")
        session.add(link)
    for _ in range(2):
        work(factory, fetcher, clock)
        clock.advance(minutes=11)
    assert known(factory, came).state == "OK"
    with read_only(factory) as session:
        assert session.scalars(select(ArticleHyperlink.title)).all() == ["As it came"]
    assert fetcher.asked == [[came]]


def test_what_is_erased_leaves_no_page_behind(
    factory: SessionFactory, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    other = "https://other.example/kept"
    with transaction(factory) as session:
        sender = add_user(session, "sender", app_id="RUMORS_LINE_BOT")
        add_article(session, f"{NEWS} {other}", "sender", now=clock())
        add_article(session, f"Others, too: {other}", "asker", now=clock())
        session.flush()
        erase_person_messages(session, sender, now=clock(), received_until=clock())
    with read_only(factory) as session:
        assert session.scalars(select(Hyperlink.url)).all() == [other]
        assert session.get_one(Article, session.scalars(select(ArticleHyperlink.article_id)).one()).text


def test_what_nobody_links_to_goes_after_a_while(
    factory: SessionFactory, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    with transaction(factory) as session:
        add_article(session, NEWS, now=clock())
        want(session, ["https://draft.example/"], now=clock())
    work(factory, fetcher, clock)
    clock.advance(days=8)
    work(factory, fetcher, clock)
    with read_only(factory) as session:
        assert session.scalars(select(Hyperlink.url)).all() == [NEWS]


def test_without_a_fetcher_pages_wait(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        want(session, [NEWS], now=clock())
    work(factory, None, clock)
    assert known(factory).state == "WAITING"
    with read_only(factory) as session:
        assert sorted(session.scalars(select(Job.kind))) == [FETCH_LINKS, TEND_LINKS]


def test_whoever_wants_a_page_waits_for_nobody_else_who_does(
    postgresql_url: str, clock: MovableClock, fetcher: FakeFetcher
) -> None:
    """One holds what the other wants next: with a lock for planning, each would wait for the other."""
    engine = make_engine(postgresql_url)
    factory = make_session_factory(engine)
    work(factory, fetcher, clock)
    one_holds, other_wanted = threading.Event(), threading.Event()

    def one() -> None:
        with transaction(factory) as session:
            lock_membership(session)
            one_holds.set()
            assert other_wanted.wait(30)
            want(session, ["https://one.example/"], now=clock())

    def other() -> None:
        with transaction(factory) as session:
            assert one_holds.wait(30)
            want(session, ["https://two.example/"], now=clock())
            other_wanted.set()
            lock_membership(session)

    with ThreadPoolExecutor(2) as pool:
        for ended in [pool.submit(one), pool.submit(other)]:
            ended.result(timeout=60)
    work(factory, fetcher, clock)
    assert sorted(url for urls in fetcher.asked for url in urls) == ["https://one.example/", "https://two.example/"]
    engine.dispose()


def test_the_worker_fetches_from_a_real_server(factory: SessionFactory, clock: MovableClock) -> None:
    with web_server() as web:
        web.answers["/a"] = page("<title>謠言止於智者</title>")
        url = web.url("/a")
        with transaction(factory) as session:
            want(session, [url], now=clock())
        work(factory, WebFetcher("Test", allow_loopback=True), clock)
    assert (known(factory, url).state, known(factory, url).title) == ("OK", "謠言止於智者")
