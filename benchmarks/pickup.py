"""How soon an idle worker takes up a job, and how soon another process finds a new article."""

import argparse
import secrets
import time

from sqlalchemy import select

from benchmarks.setting import HEADER, Measured, Setting, pause, row
from factcheck.clock import utc_now
from factcheck.db.session import read_only, transaction
from factcheck.matching.text.normalise import fingerprint, normalise
from factcheck.models import InboxEvent
from factcheck.ports import SearchBackend, SearchQuery
from factcheck.services.articles import submit_article
from factcheck.services.users import get_or_create_volunteer
from indexer.evaluation.results import milliseconds
from indexer.factory import build_search
from tests.waiting import wait_until

EVENTS = 50
ARTICLES = 30


def run(setting: Setting, _options: argparse.Namespace) -> Measured:
    waits = {
        "event received to event handled": handled(setting),
        "article committed to found elsewhere": findable(setting),
    }
    lines = [row(name, values) for name, values in waits.items()]
    return "\n".join([HEADER, *lines]), {name: milliseconds(values) for name, values in waits.items()}


def handled(setting: Setting) -> list[float]:
    """Seconds from the webhook's commit to the commit of an event that needs no work."""
    person = setting.line.person("idle", "en", "phone")
    with read_only(setting.factory) as session:
        known = set(session.scalars(select(InboxEvent.id)))
    for n in range(EVENTS):
        setting.line.block(person)
        pause(0.25 + 0.007 * n)  # not in step with the worker's looks at the table
    pause(1)
    with read_only(setting.factory) as session:
        rows = [event for event in session.scalars(select(InboxEvent)) if event.id not in known]
    return [(event.handled_at - event.received_at).total_seconds() for event in rows if event.handled_at]


def findable(setting: Setting) -> list[float]:
    """Seconds from an article's commit until this process, which is neither web nor worker, finds it."""
    search, waits = build_search(setting.settings), []
    for n in range(ARTICLES):
        text = f"新消息第{n}號：{secrets.token_hex(12)} 這是為了量測而寫的訊息，請勿轉傳。"
        with transaction(setting.factory) as session:
            asker = get_or_create_volunteer(session, "bench@example.org", secret_key="x", locale="en", now=utc_now())
            article_id = submit_article(session, text, asker, now=utc_now()).id
        begun = time.perf_counter()
        query = SearchQuery(text=normalise(text), fingerprint=fingerprint(text))
        wait_until(lambda query=query, wanted=article_id: _finds(search, query, wanted), 20, "finding it")
        waits.append(time.perf_counter() - begun)
        pause(0.3)
    return waits


def _finds(search: SearchBackend, query: SearchQuery, article_id: str) -> bool:
    return any(hit.article_id == article_id and hit.same_fingerprint for hit in search.candidates(query))
