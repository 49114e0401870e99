"""People talk to the bot while its processes are killed and LINE fails; then it is counted what each of them got."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from bot.simulator.api.answers import RATE_EXCEEDED
from bot.simulator.testing import FakeLine
from bot.simulator.world.traffic import FOREVER
from factcheck.db.session import SessionFactory, read_only
from factcheck.models import Article, ArticleType, Delivery, InboxEvent, Job, JobState
from tests.e2e.crowd import WAIT, Account, Group, Person, known_messages
from tests.e2e.network import Network
from tests.e2e.service import LATER_JOBS, Service
from tests.waiting import wait_until

FAULTS: tuple[tuple[str, str, float, dict[str, object]], ...] = (
    ("500", "status", 0.008, {"status": 500}),
    ("500 after it was done", "done_then_500", 0.012, {}),
    ("503 with HTML", "html", 0.004, {"status": 503}),
    ("429", "status", 0.004, {"status": 429, "retry_after": 1, "body": {"message": RATE_EXCEEDED}}),
    ("cut off", "drop", 0.008, {}),
    ("cut off after it was done", "drop", 0.010, {"done": True}),
    ("slower than the bot waits", "delay", 0.004, {"seconds": 10.5}),
)
"""Name, kind, share of all calls, details; together 5 %. The last is carried out when the bot has given up waiting."""

GROUP_SHARE = 0.06
"""Of the events, in groups."""

LIVES = {"web": (1.0, 8.0), "worker": (1.0, 8.0), "embedder": (20.0, 60.0), "reader": (20.0, 60.0)}
"""How long a process lives, in seconds, from and to."""
SPARED = 2
"""Deaths before the one that would bury an event's job as one that kills workers. A machine that is too slow for a job
within a life would make it that: from here on the worker lives until the job is done."""


@dataclass(frozen=True)
class Plan:
    events: int
    seed: str
    crowd: int
    """People at a time."""
    each: int = 10
    """Events of one person, about."""
    settle_seconds: float = 400.0
    with_pictures: bool = True


@dataclass
class Report:
    wanted: int = 0
    """Answers that must come."""
    once: int = 0
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    """Answers that nobody asked for."""
    optional: Counter[str] = field(default_factory=Counter)
    """What was taken back at once, and what known messages in groups got: answered, silent."""
    network: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    deliveries: Counter[str] = field(default_factory=Counter)
    jobs_left: int = 0
    jobs_dead: list[str] = field(default_factory=list)
    events_kept: int = 0
    events_open: int = 0
    published: tuple[int, int] = (0, 0)
    """Texts that people agreed to publish, and how many of them are articles, counting repeated ones again."""
    pictures: tuple[int, int] = (0, 0)
    """The same of pictures."""
    waits: list[float] = field(default_factory=list)
    """Seconds that people waited for each answer."""
    seconds: float = 0.0
    settling: float = 0.0

    @property
    def is_good(self) -> bool:
        wrong = [*self.missing, *self.twice, *self.strange, *self.jobs_dead]
        complete = self.events_kept == self.network["events"] and not self.events_open
        all_published = self.published[0] == self.published[1] and self.pictures[0] == self.pictures[1]
        return not wrong and not self.jobs_left and complete and all_published

    def figures(self) -> dict[str, Any]:
        """For a file of results."""
        ordered = sorted(self.waits) or [0.0]
        return {
            "events": self.network["events"],
            "network": dict(self.network),
            "killed": dict(self.kills),
            "faults": self.faults.total(),
            "wanted": self.wanted,
            "once": self.once,
            "missing": len(self.missing),
            "twice": len(self.twice),
            "published": self.published[0],
            "pictures_published": self.pictures[0],
            "deliveries": dict(self.deliveries),
            "waited_seconds": {
                "median": round(ordered[len(ordered) // 2]),
                "p99": round(ordered[int(0.99 * len(ordered))]),
            },
        }

    def __str__(self) -> str:
        return "\n".join(
            [
                f"events {self.network['events']} in {self.network['webhooks']} webhooks; {_list(self.network)}",
                f"killed: {_list(self.kills)}; LINE's faults: {_list(self.faults)}",
                f"answers that must come: {self.wanted}; exactly once: {self.once}; missing: {len(self.missing)}; "
                f"twice: {len(self.twice)}; not asked for: {len(self.strange)}",
                f"answers that may come: {_list(self.optional)}",
                f"deliveries: {_list(self.deliveries)}",
                f"events kept: {self.events_kept}, not handled: {self.events_open}; jobs left: {self.jobs_left}, "
                f"dead: {len(self.jobs_dead)}; texts to publish: {self.published[0]}, articles: {self.published[1]}; "
                f"pictures: {self.pictures[0]}, articles: {self.pictures[1]}",
                f"people waited {_shares(self.waits)}",
                f"time: {self.seconds:.0f} s, the last {self.settling:.0f} s to settle",
                *[f"  {line}" for line in [*self.missing, *self.twice, *self.strange, *self.jobs_dead][:40]],
            ]
        )


def run_chaos(service: Service, line: FakeLine, factory: SessionFactory, plan: Plan) -> Report:
    started = time.monotonic()
    network, report = Network(line), Report()
    if plan.with_pictures:
        service.start_reader()
    people, groups = _crowd(line, network, plan)
    for name, kind, share, params in FAULTS:
        line.add_fault("*", kind, None, share=share, seed=f"{plan.seed} {name}", **params)
    done = threading.Event()
    killed = [name for name in LIVES if name in service.processes]
    killers = [
        threading.Thread(target=_kill, args=(service, name, plan, done, report.kills, factory)) for name in killed
    ]
    for killer in killers:
        killer.start()
    try:
        with ThreadPoolExecutor(plan.crowd + len(groups)) as pool:
            lives = [pool.submit(group.live, int(plan.events * GROUP_SHARE / len(groups))) for group in groups]
            each = plan.events * (1 - GROUP_SHARE) / len(people)
            lives += [pool.submit(person.live, round(each)) for person in people]
            for life in lives:
                life.result()
    finally:
        done.set()
        for killer in killers:
            killer.join()
    waiting = line.store.faults.waiting()
    report.faults = Counter({fault[0]: FOREVER - left for fault, (_, _, left) in zip(FAULTS, waiting, strict=True)})
    line.store.faults.clear()
    settling = time.monotonic()
    with suppress(TimeoutError):  # what is left is counted below
        wait_until(lambda: network.idle() and not _jobs_left(factory), plan.settle_seconds, "settling")
    report.settling = time.monotonic() - settling
    network.stop()
    _count(report, line, factory, [*people, *groups])
    report.network = network.counts
    report.seconds = time.monotonic() - started
    return report


def _crowd(line: FakeLine, network: Network, plan: Plan) -> tuple[list[Person], list[Group]]:
    known = known_messages()
    people = max(1, plan.events // plan.each)
    groups = max(1, plan.events // 200)
    return (
        [Person(line, network, f"person {n}", plan.seed, known, pictures=plan.with_pictures) for n in range(people)],
        [Group(line, network, f"group {n}", plan.seed, known) for n in range(groups)],
    )


def _kill(
    service: Service, name: str, plan: Plan, done: threading.Event, kills: Counter[str], factory: SessionFactory
) -> None:
    """Until `done`: let the process come up and live for a moment, kill it, start it again at once. (One that is killed
    before it is up does nothing ever, on a slow machine.)"""
    chance = random.Random(f"{plan.seed} {name}")  # noqa: S311 -- to be repeated, not to be secret
    shortest, longest = LIVES[name]
    starts = service.starts(name)
    life = shortest  # so that a short run has its kills, too
    while not done.wait(life):
        life = chance.uniform(shortest, longest)
        while name == "worker" and _is_near_burial(factory) and not done.wait(0.1):
            pass
        service.kill(name)
        service.start(name)
        kills[name] += 1
        while service.starts(name) == starts and not done.wait(0.1):
            pass
        starts = service.starts(name)


def _is_near_burial(factory: SessionFactory) -> bool:
    """Whether the worker died so often in a row while it had some event in hand."""
    often = select(Job.id).where(
        Job.last_resort.is_not(None), Job.state != JobState.DEAD, Job.attempts >= Job.max_attempts - SPARED
    )
    with read_only(factory) as session:
        return session.scalar(often.limit(1)) is not None


def _jobs_left(factory: SessionFactory) -> int:
    with read_only(factory) as session:
        left = select(func.count()).select_from(Job).where(Job.kind.not_in(LATER_JOBS), Job.state != JobState.DEAD)
        return session.scalar(left) or 0


def _count(
    report: Report,
    line: FakeLine,
    factory: SessionFactory,
    talkers: Sequence[Person | Group],
) -> None:
    for talker in talkers:
        compare(report, talker.chat.name, talker.account, talker.account.got(line, talker.chat))
    people = [talker for talker in talkers if isinstance(talker, Person)]
    texts = [text for person in people for text in person.published]
    report.waits = [wait for person in people for wait in person.waits]
    with read_only(factory) as session:
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
        report.deliveries = Counter({str(state): number for state, number in states})
        pushed = select(func.count()).where(Delivery.reply_deadline.is_not(None))
        report.deliveries["after a minute or more"] = (
            session.scalar(pushed.where(Delivery.sent_at > Delivery.reply_deadline)) or 0
        )
        report.jobs_dead = [
            f"dead: {job.kind} {job.last_error}"
            for job in session.scalars(select(Job).where(Job.state == JobState.DEAD))
        ]
        report.events_kept = session.scalar(select(func.count()).select_from(InboxEvent)) or 0
        unhandled = select(func.count()).select_from(InboxEvent).where(InboxEvent.handled_at.is_(None))
        report.events_open = session.scalar(unhandled) or 0
        found = select(func.count()).select_from(Article).where(Article.text.in_(texts))
        report.published = len(texts), session.scalar(found) or 0
        shown = select(func.count()).select_from(Article).where(Article.article_type == ArticleType.IMAGE)
        report.pictures = sum(person.pictures for person in people), session.scalar(shown) or 0
    report.jobs_left = _jobs_left(factory)


def compare(report: Report, name: str, account: Account, got: Counter[str]) -> None:
    """Adds to the report what one chat got; `got` counts its answers by kind."""
    report.optional[WAIT] += got.pop(WAIT, 0)
    for kind in account.must | account.may | got:
        least = account.must[kind]
        most = least + account.may[kind]
        report.wanted += least
        report.once += min(least, got[kind])
        report.missing += [f"missing: {name}, {kind}"] * max(0, least - got[kind])
        surplus = max(0, got[kind] - most)
        (report.twice if most else report.strange).extend([f"too often: {name}, {kind}"] * surplus)
        report.optional["answered"] += min(most, got[kind]) - min(least, got[kind])
        report.optional["silent"] += max(0, most - max(least, got[kind]))


def _shares(waits: Sequence[float]) -> str:
    """Median, 95th and 99th percentile and the longest of the waits."""
    ordered = sorted(waits) or [0.0]
    at = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99, 1)]
    return "{:.1f} s (median), {:.1f} (95th), {:.1f} (99th), {:.1f} at most".format(*at)


def _list(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "none"
