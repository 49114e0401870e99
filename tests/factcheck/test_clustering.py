"""Finding copies: what is compared with what, when, and how often."""

import pytest
from sqlalchemy import select, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.schedule import handlers_of
from factcheck.jobs.worker import Worker
from factcheck.models import Article, Job, Status
from factcheck.services.clustering import (
    CLUSTER_ARTICLE,
    cluster_all,
    count_copies,
    enqueue_clustering,
    job_kinds,
    judge_again,
    unchecked_ids,
)
from factcheck.services.clusters import join, take_out
from factcheck.services.filters import Tab
from factcheck.services.queue import totals
from tests.conftest import MovableClock
from tests.factcheck.copies import (
    COPY,
    DAY,
    OTHER_COPY,
    OTHER_NUMBER,
    TEXT,
    add,
    assert_true_counters,
    cluster,
    clusters,
    index,
    joined,
)
from tests.factcheck.world import NOW, add_reply, at_once, user
from tests.fakes.search import FakeSearch


def test_an_article_is_alone_until_a_copy_is_found(factory: SessionFactory) -> None:
    search = FakeSearch()
    ids = add(factory, search, TEXT, COPY, OTHER_COPY, OTHER_NUMBER)
    assert clusters(factory, ids) == ids
    cluster(factory, search, *ids)
    assert clusters(factory, ids) == [ids[0], ids[0], ids[0], ids[3]]
    with read_only(factory) as session:
        assert_true_counters(session)
        assert count_copies(session) == (1, 3)
        first = session.get_one(Article, ids[0])
        assert (first.cluster_size, first.cluster_request_count) == (3, 3)
        assert first.cluster_requested_at == NOW + 2 * DAY


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_oldest_names_the_cluster_whatever_is_compared_first(
    factory: SessionFactory, order: tuple[int, ...]
) -> None:
    search = FakeSearch()
    ids = add(factory, search, TEXT, COPY, OTHER_COPY)
    cluster(factory, search, *(ids[n] for n in order))
    assert clusters(factory, ids) == [ids[0]] * 3


def test_comparing_again_changes_nothing(factory: SessionFactory) -> None:
    search = FakeSearch()
    ids = add(factory, search, TEXT, COPY)
    cluster(factory, search, *ids, *ids)
    with transaction(factory) as session:
        assert not join(session, ids[0], ids[1], now=NOW)
    assert clusters(factory, ids) == [ids[0]] * 2


def test_what_an_earlier_release_joined_is_judged_again(factory: SessionFactory) -> None:
    ids, search = joined(factory, TEXT, OTHER_NUMBER, COPY, OTHER_NUMBER + "太可怕了！"), FakeSearch()
    with transaction(factory) as session:
        index(search, *(session.get_one(Article, article_id) for article_id in ids))
        session.execute(update(Article).values(cluster_checked=True))
        assert judge_again(session) == 3
    with read_only(factory) as session:
        unchecked = unchecked_ids(session)
    assert list(cluster_all(factory, search, unchecked)) == ids[1:]
    assert clusters(factory, ids) == [ids[0], ids[1], ids[0], ids[1]], "those that left find each other"
    with read_only(factory) as session:
        assert_true_counters(session)
        assert unchecked_ids(session) == []


def test_an_identical_text_is_found_without_the_index(factory: SessionFactory) -> None:
    """Two that come at the same moment: the first is compared before the second is in the index."""
    ids = add(factory, FakeSearch(), TEXT, TEXT + "!!!", OTHER_NUMBER)
    cluster(factory, FakeSearch(), ids[1])
    assert clusters(factory, ids) == [ids[0], ids[0], ids[2]]


def test_a_text_that_changes_step_by_step_does_not_drift(factory: SessionFactory) -> None:
    """Each is compared with the one that the cluster began with."""
    parts = ["請大家快分享", "請分享給家人", "請轉傳給朋友", "謝謝大家分享", "請提醒親友們"]
    texts, search = [TEXT], FakeSearch()
    for part in parts:
        texts.append(texts[-1] + part)
    ids = add(factory, search, *texts)
    cluster(factory, search, *ids)
    found = clusters(factory, ids)
    assert found[1] == ids[0]
    assert found[-1] != ids[0]


def test_one_that_may_not_be_shown_joins_nothing_and_is_joined_by_nothing(factory: SessionFactory) -> None:
    search = FakeSearch()
    ids = add(factory, search, TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        session.get_one(Article, ids[0]).status = Status.BLOCKED
    cluster(factory, search, *ids)
    assert clusters(factory, ids) == [ids[0], ids[1], ids[1]]


@pytest.mark.parametrize("leaving", [0, 1, 2])
def test_what_a_person_takes_out_stays_out(factory: SessionFactory, leaving: int) -> None:
    ids = joined(factory, TEXT, COPY, OTHER_COPY)
    with transaction(factory) as session:
        add_reply(session, session.get_one(Article, ids[(leaving + 1) % 3]))
        assert take_out(session, ids[leaving], user(session, "editor"))
        assert_true_counters(session)
        assert session.get_one(Article, ids[leaving]).not_a_copy_by == "editor"
        assert not take_out(session, ids[leaving], user(session, "editor")), "it is alone by now"
        assert unchecked_ids(session) == [], "nothing will bring them together again"
    stay = [article_id for article_id in ids if article_id != ids[leaving]]
    search = FakeSearch()
    with read_only(factory) as session:
        index(search, *session.scalars(select(Article)))
    cluster(factory, search, *ids)
    assert clusters(factory, stay) == [stay[0]] * 2
    assert clusters(factory, [ids[leaving]]) == [ids[leaving]]
    with read_only(factory) as session:
        assert [totals(session)[tab] for tab in (Tab.WAITING, Tab.ANSWERED, Tab.ALL)] == [1, 1, 2]


def test_the_next_copy_may_still_join_the_one_that_was_taken_out(factory: SessionFactory) -> None:
    ids = joined(factory, TEXT, COPY)
    with transaction(factory) as session:
        take_out(session, ids[1], user(session, "editor"))
    search = FakeSearch()
    with read_only(factory) as session:
        index(search, session.get_one(Article, ids[1]))
    new = add(factory, search, COPY + "!!!")
    cluster(factory, search, *new)
    assert clusters(factory, [*ids, *new]) == [ids[0], ids[1], ids[1]]


def test_copies_reported_at_the_same_moment_become_one(factory: SessionFactory) -> None:
    search = FakeSearch()
    ids = add(factory, search, TEXT, COPY, OTHER_COPY, TEXT + "!!!")
    results = at_once(*(lambda key=key: cluster(factory, search, key) for key in ids))
    assert results == [None] * 4
    assert clusters(factory, ids) == [ids[0]] * 4
    with read_only(factory) as session:
        assert_true_counters(session)


def test_the_job_comes_after_indexing_and_only_once(factory: SessionFactory, clock: MovableClock) -> None:
    search = FakeSearch()
    ids = add(factory, search, TEXT, COPY)
    with transaction(factory) as session:
        for article_id in [*ids, *ids, "unknown"]:
            enqueue_clustering(session, article_id, now=clock())
    worker = Worker(factory, handlers_of(job_kinds(factory, search, clock), clock), clock=clock)
    with read_only(factory) as session:
        assert len(session.scalars(select(Job).where(Job.kind == CLUSTER_ARTICLE)).all()) == 4
    search.available = False
    worker.run_due_jobs(limit=4)
    assert clusters(factory, ids) == ids
    search.available = True
    for _ in range(4):  # two jobs of an article run one after the other
        clock.advance(minutes=1)
        worker.run_due_jobs()
    assert clusters(factory, ids) == [ids[0]] * 2
    with transaction(factory) as session:
        assert session.scalars(select(Job).where(Job.kind == CLUSTER_ARTICLE)).all() == []
        enqueue_clustering(session, ids[0], now=clock())
        session.flush()
        assert session.scalars(select(Job).where(Job.kind == CLUSTER_ARTICLE)).all() == []


def test_the_command_goes_on_where_it_stopped(factory: SessionFactory) -> None:
    search = FakeSearch()
    ids = add(factory, search, TEXT, COPY, OTHER_NUMBER, OTHER_COPY)
    with read_only(factory) as session:
        assert unchecked_ids(session) == ids
    steps = cluster_all(factory, search, ids, clock=lambda: NOW)
    assert [next(steps), next(steps)] == ids[:2]
    with read_only(factory) as session:
        left = unchecked_ids(session)
        assert left == ids[2:]
    assert list(cluster_all(factory, search, left, clock=lambda: NOW)) == left
    assert clusters(factory, ids) == [ids[0], ids[0], ids[2], ids[0]]
    with read_only(factory) as session:
        assert unchecked_ids(session) == []
