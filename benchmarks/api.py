"""What the API takes: the queries that clients send most, by ten clients at once among 100,000 articles, and a crowd
that wants one answer. `web` runs as in production, on PostgreSQL if TEST_DATABASE_URL names a server, else on SQLite.

None of these queries needs an embedding, so that neither index nor model runs. Each request comes from a network of its
own, as a proxy would tell it, or the limits would be measured.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, insert, text

from benchmarks.setting import machine
from factcheck.api.graphql.context import Context
from factcheck.api.graphql.transport import graphql_blueprint
from factcheck.api.quotas import Quotas
from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.models import (
    LINE_BOT,
    WEBSITE,
    App,
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Need,
    Reply,
    ReplyRequest,
    User,
)
from factcheck.settings import load_settings
from indexer.evaluation.results import milliseconds
from tests.e2e.service import Service
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch
from tests.postgresql import own_schema
from tests.waiting import wait_until

Json = dict[str, Any]
ARTICLES, CLIENTS, PEOPLE = 100_000, 10, 2_000
BATCH, ALONE = 5_000, 40
HOT, HOT_SECONDS, WEBHOOKS_A_SECOND = 1_000, 20, 10
SECRET = "s" * 32

_PAGE = "id text replyCount replyRequestCount createdAt articleType articleReplies(statuses: [NORMAL]) { articleId "
_PAGE += "replyId createdAt positiveFeedbackCount negativeFeedbackCount reply { id type text } user { id name } }"
QUERIES: Mapping[str, str] = {
    "one article with its replies (line-bot, site)": "query($id: String) { GetArticle(id: $id) { " + _PAGE + " } }",
    "list of 25 by date (site)": "{ ListArticles(filter: {replyCount: {GTE: 1}}, orderBy: [{createdAt: DESC}], "
    "first: 25) { edges { cursor node { " + _PAGE + " } } } }",
    "badge of what waits (site)": "{ ListArticles(filter: {replyRequestCount: {GTE: 2}, "
    "hasArticleReplyWithMorePositiveFeedback: false}) { totalCount } }",
    "what was replied to of late (line-bot's notices)": "query($since: String) { ListArticles(filter: {repliedAt: "
    "{GT: $since}}, orderBy: [{lastRepliedAt: DESC}], first: 25) { edges { cursor node { id "
    "articleReplies(status: NORMAL) { createdAt } } } } }",
    "newest replies with their end (takedowns)": "query($since: String) { ListReplies(filter: {createdAt: "
    "{GT: $since}}, orderBy: {createdAt: DESC}, first: 25) { pageInfo { lastCursor } edges { cursor node { id text "
    "status createdAt user { id name } } } } }",
}


def measure(*, articles: int = ARTICLES, seconds: int = 20) -> Json:
    """Measures all; the figures of one machine."""
    with tempfile.TemporaryDirectory(prefix="factline-api-") as folder, own_database() as url:
        service = Service(Path(folder), _settings(url))
        service.run("factcheck", "migrate")
        factory = make_session_factory(make_engine(_resolved(service)))
        ids = fill(factory, articles)
        try:
            service.start("web")
            wait_until(lambda: _is_up(service.base_url), 120, "web")
            queries = {name: of_query(service, factory, name, ids, seconds) for name in QUERIES}
            crowd = of_crowd(service, ids[0], Path(folder))
        finally:
            service.stop()
            factory.kw["bind"].dispose()
    database = "PostgreSQL" if url else "SQLite"
    load = [round(value, 1) for value in os.getloadavg()]
    about = {"articles": articles, "clients": CLIENTS, "database": database, "load": load}
    return {**about, "queries": queries, "crowd": crowd}


def shown(figures: Json) -> str:
    lines = [f"{figures['articles']:,} articles on {figures['database']}, {figures['clients']} clients, {machine()}"]
    for name, one in figures["queries"].items():
        lines.append(f"{name}: {json.dumps(one)}")
    return "\n".join([*lines, f"crowd: {json.dumps(figures['crowd'])}"])


@contextmanager
def own_database() -> Iterator[str]:
    """Gives the URL of an empty schema that goes at the end, or '' for a file."""
    if os.environ.get("TEST_DATABASE_URL"):
        with own_schema() as url:
            yield url
    else:
        yield ""


def _settings(url: str) -> Mapping[str, str]:
    wanted = {"TRIAL": "1", "TRUSTED_PROXIES": "1", "LINE_CHANNEL_SECRET": SECRET, "SECRET_KEY": "k" * 40}
    return {**wanted, "DATABASE_URL": url} if url else wanted


def _resolved(service: Service) -> str:
    given = service.environment.get("DATABASE_URL", "")
    return load_settings(database_url=given, var_dir=service.folder).resolved_database_url


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def fill(factory: SessionFactory, count: int) -> list[str]:
    """Makes articles: half have a reply or two, a fifth several requests, and some votes."""
    made, now = random.Random(7), datetime.now(UTC)
    with transaction(factory) as session:
        session.execute(insert(App), [{"id": LINE_BOT, "name": ""}, {"id": WEBSITE, "name": ""}])
        people = [{"id": f"u{n}", "app_id": WEBSITE, "name": f"P {n}", "published_id": f"p{n}"} for n in range(PEOPLE)]
        session.execute(insert(User), people)
    ids = [f"a{number}" for number in range(count)]
    for start in range(0, count, BATCH):
        with transaction(factory, durable=False) as session:
            _add(session, ids[start : start + BATCH], made, now)
    with transaction(factory) as session:
        session.execute(text("ANALYZE"))
    return ids


def _add(session: Any, ids: Sequence[str], made: random.Random, now: datetime) -> None:
    rows: dict[Any, list[Json]] = {Article: [], Reply: [], ArticleReply: [], ReplyRequest: [], ArticleReplyFeedback: []}
    for article_id in ids:
        at = now - timedelta(minutes=made.randrange(60 * 24 * 700))
        replies, asked = made.choice((0, 0, 1, 1, 2)), made.choice((1, 1, 1, 2, 4))
        rows[Article].append(_article(article_id, made, at, replies, asked))
        people = made.sample(range(PEOPLE), asked)
        rows[ReplyRequest] += [{"article_id": article_id, "user_id": f"u{one}", "created_at": at} for one in people]
        for number in range(replies):
            reply_id, by = f"{article_id}r{number}", f"u{made.randrange(PEOPLE)}"
            later, words = at + timedelta(hours=number + 1), " ".join(made.choices(WORDS, k=60))
            shared = {"user_id": by, "app_id": WEBSITE, "created_at": later}
            rows[Reply].append({"id": reply_id, "type": "RUMOR", "text": words, "reference": "https://x.org", **shared})
            ups = made.choice((0, 0, 1, 2))
            link = {"article_id": article_id, "reply_id": reply_id, "positive_feedback_count": ups, **shared}
            rows[ArticleReply].append({**link, "updated_at": later})
            voters = made.sample(range(PEOPLE), ups)
            key = {"article_id": article_id, "reply_id": reply_id, "score": 1, "created_at": later}
            rows[ArticleReplyFeedback] += [{**key, "user_id": f"u{one}", "updated_at": later} for one in voters]
    for model, values in rows.items():
        if values:
            session.execute(insert(model), values)


WORDS = "喝 溫水 檸檬 治療 醫師 證實 每天 早上 血壓 政府 公告 補助 請 轉發 家人 詐騙 帳號 連結 新聞 報導".split()


def _article(article_id: str, made: random.Random, at: datetime, replies: int, asked: int) -> Json:
    return {
        "id": article_id,
        "text": "".join(made.choices(WORDS, k=80)),
        "fingerprint": article_id,
        "references": ["LINE"],
        "user_id": f"u{made.randrange(PEOPLE)}",
        "app_id": LINE_BOT,
        "normal_article_reply_count": replies,
        "cluster_reply_count": replies,
        "reply_request_count": asked,
        "cluster_request_count": asked,
        "cluster_id": article_id,
        "cluster_checked": True,
        "similar_checked": True,
        "language": "zh-Hant",
        "need": Need.NOTHING,
        "created_at": at,
        "updated_at": at,
        "last_requested_at": at,
        "change_number": int(article_id[1:]) + 1,
    }


def of_query(service: Service, factory: SessionFactory, name: str, ids: Sequence[str], seconds: int) -> Json:
    """Sends one query by ten clients at once for so long."""
    took: list[float] = []
    failed: list[str] = []
    refused: list[int] = []
    until = time.perf_counter() + seconds

    def client(number: int) -> None:
        chosen = random.Random(f"{name} {number}")
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        while time.perf_counter() < until:
            body = _body(name, ids, chosen)
            headers = {"Content-Type": "application/json", "X-Forwarded-For": _network(chosen)}
            begun = time.perf_counter()
            connection.request("POST", "/graphql", body, headers)
            answer = connection.getresponse()
            told = answer.read()
            if answer.status == 503:  # the front had no room within two seconds
                refused.append(number)
                continue
            took.append(time.perf_counter() - begun)
            if answer.status != 200 or b'"errors"' in told:
                failed.append(f"{answer.status} {told[:100]!r}")

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"{name}: {len(failed)} of {len(took)} failed: {failed[0]}")
    alone = _alone(factory, name, ids)
    times = milliseconds(took) if took else {}
    return {"milliseconds": times, "a_second": len(took) / seconds, "refused": len(refused), **alone}


def _body(name: str, ids: Sequence[str], chosen: random.Random) -> bytes:
    since = (datetime.now(UTC) - timedelta(days=chosen.randrange(3, 60))).isoformat()
    variables = {"id": chosen.choice(ids), "since": since}
    return json.dumps({"query": QUERIES[name], "variables": variables}).encode()


def _network(chosen: random.Random) -> str:
    return f"2001:db8:{chosen.randrange(2**16):x}:{chosen.randrange(2**16):x}::1"


def _alone(factory: SessionFactory, name: str, ids: Sequence[str]) -> Json:
    """Asks in this process, one after the other: the statements of a query, its processor time here, and how long the
    fastest took, which others on the machine hardly change."""
    counted: list[int] = []
    app = Flask(__name__)
    quotas = Quotas(lambda: "", enabled=lambda: False)
    context = Context(factory, FakeSearch(), FakeEmbedder(), utc_now, quotas, "", timedelta(0))
    app.register_blueprint(graphql_blueprint(context))

    def note(*_: object) -> None:
        counted.append(1)

    client, chosen = app.test_client(), random.Random(name)

    def ask() -> tuple[float, float]:
        body = _body(name, ids, chosen)
        begun, used = time.perf_counter(), time.process_time()
        client.post("/graphql", data=body, content_type="application/json")
        return time.perf_counter() - begun, time.process_time() - used

    ask()  # parses the query
    event.listen(factory.kw["bind"], "before_cursor_execute", note)
    ask()
    event.remove(factory.kw["bind"], "before_cursor_execute", note)
    tried = [ask() for _ in range(ALONE)]
    return {
        "statements": len(counted),
        "processor_ms": round(1000 * statistics.median(used for _, used in tried), 2),
        "fastest_ms": round(1000 * min(took for took, _ in tried), 2),
    }


def of_crowd(service: Service, article_id: str, folder: Path) -> Json:
    """Offers a thousand requests a second for one answer, and webhooks beside it."""
    paths = folder / "hot.txt"
    paths.write_text(f"/api/v1/articles/{article_id}\n")
    alone = _webhooks(service, 5)
    arguments = [service.base_url, "visit", str(HOT), str(HOT_SECONDS), str(paths)]
    command = [sys.executable, "-m", "benchmarks.strangers", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as strangers:
        time.sleep(2)
        beside = _webhooks(service, HOT_SECONDS - 4)
        told = json.loads(strangers.communicate()[0])
    return {
        "offered_a_second": HOT,
        "seconds": HOT_SECONDS,
        "statuses": told["statuses"],
        "milliseconds": milliseconds(told["seconds"]),
        "webhook_alone": milliseconds(alone),
        "webhook_beside": milliseconds(beside),
    }


def _webhooks(service: Service, seconds: int) -> list[float]:
    """Posts signed webhooks without events, as LINE's console does, and says how long each took."""
    body = json.dumps({"destination": "U" + "0" * 32, "events": []}).encode()
    signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    took, start = [], time.perf_counter()
    for number in range(seconds * WEBHOOKS_A_SECOND):
        time.sleep(max(0.0, start + number / WEBHOOKS_A_SECOND - time.perf_counter()))
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
        connection.request("POST", "/callback", body, {"X-Line-Signature": signature})
        status = connection.getresponse().status
        connection.close()
        if status != 200:
            raise RuntimeError(f"a webhook was answered {status}")
        took.append(time.perf_counter() - begun)
    return took
