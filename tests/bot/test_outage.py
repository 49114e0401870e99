"""The cluster goes away and comes back: whoever wrote meanwhile is answered, and what was published is found."""

import threading

import pytest
from sqlalchemy import select, update

from bot.inbound.queue import HANDLE_EVENT
from bot.inbound.webhook import store_events
from bot.private.index_away import LOOK_AGAIN
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import Job, JobState
from factcheck.services.hyperlinks import FETCH_LINKS
from factcheck.services.indexing import INDEX_ARTICLE
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from tests.bot.chatting import Chatting, longer, words
from tests.conftest import MovableClock
from tests.fakes.cluster_door import ClusterDoor
from tests.indexer.elasticsearch import one_at_a_time
from tests.job_kinds import bot_job_handlers
from tests.waiting import wait_until

pytestmark = one_at_a_time

TEXT = "Put a cut onion in every room and the flu will never enter your house, says a doctor from Vienna"
REPLY = "Onions do not take viruses out of the air."


@pytest.fixture
def chat(factory: SessionFactory, clock: MovableClock, behind_door: ElasticsearchSearch) -> Chatting:
    return Chatting(factory, clock, behind_door)


def waiting(factory: SessionFactory) -> list[Job]:
    with read_only(factory) as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_messages_wait_for_the_cluster_however_long_it_takes(
    chat: Chatting, door: ClusterDoor, behind_door: ElasticsearchSearch, clock: MovableClock
) -> None:
    chat.publish(longer(f"{TEXT}."), REPLY)
    door.close()
    assert chat.say(TEXT + "!") == []
    assert chat.say(TEXT + "!!", user="Ub") == []
    other = chat.publish("Elephants are afraid of mice because mice crawl up their trunks at night")
    with transaction(chat.factory) as session:
        session.execute(update(Job).values(max_attempts=3))
    for _ in range(10):
        clock.advance(seconds=60)
        chat.worker.run_due_jobs()
    jobs = [job for job in waiting(chat.factory) if job.kind != FETCH_LINKS]  # this worker fetches no pages
    assert {job.state for job in jobs} == {JobState.READY}
    assert [job.kind for job in jobs].count(LOOK_AGAIN) == 2

    door.open()
    clock.advance(seconds=60)
    before = len(chat.line.sent)
    chat.worker.run_due_jobs()
    said = chat.line.sent[before:]
    assert len(said) == 2
    assert all(REPLY in words(messages) for _, _, messages in said)
    assert other in behind_door.versions()
    assert not {job.kind for job in waiting(chat.factory)} & {HANDLE_EVENT, LOOK_AGAIN, INDEX_ARTICLE}


def test_a_running_worker_goes_on_by_itself(
    factory: SessionFactory, door: ClusterDoor, behind_door: ElasticsearchSearch
) -> None:
    clock = MovableClock()
    clock.now = utc_now()
    chat = Chatting(factory, clock, behind_door)
    chat.publish(longer(f"{TEXT}."), REPLY)
    running = Worker(factory, bot_job_handlers(chat.context), threads=2)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        door.close()
        asked = chat.event("message", message={"type": "text", "id": "1", "text": TEXT + "?"})
        with transaction(factory) as session:
            store_events(session, [asked], now=utc_now())
        wait_until(lambda: any("Unavailable" in (job.last_error or "") for job in waiting(factory)))
        assert chat.line.sent == []
        door.open()
        wait_until(lambda: bool(chat.line.sent))
        assert REPLY in words(chat.line.sent[0][2])
    finally:
        running.stop()
        thread.join()
