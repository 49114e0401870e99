"""How fast pages are with a real dataset and many made articles beside it, on SQLite and PostgreSQL.

    python -m benchmarks pages --dataset DIR --messages FILE.jsonl [--made 100000] [--seconds 60] [--rate 15]
                               [--json OUT]

DIR holds zipped CSV files in Cofacts' format, FILE the texts of its articles (a line {"id", "text"} each). The made
articles are edited copies of these with vectors that resemble theirs (`benchmarks.variants`); `benchmarks.page_data`
says what belongs to them. Both databases have the embedded index. Requests come at a steady rate in the mix of `MIX`:
strangers, each with an address of their own, and for every third request a volunteer who is logged in.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import and_, func, or_, select

from benchmarks.crowd import uncached_cost
from benchmarks.page_data import fill
from benchmarks.setting import HEADER, machine, row
from benchmarks.strangers import PATIENCE, visitors
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, open_database, read_only, transaction
from factcheck.jobs.queue import bring_forward
from factcheck.models import Article, Category, Job, JobState, ReplyType
from factcheck.settings import load_settings
from indexer.evaluation.results import milliseconds, out_file, save
from indexer.sync import CHECK_INDEX
from tests.e2e.service import Service
from tests.e2e.volunteer import Volunteer
from tests.postgresql import own_schema
from tests.waiting import wait_until

MIX = {"article": 45, "queue": 20, "filters": 15, "search": 12, "home": 8}
"""Requests of a hundred."""
VOLUNTEERS, EACH_VOLUNTEER = 10, 3
WARM_UP_SECONDS = 10
SETTLE_SECONDS = 1_200
SEED = 11
ORDERS = ("wanted", "asked", "recent", "oldest")
TABS = ("waiting", "votes", "answered", "all")


@dataclass(frozen=True)
class Request:
    kind: str
    path: str
    headers: Mapping[str, str]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks pages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--messages", type=Path, required=True)
    parser.add_argument("--made", type=int, default=100_000, help="articles beside those of the dataset")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=15, help="requests a second")
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args(arguments)
    print(machine(), flush=True)
    figures: dict[str, Any] = {"made_articles": options.made, "rate": options.rate, "mix": MIX, "databases": {}}
    for name in ("sqlite", "postgresql"):
        if name == "postgresql" and not os.environ.get("TEST_DATABASE_URL"):
            print("postgresql is left out: TEST_DATABASE_URL is not set")
            continue
        with filled_service(name, options) as service:
            figures["databases"][name] = measure(service, options)
    if options.json:
        save(options.json, figures)


@contextmanager
def filled_service(name: str, options: argparse.Namespace) -> Iterator[Service]:
    with ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="factline-pages-"))
        database = {"DATABASE_URL": opened.enter_context(own_schema())} if name == "postgresql" else {}
        service = Service(Path(folder) / "service", {"TRIAL": "1", "TRUSTED_PROXIES": "1", **database})
        service.run("factcheck", "migrate")
        begun = time.perf_counter()
        fill(settings_of(service), options.dataset, options.messages, options.made)
        print(f"\n== {name}: filled in {time.perf_counter() - begun:.0f} s; {machine()}", flush=True)
        yield opened.enter_context(service)


def settings_of(service: Service) -> Any:
    return load_settings(**{name.lower(): value for name, value in service.environment.items()})


def measure(service: Service, options: argparse.Namespace) -> dict[str, Any]:
    factory = open_database(settings_of(service))
    settle(factory)
    requests = mixed(factory, cookies(service))
    asyncio.run(ask(service.base_url, requests, options.rate, WARM_UP_SECONDS))
    took, statuses = asyncio.run(ask(service.base_url, requests, options.rate, options.seconds))
    print(HEADER)
    for kind in MIX:
        print(row(kind, took[kind]), flush=True)
    with read_only(factory) as session:
        ids = session.scalars(select(Article.id).where(Article.cluster_reply_count > 0).limit(200)).all()
    cost = uncached_cost(service, [f"/article/{article_id}" for article_id in ids])
    print(f"answers: {dict(statuses)}; processor time of an article's page that no cache has: {cost} ms; {machine()}")
    return {
        "pages": {kind: milliseconds(took[kind]) for kind in MIX},
        "statuses": statuses,
        "uncached_article_ms": cost,
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def settle(factory: SessionFactory) -> None:
    """Waits until the worker has done what it does when it starts: a release of all that, a look at the index."""
    with transaction(factory) as session:
        bring_forward(session, CHECK_INDEX, now=utc_now())

    def is_idle() -> bool:
        with read_only(factory) as session:
            running = Job.state == JobState.RUNNING
            due = and_(Job.state == JobState.READY, Job.due_at <= utc_now())
            return not session.scalar(select(func.count()).select_from(Job).where(or_(running, due)))

    wait_until(is_idle, SETTLE_SECONDS, "the worker's first jobs", pause=2)


def cookies(service: Service) -> list[str]:
    """Logs volunteers in, and gives what their browsers send."""
    found = []
    for number in range(VOLUNTEERS):
        person = Volunteer(service.base_url)
        person.log_in(f"volunteer{number}@example.org")
        found.append("; ".join(f"{one.name}={one.value}" for one in person.http.cookies))
    return found


def mixed(factory: SessionFactory, logged_in: Sequence[str]) -> Iterator[Request]:
    """Gives requests without end, the same for the same database."""
    rng, people = random.Random(SEED), visitors()
    with read_only(factory) as session:
        known = session.execute(select(Article.id, Article.text).order_by(Article.id)).all()
        topics = list(session.scalars(select(Category.id).order_by(Category.id)))
    rng.shuffle(known)
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    number = 0
    while True:
        kind, (article_id, text), number = rng.choice(kinds), rng.choice(known), number + 1
        path = path_of(kind, article_id, text, topics, rng)
        headers = {"X-Forwarded-For": next(people), "Accept-Language": "zh-TW", "Accept-Encoding": "gzip"}
        if number % EACH_VOLUNTEER == 0:
            who = number // EACH_VOLUNTEER % len(logged_in)
            headers |= {"Cookie": logged_in[who], "X-Forwarded-For": f"2001:db8:ffff:{who}::1"}
        yield Request(kind, path, headers)


def path_of(kind: str, article_id: str, text: str, topics: Sequence[str], rng: random.Random) -> str:
    """Searches are for some characters of a message, and for one in four for a sentence of it."""
    if kind == "article":
        return f"/article/{article_id}"
    if kind == "home":
        return "/"
    if kind == "queue":
        return f"/?show={rng.choice(TABS)}&order={rng.choice(ORDERS)}&page={rng.randint(1, 5)}"
    if kind == "search":
        start, length = rng.randrange(max(1, len(text) - 4)), rng.choice((2, 3, 4, 60))
        return f"/search?q={text[start : start + length].replace('&', ' ').replace('#', ' ').replace('%', ' ')}"
    filters = (
        *(f"verdict={one}" for one in ReplyType),
        *(f"topic={one}" for one in topics[:4]),
        *("replies=none", "replies=many", "votes=helpful", "votes=few", "language=en", "claimed=no", "author=writer3"),
    )
    return f"/?show=all&{rng.choice(filters)}&page={rng.randint(1, 3)}"


async def ask(
    url: str, requests: Iterator[Request], rate: float, seconds: float
) -> tuple[dict[str, list[float]], Counter[str]]:
    """Asks at a steady rate, whether or not the answers come."""
    took: dict[str, list[float]] = defaultdict(list)
    statuses: Counter[str] = Counter()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, timeout=PATIENCE, cookie_jar=aiohttp.DummyCookieJar()
    ) as client:

        async def one(request: Request) -> None:
            begun = time.perf_counter()
            try:
                async with client.get(f"{url}{request.path}", headers=request.headers) as answer:
                    await answer.read()
                    statuses[str(answer.status)] += 1
            except (aiohttp.ClientError, TimeoutError) as error:
                statuses[type(error).__name__] += 1
            took[request.kind].append(time.perf_counter() - begun)

        start, sent = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            sent.append(asyncio.create_task(one(next(requests))))
        await asyncio.gather(*sent)
    return took, statuses
