"""The jobs that see a lost index and build it anew."""

import itertools
import time

import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.models import Job
from factcheck.services.indexing import INDEX_ARTICLE, count_shown
from indexer import healing, reindex
from indexer.factory import healing_job_kinds
from tests.bot.chatting import Chatting, words
from tests.conftest import MovableClock
from tests.fakes.search import FakeSearch
from tests.indexer.conftest import expecting

TEXT = "Put a cut onion in every room and the flu will never enter your house, says a doctor from Vienna"
ASKED = TEXT.replace("Put a cut", "Place one cut").replace("doctor", "physician")
REPLY = "Onions do not take viruses out of the air."


@pytest.fixture
def search(factory: SessionFactory) -> FakeSearch:
    return FakeSearch(expecting(articles=lambda: count_shown(factory)))


@pytest.fixture
def chat(factory: SessionFactory, clock: MovableClock, search: FakeSearch) -> Chatting:
    chat = Chatting(factory, clock, search)
    chat.publish(TEXT, REPLY)
    kinds = healing_job_kinds(factory, search, chat.embedder, clock=clock)
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    chat.worker = Worker(factory, {**chat.handlers, **handlers_of(kinds, clock)}, clock=clock)
    chat.worker.run_due_jobs()
    return chat


def count(factory: SessionFactory, kind: str) -> int:
    with read_only(factory) as session:
        return session.scalar(select(func.count()).select_from(Job).where(Job.kind == kind)) or 0


def test_messages_wait_for_the_index_that_the_worker_builds(chat: Chatting, search: FakeSearch) -> None:
    search.lose()
    assert chat.say(ASKED) == []
    chat.clock.advance(seconds=30)
    chat.worker.run_due_jobs()
    chat.clock.advance(seconds=30)
    chat.worker.run_due_jobs()
    assert REPLY in words([messages for _, _, messages in chat.line.sent])
    assert count(chat.factory, healing.REBUILD_INDEX) == 0


def test_a_long_rebuild_lets_others_go_first(
    chat: Chatting, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.publish("Elephants are afraid of mice because mice crawl up their trunks at night")
    monkeypatch.setattr(reindex, "batches", lambda ids: [[one] for one in ids])
    ticks = itertools.count(step=healing.SLICE_SECONDS)
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))
    search.lose()
    chat.clock.advance(seconds=10)
    seen = []
    for _ in range(40):
        chat.worker.run_one()
        seen.append(count(chat.factory, healing.REBUILD_INDEX))
    assert set(seen) <= {0, 1}, "never two at once"
    assert len(search.documents) == 2


def test_what_went_missing_in_a_sound_index_is_indexed_again(chat: Chatting, search: FakeSearch) -> None:
    search.documents.clear()
    chat.clock.advance(hours=2)
    chat.worker.run_due_jobs()
    assert len(search.documents) == 1
    assert count(chat.factory, INDEX_ARTICLE) == 0
