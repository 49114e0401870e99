"""Stopping the real processes while people write: nothing is lost, and it takes no longer than it may."""

import random

import pytest

from bot.simulator.testing import FakeLine
from bot.simulator.world.chats import Chat
from tests.e2e.crowd import answers, known_messages
from tests.e2e.network import Network
from tests.e2e.profiles import SHARE_TRIAL
from tests.e2e.service import PREPARED_MODEL, Service
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
    SHARE_TRIAL,
]
PEOPLE = 16
STOP_SECONDS = 20
"""What process managers commonly give (deploy/systemd gives 30)."""


def test_a_stop_under_load_loses_nothing_and_ends_in_time(running: Service, line: FakeLine) -> None:
    network, chance, known = Network(line), random.Random("stop"), known_messages()  # noqa: S311
    people = {line.person(f"person {n}", "zh-TW", "phone"): known[n % len(known)] for n in range(PEOPLE)}

    def answered(person: Chat) -> int:
        """Counts answers; to be told to wait is none."""
        return sum(any(reply in one for reply in people[person].replies) for one in answers(line, person))

    for number, (person, message) in enumerate(people.items()):
        network.send(line.phone.text(person, message.text), chance)
        if number == PEOPLE // 2:
            wait_until(lambda: any(map(answered, people)), 60, "the first answer")
    stopped = {name: running.processes[name] for name in ("web", "worker")}
    for process in stopped.values():
        process.terminate()
    codes = {name: process.wait(timeout=STOP_SECONDS) for name, process in stopped.items()}
    assert not all(map(answered, people)), "nobody was left waiting, so nothing is shown"
    for name in stopped:
        running.start(name)
    wait_until(lambda: network.idle() and all(map(answered, people)), 120, "everybody's answer")
    network.stop()
    assert codes == {"web": 0, "worker": 0}
    assert [answered(person) for person in people] == [1] * PEOPLE


def test_what_the_service_made_is_for_its_user_alone(trial: Service) -> None:
    made = [trial.folder, *(path for path in trial.folder.rglob("*") if not path.is_symlink())]
    opened = [path.name for path in made if path.exists() and path.stat().st_mode & 0o077]
    assert {path.name for path in made} >= {"factline.sqlite", "embedder.sock", "index"}
    assert [name for name in opened if not name.endswith(".log")] == []  # the test's own
