"""Pictures, from the webhook to LINE's receiving the reply: such as nobody sent before, which are read, and the same
files again, which are known. And texts, alone and while a picture comes every other second."""

import argparse
import io
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.setting import HEADER, Measured, Setting, pause, row
from bot.simulator.world.chats import Chat
from bot.simulator.world.phone import Said
from indexer.evaluation.media.drawing import draw, plans
from indexer.evaluation.results import milliseconds
from tests.waiting import wait_until

PICTURES = 30
PEOPLE = 6
"""In turn, so that nobody sends two messages in the moment in which messages belong together."""
BETWEEN_PICTURES, BETWEEN_TEXTS = 2.0, 1.0
BESIDE_SECONDS = 40
PATIENCE = 60.0


def run(setting: Setting, _options: argparse.Namespace) -> Measured:
    setting.service.start_reader()
    people = [setting.line.person(f"eyes {n}", "zh-TW", "phone") for n in range(PEOPLE)]
    for person in people:
        setting.line.follow(person)
        setting.line.wait_for(person, 1, 20)
    bodies = _bodies(2 * PICTURES + 1)
    _timed(setting, people[0], bodies.pop())  # what is loaded with the first one
    read, others = bodies[:PICTURES], bodies[PICTURES:]
    new = [_timed(setting, people[n % PEOPLE], body) for n, body in enumerate(read)]
    again = [_timed(setting, people[(n + 1) % PEOPLE], body) for n, body in enumerate(read)]
    texts = setting.messages()
    alone = _texts(setting, people[:3], texts)
    beside, pictures = _texts_beside(setting, people, texts, others)
    peak = _peak_megabytes(setting.service.processes["reader"].pid)
    rows = {
        "picture that is read": new,
        "the same file again": again,
        "text, alone": alone,
        "text, a picture every 2 s": beside,
        "those pictures": pictures,
    }
    figures = {name: milliseconds(values) for name, values in rows.items()}
    shown = [HEADER, *(row(name, values) for name, values in rows.items()), f"reader at most {peak} MB"]
    return "\n".join(shown), {**figures, "reader_peak_mb": peak}


def _bodies(count: int) -> list[bytes]:
    """Draws as many pictures of the evaluation's set as are wanted, without Thai, which another program reads."""
    chosen = [plan for plan in plans() if plan.language != "th"]
    made = []
    for plan in itertools.islice(chosen[:: max(1, len(chosen) // count)], count):
        data = io.BytesIO()
        draw(plan)[0].save(data, "JPEG", quality=plan.quality)
        made.append(data.getvalue())
    return made


def _timed(setting: Setting, person: Chat, body: bytes) -> float:
    """Sends a picture and waits for the answer; returns seconds from the webhook to LINE's receiving the reply."""
    seconds = _answered(setting, person, setting.line.phone.attach(person, "photo.jpg", body, "image/jpeg"))
    pause(0.7)
    return seconds


def _answered(setting: Setting, person: Chat, said: Said) -> float:
    history = setting.line.store.history
    before, begun = int(said.message.id), time.time()
    setting.line.deliver(said)

    def answers() -> list[float]:
        return [one.time for one in history.of_chat(person.id) if one.from_bot and int(one.id) > before]

    wait_until(lambda: bool(answers()), PATIENCE, "an answer", pause=0.02)
    return answers()[0] - begun


def _texts(setting: Setting, people: Sequence[Chat], texts: Iterator[str]) -> list[float]:
    taken = []
    for n in range(int(BESIDE_SECONDS / BETWEEN_TEXTS)):
        person, begun = people[n % len(people)], time.perf_counter()
        taken.append(_answered(setting, person, setting.line.phone.text(person, next(texts))))
        pause(begun + BETWEEN_TEXTS - time.perf_counter())
    return taken


def _texts_beside(
    setting: Setting, people: Sequence[Chat], texts: Iterator[str], bodies: Sequence[bytes]
) -> tuple[list[float], list[float]]:
    """Half of the people send texts, the others pictures. Those may wait for each other."""
    taken: list[float] = []
    senders = [
        threading.Thread(target=_send_later, args=(setting, people[3 + n % 3], body, n * BETWEEN_PICTURES, taken))
        for n, body in enumerate(bodies[: int(BESIDE_SECONDS / BETWEEN_PICTURES)])
    ]
    for sender in senders:
        sender.start()
    found = _texts(setting, people[:3], texts)
    for sender in senders:
        sender.join()
    return found, taken


def _send_later(setting: Setting, person: Chat, body: bytes, seconds: float, taken: list[float]) -> None:
    pause(seconds)
    taken.append(_answered(setting, person, setting.line.phone.attach(person, "photo.jpg", body, "image/jpeg")))


def _peak_megabytes(pid: int) -> int:
    """Tells the most memory that a process ever held."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return round(int(peak) / 1024)
