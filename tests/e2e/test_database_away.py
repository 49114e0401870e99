"""PostgreSQL ends every connection and lets nobody in for some seconds, as when it is restarted, while people write."""

import os
import random
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError

import pytest
from sqlalchemy import make_url, text

from bot.simulator.testing import FakeLine
from bot.simulator.world.chats import Chat
from tests.e2e.crowd import answers, known_messages
from tests.e2e.network import Network
from tests.e2e.service import PREPARED_MODEL, Service
from tests.postgresql import own_database, server_engine
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
    pytest.mark.skipif("TEST_DATABASE_URL" not in os.environ, reason="TEST_DATABASE_URL names no PostgreSQL server"),
    pytest.mark.xdist_group("processes"),
]
PEOPLE = 16
AWAY_SECONDS = 5


@contextmanager
def closable_database() -> Iterator[tuple[str, Callable[[bool], None]]]:
    """The URL of an empty database, and what lets nobody in, or everybody again."""
    server = server_engine()
    with own_database() as url:
        name = make_url(url).database

        def admit(allowed: bool) -> None:
            with server.connect() as connection:
                connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {allowed}"))
                if not allowed:
                    ending = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
                    connection.execute(ending, {"name": name})

        try:
            yield url, admit
        finally:
            server.dispose()


def status_of(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_everybody_is_answered_once_after_the_database_was_away(tmp_path: Path) -> None:
    with FakeLine(tmp_path) as line, closable_database() as (url, admit):
        settings = {
            "TRIAL": "1",
            "DATABASE_URL": url,
            "LINE_CHANNEL_SECRET": line.channel_secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.access_token,
            "LINE_API_BASE": line.base_url,
        }
        with Service(tmp_path / "service", settings) as service:
            service.load_trial()
            line.webhook_url = f"{service.base_url}/callback"
            network, chance, known = Network(line), random.Random("away"), known_messages()  # noqa: S311
            people = {line.person(f"person {n}", "zh-TW", "phone"): known[n % len(known)] for n in range(PEOPLE)}

            def answered(person: Chat) -> int:
                return sum(any(reply in one for reply in people[person].replies) for one in answers(line, person))

            for number, (person, message) in enumerate(people.items()):
                network.send(line.phone.text(person, message.text), chance)
                if number == PEOPLE // 2:
                    wait_until(lambda: any(map(answered, people)), 60, "the first answer")
                    admit(False)
            assert status_of(f"{service.base_url}/readyz") == 503
            time.sleep(AWAY_SECONDS)
            assert not all(map(answered, people)), "nobody was left waiting, so nothing is shown"
            admit(True)
            wait_until(lambda: network.idle() and all(map(answered, people)), 180, "everybody's answer")
            network.stop()
            assert status_of(f"{service.base_url}/readyz") == 200
            assert [answered(person) for person in people] == [1] * PEOPLE
