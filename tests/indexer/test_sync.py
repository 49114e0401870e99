"""Database and index together: the job handler, drift and its repair, the rebuild."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, reading, transaction
from factcheck.errors import EmbedderUnavailableError, SearchUnavailableError
from factcheck.matching.normalise import fingerprint
from factcheck.models import WEBSITE, App, Article, Job, Status
from factcheck.ports import Matrix, SearchBackend
from factcheck.services.indexing import INDEX_ARTICLE
from indexer.backends.embedded import EmbeddedSearch
from indexer.reindex import reindex
from indexer.sync import BATCH, Drift, find_drift, index_job_handlers, repair
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, LEMON, QUAKE, query

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def search(tmp_path: Path) -> SearchBackend:
    return EmbeddedSearch(tmp_path / "index", expecting())


def add(factory: SessionFactory, article_id: str, text: str, version: int = 1, status: str = Status.NORMAL) -> None:
    with transaction(factory) as session:
        if session.get(App, WEBSITE) is None:
            session.add(App(id=WEBSITE))
            session.flush()
        session.merge(
            Article(
                id=article_id,
                text=text,
                fingerprint=fingerprint(text),
                app_id=WEBSITE,
                version=version,
                status=status,
                created_at=NOW,
            )
        )


def change(factory: SessionFactory, article_id: str, status: str = Status.NORMAL) -> None:
    with transaction(factory) as session:
        article = session.get_one(Article, article_id)
        article.version += 1
        article.status = status


def handle(factory: SessionFactory, search: SearchBackend, article_id: str) -> None:
    handler = index_job_handlers(factory, search, FakeEmbedder())[INDEX_ARTICLE]
    effects = handler({"article_id": article_id})
    with transaction(factory) as session:
        effects(session)


def queued(factory: SessionFactory) -> set[str]:
    with reading(factory) as session:
        return {job.payload["article_id"] for job in session.scalars(select(Job))}


def test_the_job_makes_an_article_findable(factory: SessionFactory, search: SearchBackend) -> None:
    add(factory, "flour", FLOUR + " https://example.com/a")
    handle(factory, search, "flour")
    (hit,) = search.candidates(query(FLOUR + " https://example.com/a"))
    assert (hit.article_id, hit.same_fingerprint, hit.shared_urls, hit.cosine_rank) == ("flour", True, 1, 1)


@pytest.mark.parametrize("status", [Status.BLOCKED, Status.DELETED])
def test_the_job_takes_out_what_is_no_longer_shown(factory: SessionFactory, search: SearchBackend, status: str) -> None:
    add(factory, "flour", FLOUR)
    handle(factory, search, "flour")
    change(factory, "flour", status)
    handle(factory, search, "flour")
    handle(factory, search, "never there")
    assert search.versions() == {}


def test_doing_a_job_twice_does_what_doing_it_once_does(factory: SessionFactory, search: SearchBackend) -> None:
    add(factory, "flour", FLOUR)
    handle(factory, search, "flour")
    handle(factory, search, "flour")
    assert search.versions() == {"flour": 1}


def test_articles_with_nothing_to_embed_are_indexed(factory: SessionFactory, search: SearchBackend) -> None:
    add(factory, "link", "https://example.com/a")
    add(factory, "empty", "🙏")
    handle(factory, search, "link")
    handle(factory, search, "empty")
    assert set(search.versions()) == {"link", "empty"}
    assert [hit.article_id for hit in search.candidates(query("https://example.com/a", vector=False))] == ["link"]


def test_without_the_model_the_job_fails_and_changes_nothing(factory: SessionFactory, search: SearchBackend) -> None:
    add(factory, "flour", FLOUR)
    embedder = FakeEmbedder()
    embedder.available = False
    with pytest.raises(EmbedderUnavailableError):
        index_job_handlers(factory, search, embedder)[INDEX_ARTICLE]({"article_id": "flour"})
    assert search.versions() == {}


def test_drift_is_found_and_repaired(factory: SessionFactory, search: SearchBackend) -> None:
    for article_id, text in (
        ("missing", FLOUR),
        ("stale", LEMON),
        ("blocked", QUAKE),
        ("fine", "完全沒有問題的一則訊息"),
    ):
        add(factory, article_id, text)
        if article_id != "missing":
            handle(factory, search, article_id)
    change(factory, "stale")
    change(factory, "blocked", Status.BLOCKED)
    drift = find_drift(factory, search)
    assert drift == Drift(missing=("missing",), stale=("stale",), extra=("blocked",))
    assert sum(repair(factory, search, FakeEmbedder(), drift)) == 3
    assert len(find_drift(factory, search)) == 0
    assert search.versions() == {"missing": 1, "stale": 2, "fine": 1}


def test_reindex_takes_all_that_is_shown_in_batches(factory: SessionFactory, search: SearchBackend) -> None:
    for number in range(BATCH + 5):
        add(factory, f"a{number:03}", f"{FLOUR}{number}")
    add(factory, "hidden", LEMON, status=Status.BLOCKED)
    steps: list[int] = []
    assert reindex(factory, search, FakeEmbedder(), progress=steps.append) == BATCH + 5
    assert steps == [BATCH, 5]
    assert set(search.versions()) == {f"a{number:03}" for number in range(BATCH + 5)}
    assert queued(factory) == set()


class Interrupting(FakeEmbedder):
    """Does something while the articles are being embedded."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self._act()
        return super().embed_passages(texts)


def test_what_changes_during_a_reindex_is_queued(factory: SessionFactory, search: SearchBackend) -> None:
    for article_id, text in (("m-same", FLOUR), ("m-changed", LEMON), ("m-blocked", QUAKE)):
        add(factory, article_id, text)

    def meanwhile() -> None:
        change(factory, "m-changed")
        change(factory, "m-blocked", Status.BLOCKED)
        add(factory, "a-new", "比其他的編號都還要前面的新訊息")

    reindex(factory, search, Interrupting(meanwhile))
    assert queued(factory) == {"m-changed", "m-blocked", "a-new"}
    for article_id in sorted(queued(factory)):
        handle(factory, search, article_id)
    assert search.versions() == {"m-same": 1, "m-changed": 2, "a-new": 1}


def test_a_reindex_that_fails_leaves_the_old_index(
    factory: SessionFactory, search: SearchBackend, tmp_path: Path
) -> None:
    add(factory, "old", FLOUR)
    handle(factory, search, "old")
    add(factory, "new", LEMON)

    def fail() -> None:
        raise SearchUnavailableError("disk full")

    with pytest.raises(SearchUnavailableError):
        reindex(factory, search, Interrupting(fail))
    assert search.versions() == {"old": 1}
    assert len(list((tmp_path / "index").glob("index-*.sqlite"))) == 1
