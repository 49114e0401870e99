"""Copies of one message: what is counted, who is told, and what a person can undo."""

import threading
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.dataset.recount import recount
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import LINE_BOT, Article, Delivery, Job, Notice, Reply, Status
from factcheck.services.articles import identical_ids, load_articles, request_check
from factcheck.services.clusters import copies_of, join, listed_for, recount_cluster, take_out
from factcheck.services.feedback import vote
from factcheck.services.filters import Tab
from factcheck.services.matching import load_candidates
from factcheck.services.notices import NOTIFY_ASKERS, people_to_tell, record_notice
from factcheck.services.queue import Order, Wanted, list_articles, totals
from factcheck.services.replies import attach_reply, best_replies, replies_for, take_back
from tests.factcheck.copies import (
    COPY,
    DAY,
    OTHER_COPY,
    TEXT,
    add,
    assert_true_counters,
    cluster,
    clusters,
    clusters_of,
    index,
    joined,
)
from tests.factcheck.world import NOW, add_article, add_reply, add_user, at_once, user
from tests.fakes.search import FakeSearch


def test_where_the_first_is_hidden_the_next_stands_for_the_cluster(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        session.get_one(Article, ids[0]).status = Status.BLOCKED
        recount_cluster(session, ids[0])
        assert_true_counters(session)
        page = list_articles(session, Wanted(NOW, Tab.ALL, Order.WANTED), 1)
        assert [article.id for article in page.articles] == [ids[1]]
        assert (page.articles[0].cluster_size, page.articles[0].cluster_request_count) == (2, 2)
        assert [copy.id for copy in copies_of(session, page.articles[0], 10)] == [ids[2]]
    search = FakeSearch()
    with read_only(factory) as session:
        index(search, *session.scalars(select(Article)))
    new = add(factory, search, "親愛的群友，" + TEXT)
    cluster(factory, search, *new)
    assert clusters(factory, new) == [ids[0]], "still the same cluster"


def test_the_queue_shows_one_item_a_cluster(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        popular = add_article(session, "Something else", "one")
        add_article(session, "Something else", "two")
        request_check(session, session.get_one(Article, ids[1]), user(session, "asker 0"), now=NOW + 9 * DAY)
    with read_only(factory) as session:
        assert_true_counters(session)
        for which in (Tab.WAITING, Tab.ALL):
            page = list_articles(session, Wanted(NOW, which, Order.WANTED), 1)
            assert [article.id for article in page.articles] == [ids[0], popular.id]
            assert page.articles[0].cluster_request_count == 3, "who asked about two copies counts once"
        recent = list_articles(session, Wanted(NOW, Tab.WAITING, Order.RECENT), 1)
        assert recent.articles[0].id == ids[0], "a copy was asked about last"
        assert [totals(session)[tab] for tab in (Tab.WAITING, Tab.ANSWERED, Tab.ALL)] == [2, 0, 2]


def test_one_reply_serves_all_copies(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        link = add_reply(session, session.get_one(Article, ids[1]))
        assert [totals(session)[tab] for tab in (Tab.WAITING, Tab.ANSWERED, Tab.ALL)] == [0, 1, 1]
        assert_true_counters(session)
    with read_only(factory) as session:
        for article in load_articles(session, ids):
            assert [shown.reply_id for shown in replies_for(article)] == [link.reply_id]
        found = load_candidates(session, [], identical_ids(session, OTHER_COPY))
        assert [(c.article_id, c.answerable, c.reply_id) for c in found] == [(ids[2], True, link.reply_id)]
    with transaction(factory) as session:
        take_back(session, ids[1], link.reply_id, user(session, "author"), now=NOW)
        assert totals(session)[Tab.WAITING] == 1
        assert_true_counters(session)
    with read_only(factory) as session:
        assert [replies_for(article) for article in load_articles(session, ids)] == [[], [], []]


def test_own_replies_come_first_and_a_reply_at_two_copies_once(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY)
    with transaction(factory) as session:
        first, second = (session.get_one(Article, article_id) for article_id in ids)
        liked, own = add_reply(session, first, "a"), add_reply(session, second, "b")
        vote(session, ids[0], liked.reply_id, user(session, "fan"), 1, now=NOW)
    with transaction(factory) as session:
        article = load_articles(session, [ids[1]])[0]
        assert [link.reply_id for link in replies_for(article)] == [own.reply_id, liked.reply_id]
        clusters = dict.fromkeys(ids, article.cluster_id)
        assert [best_replies(session, clusters)[each].id for each in ids] == [liked.reply_id, own.reply_id]
        attach_reply(session, article, session.get_one(Reply, liked.reply_id), user(session, "c"), now=NOW)
    with read_only(factory) as session:
        article = load_articles(session, [ids[1]])[0]
        assert [link.article_id for link in replies_for(article)] == [ids[1], ids[1]]
        assert article.cluster_reply_count == 2
        assert_true_counters(session)


def test_a_reply_at_a_copy_is_rated_there(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY)
    with transaction(factory) as session:
        reply_id = add_reply(session, session.get_one(Article, ids[0])).reply_id
    with transaction(factory) as session:
        feedback = vote(session, ids[1], reply_id, user(session, "fan"), 1, now=NOW)
        assert feedback.article_id == ids[0]
        link = replies_for(session.get_one(Article, ids[1]))[0]
        assert (link.article_id, link.positive_feedback_count) == (ids[0], 1)


def deliver(session: Session, article_id: str) -> list[tuple[str, str]]:
    """Tell everyone who is to be told; (person, article asked about)."""
    delivery = Delivery(to="U-a", retry_key="key", messages=[], created_at=NOW)
    session.add(delivery)
    session.flush()
    people = people_to_tell(session, session.get_one(Article, article_id), 100)
    for person, asked_id in people:
        record_notice(session, person, asked_id, delivery.id, now=NOW)
    session.flush()
    return [(person.id, asked_id) for person, asked_id in people]


def test_whoever_asked_about_a_copy_is_told_once(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        for key in ("ann", "ben", "both"):
            add_user(session, key, app_id=LINE_BOT)
        first = add_article(session, TEXT, "ann", now=NOW).id
        add_article(session, TEXT, "both", now=NOW)
        second = add_article(session, COPY, "ben", now=NOW + DAY).id
        add_article(session, COPY, "both", now=NOW + DAY)
        join(session, second, first, now=NOW)
    with transaction(factory) as session:
        add_reply(session, session.get_one(Article, second))
        assert deliver(session, second) == [("ann", first), ("both", first), ("ben", second)]
        assert deliver(session, first) == deliver(session, second) == []


def test_who_waits_is_told_when_the_article_joins_an_answered_one(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        for key in ("early", "late"):
            add_user(session, key, app_id=LINE_BOT)
        answered = add_article(session, TEXT, "early", now=NOW)
        add_reply(session, answered)
        assert deliver(session, answered.id) == [("early", answered.id)]
        waiting = add_article(session, COPY, "late", now=NOW + DAY)
        add_article(session, COPY, "early", now=NOW + DAY)
        before = len(notice_jobs(session))
        join(session, waiting.id, answered.id, now=NOW)
        assert len(notice_jobs(session)) == before + 1
        assert deliver(session, waiting.id) == [("late", waiting.id)]


def test_joining_what_has_no_reply_tells_nobody(factory: SessionFactory) -> None:
    joined(factory, TEXT, COPY)
    with read_only(factory) as session:
        assert notice_jobs(session) == []


def notice_jobs(session: Session) -> list[Job]:
    session.flush()
    return list(session.scalars(select(Job).where(Job.kind == NOTIFY_ASKERS)))


def test_two_that_were_taken_out_never_come_together(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        take_out(session, ids[1], user(session, "editor"))
        take_out(session, ids[2], user(session, "editor"))
        assert not join(session, ids[1], ids[2], now=NOW)
        assert join(session, ids[1], ids[0], now=NOW), "what nobody has judged may move"
        assert clusters_of(session, ids) == [ids[1], ids[1], ids[2]]


def test_who_got_the_reply_of_another_message_is_told_again(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        add_user(session, "ann", app_id=LINE_BOT)
        first, second = add_article(session, TEXT, now=NOW).id, add_article(session, COPY, "ann", now=NOW + DAY).id
        join(session, second, first, now=NOW)
        add_reply(session, session.get_one(Article, first))
        assert deliver(session, first) == [("ann", second)]
        take_out(session, second, user(session, "editor"))
        add_reply(session, session.get_one(Article, second))
        assert deliver(session, second) == [("ann", second)]
        take_out(session, second, user(session, "editor"))
        assert session.scalars(select(Notice.user_id)).all() == ["ann"]


def test_lists_show_the_one_that_stands_for_its_copies(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        other = add_article(session, "Something else")
        found = load_articles(session, [ids[2], other.id, ids[1]])
        assert [article.id for article in listed_for(session, found)] == [ids[0], other.id]


def test_people_who_ask_about_copies_at_the_same_moment_are_all_counted(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY)
    with transaction(factory) as session:
        for number in range(8):
            add_user(session, f"person {number}")

    def ask(number: int) -> None:
        with transaction(factory) as session:
            article = session.get_one(Article, ids[number % 2])
            request_check(session, article, user(session, f"person {number}"), now=NOW)

    assert at_once(*(lambda number=number: ask(number) for number in range(8))) == [None] * 8
    with read_only(factory) as session:
        assert session.get_one(Article, ids[0]).cluster_request_count == 10
        assert_true_counters(session)


def test_asking_replying_and_joining_at_the_same_moment(factory: SessionFactory) -> None:
    ids = add(factory, FakeSearch(), TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        for key in ("p0", "p1", "p2", "author"):
            add_user(session, key)

    def within(action: Callable[[Session], object]) -> Callable[[], None]:
        def run() -> None:
            with transaction(factory) as session:
                action(session)

        return run

    def ask(number: int) -> Callable[[Session], object]:
        return lambda s: request_check(s, s.get_one(Article, ids[number]), user(s, f"p{number}"), now=NOW)

    results = at_once(
        *(within(ask(number)) for number in range(3)),
        within(lambda s: join(s, ids[1], ids[0], now=NOW)),
        within(lambda s: join(s, ids[1], ids[2], now=NOW)),
        within(lambda s: join(s, ids[2], ids[0], now=NOW)),
        within(lambda s: add_reply(s, s.get_one(Article, ids[1]))),
    )
    assert results == [None] * 7
    assert clusters(factory, ids) == [ids[0]] * 3
    with read_only(factory) as session:
        first = session.get_one(Article, ids[0])
        assert (first.cluster_size, first.cluster_request_count, first.cluster_reply_count) == (3, 6, 1)
        assert_true_counters(session)


def test_whoever_waits_for_the_lock_sees_where_the_article_is_now(postgresql_factory: SessionFactory) -> None:
    """The request's article gets into another cluster while the request waits."""
    factory = postgresql_factory
    ids = add(factory, FakeSearch(), TEXT, COPY)
    with transaction(factory) as session:
        add_user(session, "new")

    def ask() -> None:
        with transaction(factory) as session:
            request_check(session, session.get_one(Article, ids[1]), user(session, "new"), now=NOW)

    with transaction(factory) as session:
        join(session, ids[1], ids[0], now=NOW)
        session.flush()
        waiting = at_once_behind(ask)
    waiting()
    with read_only(factory) as session:
        assert session.get_one(Article, ids[0]).cluster_request_count == 3
        assert_true_counters(session)


def at_once_behind(action: Callable[[], None]) -> Callable[[], None]:
    """Start an action that has to wait for the caller's transaction; what is returned waits for its end."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive(), "it should wait for the lock"

    def finish() -> None:
        thread.join(30)
        assert not thread.is_alive()
        assert errors == []

    return finish


def test_recounting_repairs_counters(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY)
    with transaction(factory) as session:
        add_reply(session, session.get_one(Article, ids[0]))
        broken = session.get_one(Article, ids[1])
        broken.listed, broken.cluster_size, broken.cluster_request_count = True, 7, 0
        broken.cluster_reply_count, broken.cluster_requested_at = 0, None
        add_article(session, "fine")
    assert recount(factory) == 1
    with read_only(factory) as session:
        assert_true_counters(session)
    assert recount(factory) == 0
