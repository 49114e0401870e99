"""A restore drill on PostgreSQL, with the service's own processes and commands: a backup while people write, more that
happens after it, another database that is empty, and nobody is told a thing twice."""

import random
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.buttons.menu import Action, encode
from bot.simulator.testing import FakeLine
from bot.simulator.world.chats import Chat
from factcheck.backup.aftermath import CONVERSATION
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.jobs import queue
from factcheck.models import Article, InboxEvent, Job, Status
from factcheck.services.notices import NOTIFY_ASKERS
from tests.e2e.crowd import Known, answers, known_messages
from tests.e2e.network import Network
from tests.e2e.service import Service, wait_until
from tests.e2e.test_database_away import own_database
from tests.e2e.test_database_away import pytestmark as of_postgresql

pytestmark = [*of_postgresql, pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed")]
PUBLISHED = "quillfeather"
MESSAGE = f"Ministry warns: every {PUBLISHED} umbrella will be taxed from May, a doctor from far away says."


class Crowd:
    """People who write to the bot, one after the other, each a message that the bot knows."""

    def __init__(self, line: FakeLine, network: Network) -> None:
        self.people: dict[str, tuple[Chat, Known]] = {}
        self._line, self._network = line, network
        self._known, self._chance = known_messages(), random.Random("drill")  # noqa: S311

    def write(self) -> None:
        number = len(self.people)
        person, message = (
            self._line.person(f"person {number}", "zh-TW", "phone"),
            self._known[number % len(self._known)],
        )
        self.people[person.id] = person, message
        self._network.send(self._line.phone.text(person, message.text).event, self._chance)

    @contextmanager
    def writing(self, pause: float) -> Iterator[None]:
        stop = threading.Event()

        def write_on() -> None:
            while not stop.wait(pause):
                self.write()

        thread = threading.Thread(target=write_on)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def answered(self) -> list[int]:
        """How often each was."""
        return [
            sum(any(reply in one for reply in message.replies) for one in answers(self._line, person))
            for person, message in self.people.values()
        ]


@contextmanager
def database(url: str) -> Iterator[SessionFactory]:
    engine = make_engine(url)
    yield make_session_factory(engine)
    engine.dispose()


def settings_of(line: FakeLine, url: str) -> Mapping[str, str]:
    return {
        "TRIAL": "1",
        "DATABASE_URL": url,
        "WORKER_THREADS": "1",  # who cannot keep up with 25 messages a second
        "LINE_CHANNEL_SECRET": line.channel_secret,
        "LINE_CHANNEL_ACCESS_TOKEN": line.access_token,
        "LINE_API_BASE": line.base_url,
    }


def publish(line: FakeLine) -> Chat:
    person = line.person("Zebediah", "en", "phone")
    line.send_text(person, MESSAGE)
    line.wait_for(person, 1, timeout=60)
    if "None of these" in line.labels(person):
        line.press(person, "None of these")
    line.wait_for(person, "Yes, publish and check it", timeout=30)
    line.press(person, "Yes, publish and check it")
    line.wait_for(person, "See it on the web", timeout=30)
    return person


def plan_notice(factory: SessionFactory) -> None:
    """Whoever asked about the message is to be told of something in an hour."""
    with transaction(factory) as session:
        article_id = session.scalars(select(Article.id).where(Article.text.contains(PUBLISHED))).one()
        payload, hour = {"article_id": article_id}, timedelta(hours=1)
        queue.enqueue(session, NOTIFY_ASKERS, payload, now=utc_now(), delay=hour)


def erase_all(line: FakeLine, person: Chat, service: Service) -> None:
    line.postback(person, encode(Action.ERASE))
    line.wait_for(person, "Delete everything that you sent me?", timeout=30)
    line.press(person, "Yes, delete it all")
    line.wait_for(person, "I have deleted what you sent me", timeout=30)
    notes = service.folder / "erasures.jsonl"
    wait_until(lambda: notes.exists() and bool(notes.read_text()), 30, "the note of what was erased")


def live_until_lost(service: Service, line: FakeLine, file: Path, url: str) -> Crowd:
    """Has a backup made in the midst of it all; returns the people, each of whom was answered."""
    line.webhook_url = f"{service.base_url}/callback"
    network = Network(line)
    crowd = Crowd(line, network)
    person = publish(line)
    with database(url) as factory:
        plan_notice(factory)
    with crowd.writing(0.04):
        wait_until(lambda: any(crowd.answered()), 60, "the first answer", pause=0.5)
        service.run("factcheck", "backup", str(file))
    wait_until(lambda: network.idle() and all(crowd.answered()), 300, "everybody's answer", pause=1)
    erase_all(line, person, service)
    network.stop()
    return crowd


def test_a_restore_drill_on_postgresql_under_load(tmp_path: Path) -> None:
    folder, file = tmp_path / "service", tmp_path / "a.backup"
    with FakeLine(tmp_path) as line, own_database() as (url, _), own_database() as (fresh, _):
        with Service(folder, settings_of(line, url)) as service:
            service.load_trial()
            crowd = live_until_lost(service, line, file, url)
        restored = Service(folder, settings_of(line, fresh))
        with pytest.raises(RuntimeError, match="--notices send or --notices drop"):
            restored.run("factcheck", "restore", str(file))
        said = restored.run("factcheck", "restore", str(file), "--notices", "drop")
        assert "\n0 messages that were open then" not in said, "nobody was waiting, so nothing is shown"
        with restored, database(fresh) as factory:
            line.webhook_url = f"{restored.base_url}/callback"
            with read_only(factory) as session:
                before = session.scalar(select(func.count()).select_from(InboxEvent)) or 0
            assert 0 < before < len(crowd.people) + 5, "all were there, so nothing was written after the backup"
            newcomer = line.person("newcomer", "zh-TW", "phone")
            message = known_messages()[0]
            line.send_text(newcomer, message.text)
            line.wait_for(newcomer, message.replies[0], timeout=60)
            wait_until(lambda: not left_to_say(factory), 60, "the end of all that is to be said")
            with read_only(factory) as session:
                assert session.scalars(select(Article.id).where(Article.text.contains(PUBLISHED))).all() == []
                assert session.scalars(select(Article).where(Article.status == Status.DELETED)).one().text == ""
                assert session.scalars(select(InboxEvent.id).where(InboxEvent.handled_at.is_(None))).all() == []
        assert crowd.answered() == [1] * len(crowd.people)


def left_to_say(factory: SessionFactory) -> list[str]:
    with read_only(factory) as session:
        return list(session.scalars(select(Job.kind).where(Job.kind.in_([*CONVERSATION, NOTIFY_ASKERS, "deliver"]))))
