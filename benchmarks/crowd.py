"""Whether strangers slow the webhook, and how they are answered themselves. The worker is busy all the while."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from benchmarks import processor
from benchmarks.setting import HEADER, Measured, Setting, row
from benchmarks.webhook import DRAIN_SECONDS, GAP, post_events
from factcheck.db.session import read_only
from factcheck.models import Article, Status
from indexer.evaluation.results import milliseconds
from tests.e2e.service import Service
from tests.waiting import wait_until

Json = dict[str, Any]

SLOW, CRAWLED, VISITED, BURST, HOT = 40, 20, 15, 100, 1000
UNCACHED = 100


@dataclass(frozen=True)
class Phase:
    name: str
    strangers: Sequence[tuple[str, int, str]]
    """Kinds of `benchmarks.strangers`, how many or how often, and what they ask for."""


PHASES = (
    Phase("nobody else", ()),
    Phase(
        f"{SLOW} slow connections, {CRAWLED} pages a second crawled, {VISITED} visitors a second",
        (("hold", SLOW, "articles"), ("crawl", CRAWLED, "articles"), ("visit", VISITED, "pages")),
    ),
    Phase(f"{BURST} visitors a second", (("visit", BURST, "pages"),)),
    Phase(f"{HOT:,} requests a second for one page", (("visit", HOT, "hot"),)),
)


def run(setting: Setting, options: argparse.Namespace) -> Measured:
    files = written_paths(setting)
    people = [setting.line.person(f"person {n}", "zh-TW", "phone") for n in range(options.rate * GAP)]
    phases, shown = [], [f"{options.rate} events a second for {options.seconds} s each time, with", HEADER]
    for phase in PHASES:
        with strangers(setting, phase, options.seconds, files) as answers:
            done = post_events(setting, people, setting.messages(), seconds=options.seconds, rate=options.rate)
        lines, figures = described(phase, done, answers)
        shown += lines
        phases.append(figures)
    wait_until(setting.is_idle, DRAIN_SECONDS, "the worker")
    cost = uncached_cost(setting.service, files["articles"].read_text().split())
    shown.append(f"processor time of an article's page that no cache has: {cost} ms")
    figures = {"a_second": options.rate, "seconds": options.seconds, "phases": phases, "uncached_article_ms": cost}
    return "\n".join(shown), figures


def described(phase: Phase, done: Sequence[tuple[int, float]], answers: Sequence[Json]) -> tuple[list[str], Json]:
    took = [seconds for _, seconds in done]
    visits = [seconds for answer in answers for seconds in answer.get("seconds", ())]
    statuses, ok = counted(answers), sum(status == 200 for status, _ in done)
    lines = [f"- {phase.name}", row("webhook answered", took)]
    lines += [row("strangers answered", visits)] if visits else []
    lines += [f"  webhook 200: {ok} of {len(done)}; strangers: {statuses}"]
    figures: Json = {"name": phase.name, "webhook": milliseconds(took), "answered_200": ok, "events": len(done)}
    return lines, figures | ({"strangers": milliseconds(visits), "statuses": statuses} if visits else {})


def counted(answers: Sequence[Json]) -> dict[str, int]:
    found: dict[str, int] = {}
    for answer in answers:
        for status, count in answer.get("statuses", {}).items():
            found[status] = found.get(status, 0) + count
    return found


def written_paths(setting: Setting) -> dict[str, Path]:
    with read_only(setting.factory) as session:
        ids = session.scalars(select(Article.id).where(Article.status == Status.NORMAL)).all()
    articles = [f"/article/{article_id}" for article_id in ids]
    found = {"articles": articles, "pages": [*articles, "/", "/?show=answered", "/about"], "hot": ["/"]}
    files = {name: setting.folder / f"{name}.txt" for name in found}
    for name, paths in found.items():
        files[name].write_text("\n".join(paths))
    return files


@contextmanager
def strangers(setting: Setting, phase: Phase, seconds: int, files: dict[str, Path]) -> Iterator[list[Json]]:
    """Lists how each kind was answered, once the block has ended."""
    program = [sys.executable, "-m", "benchmarks.strangers", setting.service.base_url]
    commands = [[*program, kind, str(rate), str(seconds), str(files[name])] for kind, rate, name in phase.strangers]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    answers: list[Json] = []
    try:
        yield answers
        answers += [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    finally:
        for process in processes:
            process.kill()


def uncached_cost(service: Service, articles: Sequence[str]) -> float:
    """Milliseconds of all web processes for a page that is in no cache, of visitors who come one after the other."""
    web, session = service.processes["web"].pid, requests.Session()
    before = processor.of_family(web)
    for number in range(UNCACHED):
        address = f"{service.base_url}{articles[number % len(articles)]}?uncached={number}"
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        session.get(address, headers=headers, timeout=20).raise_for_status()
    return round(1000 * (processor.of_family(web) - before) / UNCACHED, 1)
