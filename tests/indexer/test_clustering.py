"""From a new article to its cluster, through the job table and a real index; and the command for old ones."""

from pathlib import Path

import pytest

from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import Article
from factcheck.ports import SearchBackend
from factcheck.services.clustering import CLUSTER_ARTICLE
from factcheck.services.indexing import enqueue_indexing
from indexer import cli
from tests.conftest import MovableClock
from tests.factcheck.world import add_article
from tests.fakes.embedder import FakeEmbedder
from tests.job_kinds import index_job_handlers

TEXT = "Doctors at the city hospital found that drinking cold lemon water every morning turns the blood acid."
COPY = (
    "Fwd: doctors at the city hospital have found that drinking cold lemon water every morning turns the blood acid!!"
)
OTHER = "Doctors at the city hospital found that drinking 3 litres of lemon water every morning turns the blood acid."


def clusters(factory: SessionFactory, article_ids: list[str]) -> list[str]:
    with read_only(factory) as session:
        return [session.get_one(Article, article_id).cluster_id for article_id in article_ids]


def test_an_indexed_article_joins_its_copy(factory: SessionFactory, search: SearchBackend, clock: MovableClock) -> None:
    handlers = index_job_handlers(factory, search, FakeEmbedder(), clock=clock)
    worker = Worker(factory, handlers, clock=clock)
    article_ids = []
    for text in (TEXT, OTHER, COPY):
        with transaction(factory) as session:
            article_ids.append(add_article(session, text, now=clock()).id)
        clock.advance(minutes=1)
    worker.run_due_jobs()
    assert clusters(factory, article_ids) == [article_ids[0], article_ids[1], article_ids[0]]


def test_an_article_is_compared_once_however_often_it_is_indexed(
    factory: SessionFactory, search: SearchBackend, clock: MovableClock
) -> None:
    handlers = index_job_handlers(factory, search, FakeEmbedder(), clock=clock)
    compared = []
    compare = handlers[CLUSTER_ARTICLE]
    handlers[CLUSTER_ARTICLE] = lambda payload: compared.append(payload) or compare(payload)
    worker = Worker(factory, handlers, clock=clock)
    with transaction(factory) as session:
        article_id = add_article(session, TEXT, now=clock()).id
    worker.run_due_jobs()
    with transaction(factory) as session:
        enqueue_indexing(session, article_id, now=clock())
    worker.run_due_jobs()
    assert compared == [{"article_id": article_id}]


def test_the_command_finds_the_copies_among_imported_articles(
    monkeypatch: pytest.MonkeyPatch, fake_model: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    engine = make_engine(sqlite_url)
    with transaction(make_session_factory(engine)) as session:
        for text in (TEXT, COPY, OTHER):
            add_article(session, text)
    engine.dispose()
    assert cli.main(["cluster"]) == 1, "there is no index yet"
    assert "python -m indexer reindex" in capsys.readouterr().err
    assert cli.main(["reindex"]) == 0
    assert cli.main(["cluster"]) == 0
    assert "3 articles were compared. 2 articles are copies: 1 messages" in capsys.readouterr().out
    assert cli.main(["cluster"]) == 0
    assert "0 articles were compared. 2 articles are copies: 1 messages" in capsys.readouterr().out
