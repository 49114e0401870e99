"""A PostgreSQL database is lost while people write, and its backup is put into a new one."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.inbound.webhook import store_events
from factcheck.backup.backup import count_rows, make_backup
from factcheck.backup.errors import BackupError
from factcheck.backup.restore import restore_backup
from factcheck.clock import utc_now
from factcheck.db.migrate import migrate
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.models import InboxEvent, Job
from factcheck.services.notices import NOTIFY_ASKERS
from factcheck.settings import Settings
from tests.bot.chatting import Chatting
from tests.bot.test_conversation import submit
from tests.conftest import MovableClock
from tests.factcheck.backup.restoring import KEY
from tests.postgresql import own_database
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed"),
    pytest.mark.skipif("TEST_DATABASE_URL" not in os.environ, reason="TEST_DATABASE_URL names no PostgreSQL server"),
]
ELEPHANTS = "Elephants are afraid of mice because mice crawl up their trunks at night"
SOME = 5


@pytest.fixture
def new_database(tmp_path: Path) -> Iterator[Callable[[], Settings]]:
    """Makes empty databases, with the settings of a service that has one."""
    with ExitStack() as databases:
        yield lambda: Settings(database_url=databases.enter_context(own_database()), secret_key=KEY, var_dir=tmp_path)


@dataclass
class Crowd:
    """People who ask the same until they are told to stop. Few wait at a time, however slow the machine is: who asks
    faster than is answered makes a queue that has no end in sight."""

    chat: Chatting
    asked: list[dict[str, object]] = field(default_factory=list)
    """Events that are stored for good."""
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stop.wait(0.005):
            if len(self.asked) - len(self.answers()) >= SOME:
                continue
            message = {"type": "text", "id": f"m{len(self.asked)}", "text": ELEPHANTS}
            event = self.chat.event("message", f"Ucrowd{len(self.asked)}", message=message)
            tell(self.chat.factory, [event])
            self.asked.append(event)

    def answers(self) -> list[str]:
        return sorted(token for way, token, _ in self.chat.line.sent if way == "reply")


def tell(factory: SessionFactory, events: list[dict[str, object]]) -> None:
    with transaction(factory) as session:
        store_events(session, events, now=utc_now())


def a_notice_for_later(chat: Chatting) -> None:
    chat.reply(submit(chat), "It is not true.")
    with transaction(chat.factory) as session:
        later = utc_now() + timedelta(hours=1)
        session.execute(update(Job).where(Job.kind == NOTIFY_ASKERS).values(due_at=later))


def chatting(settings: Settings, clock: MovableClock) -> Chatting:
    return Chatting(make_session_factory(make_engine(settings.database_url)), clock)


def test_nobody_is_answered_twice_after_a_database_was_lost_under_load(
    new_database: Callable[[], Settings], clock: MovableClock, tmp_path: Path
) -> None:
    clock.now = utc_now()
    settings, file = new_database(), tmp_path / "a.backup"
    lost = chatting(settings, clock)
    migrate(lost.factory.kw["bind"])
    lost.publish(ELEPHANTS, "They are not.")
    a_notice_for_later(lost)
    lost.line.sent.clear()
    crowd = Crowd(lost)
    threads = [threading.Thread(target=crowd.run), threading.Thread(target=lost.worker.run)]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: len(crowd.answers()) >= SOME)
        before = list(crowd.asked)
        manifest = make_backup(settings, file)
        least = len(crowd.asked) + SOME
        wait_until(lambda: len(crowd.asked) >= least)
        crowd.stop.set()
        threads[0].join()
        wait_until(lambda: len(crowd.answers()) >= len(crowd.asked))
    finally:
        crowd.stop.set()
        lost.worker.stop()
        for thread in threads:
            thread.join()
    assert crowd.answers() == sorted(str(event["replyToken"]) for event in crowd.asked), "everybody once"
    lost.factory.kw["bind"].dispose()

    assert manifest.notices == 1
    settings = new_database()
    with pytest.raises(BackupError, match="--notices send or --notices drop"):
        restore_backup(settings, file, notices=None)
    restore_backup(settings, file, notices="send")
    again = chatting(settings, clock)
    with again.factory.kw["bind"].connect() as connection:
        changed = {"inbox_events", "deliveries", "articles", "replies", "article_replies", "users", "reply_requests"}
        rows = count_rows(connection)
        assert {name: rows[name] for name in changed} == {name: manifest.rows[name] for name in changed}
    with read_only(again.factory) as session:
        events = session.scalars(select(InboxEvent)).all()
        assert all(event.handled_at for event in events)
        there = {event.id for event in events}
    assert {event["webhookEventId"] for event in before} <= there
    known = [event for event in crowd.asked if event["webhookEventId"] in there]
    assert known == crowd.asked[: len(known)], "what was stored until one moment"
    assert len(known) < len(crowd.asked), "some came afterwards"
    tell(again.factory, known)  # LINE sends again what was not acknowledged
    again.worker.run_due_jobs()
    assert again.line.sent == []
    clock.advance(hours=2)
    again.worker.run_due_jobs()
    assert [to for _, to, _ in again.line.sent] == ["Ua"], "the notice, and nobody is answered"
    again.factory.kw["bind"].dispose()
