"""What is similar to an article is found by the worker, kept as pairs, and read without a search."""

from typing import Any

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import SearchUnavailableError
from factcheck.jobs.schedule import handlers_of
from factcheck.jobs.worker import Worker
from factcheck.models import Article, Job, SimilarArticle, Status
from factcheck.services import clustering, similar
from factcheck.services.articles import submit_article
from factcheck.services.clusters import take_out
from factcheck.services.erasure import erase_person_messages
from factcheck.services.similar import BATCH, FIND_SIMILAR, look_soon, similar_to
from tests.conftest import MovableClock
from tests.factcheck.copies import COPY, DAY, OTHER_NUMBER, TEXT, add, cluster, index
from tests.factcheck.world import NOW, add_reply, user
from tests.fakes.search import FakeSearch

CHEAPER, DEARER = "petrol gets five dollars dearer tomorrow", "petrol gets five dollars dearer tonight"
LOOKS = select(Job).where(Job.kind == FIND_SIMILAR)


@pytest.fixture
def search() -> FakeSearch:
    return FakeSearch()


@pytest.fixture
def worker(factory: SessionFactory, search: FakeSearch, clock: MovableClock) -> Worker:
    kinds = (*clustering.job_kinds(factory, search, clock), *similar.job_kinds(factory, search))
    return Worker(factory, handlers_of(kinds, clock), clock=clock)


def reported(factory: SessionFactory, search: FakeSearch, worker: Worker, *texts: str) -> list[str]:
    """Articles that are indexed, then compared."""
    ids = add(factory, search, *texts)
    with transaction(factory) as session:
        for article_id in ids:
            clustering.enqueue_clustering(session, article_id, now=NOW)
    worker.run_due_jobs()
    return ids


def shown(factory: SessionFactory, article_id: str) -> list[str]:
    with read_only(factory) as session:
        return similar_to(session, article_id)


def test_both_find_each_other_whichever_came_first(factory: SessionFactory, search: FakeSearch, worker: Worker) -> None:
    [first] = reported(factory, search, worker, CHEAPER)
    assert shown(factory, first) == []
    [second] = reported(factory, search, worker, DEARER)
    assert shown(factory, first) == [second]
    assert shown(factory, second) == [first]


def test_one_with_a_reply_comes_first(factory: SessionFactory, search: FakeSearch, worker: Worker) -> None:
    ids = reported(factory, search, worker, DEARER, CHEAPER, f"{DEARER} at midnight")
    last = shown(factory, ids[0])[-1]
    with transaction(factory) as session:
        add_reply(session, session.get_one(Article, last))
    assert shown(factory, ids[0])[0] == last


def test_a_copy_is_no_similar_message_until_somebody_says_so(
    factory: SessionFactory, search: FakeSearch, worker: Worker, clock: MovableClock
) -> None:
    first, copy, other = reported(factory, search, worker, TEXT, COPY, OTHER_NUMBER)
    assert copy not in shown(factory, first)
    assert shown(factory, other) == [first], "one a cluster"
    with transaction(factory) as session:
        assert take_out(session, copy, user(session, "volunteer"))
        look_soon(session, now=clock())
    worker.run_due_jobs()
    assert copy in shown(factory, first)


def test_what_is_hidden_is_not_shown(factory: SessionFactory, search: FakeSearch, worker: Worker) -> None:
    first, second = reported(factory, search, worker, CHEAPER, DEARER)
    with transaction(factory) as session:
        session.get_one(Article, second).status = Status.BLOCKED
    assert shown(factory, first) == []


def test_nothing_is_kept_of_what_is_erased_and_it_can_come_again(
    factory: SessionFactory, search: FakeSearch, worker: Worker, clock: MovableClock
) -> None:
    first, second = reported(factory, search, worker, CHEAPER, DEARER)
    with transaction(factory) as session:
        later = NOW + 2 * DAY
        erase_person_messages(session, user(session, "asker 1"), now=later, received_until=later)
    with read_only(factory) as session:
        assert session.scalars(select(SimilarArticle)).all() == []
        assert not session.get_one(Article, second).similar_checked
    with transaction(factory) as session:
        again = submit_article(session, DEARER, user(session, "asker 2"), now=clock())
        index(search, again)
        clustering.enqueue_clustering(session, again.id, now=clock())
    worker.run_due_jobs()
    assert shown(factory, first) == [second]


def test_articles_of_before_are_compared_a_few_at_a_time(
    factory: SessionFactory, search: FakeSearch, worker: Worker, clock: MovableClock
) -> None:
    texts = [f"{DEARER} number {number}" for number in range(2 * BATCH + 1)]
    ids = add(factory, search, *texts)
    cluster(factory, search, *ids)
    with transaction(factory) as session:
        assert len(session.scalars(LOOKS).all()) == 1, "one look for all"
    worker.run_due_jobs()
    with read_only(factory) as session:
        assert not session.scalars(select(Article.id).where(~Article.similar_checked)).all()
        [planned] = session.scalars(LOOKS)
        assert planned.due_at == clock() + similar.EVERY


def test_without_the_index_they_wait(factory: SessionFactory, search: FakeSearch, worker: Worker) -> None:
    ids = add(factory, search, CHEAPER, DEARER)
    cluster(factory, search, *ids)
    search.available = False
    with pytest.raises(SearchUnavailableError):
        similar.job_kinds(factory, search)[0].handler({})
    worker.run_due_jobs(1)
    assert shown(factory, ids[0]) == []


def test_one_that_cannot_be_compared_does_not_stop_the_others(
    factory: SessionFactory, search: FakeSearch, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = similar.decide

    def fails_for_one(text: str, candidates: Any) -> object:
        if text == CHEAPER:
            raise ZeroDivisionError
        return decide(text, candidates)

    monkeypatch.setattr(similar, "decide", fails_for_one)
    first, second = reported(factory, search, worker, CHEAPER, DEARER)
    assert shown(factory, second) == [first]
    assert worker.run_due_jobs() == 0
