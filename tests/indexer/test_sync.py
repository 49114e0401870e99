"""Database and index together: the job handlers, drift and its repair."""

from pathlib import Path

import pytest

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import EmbedderUnavailableError
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import Article, Status
from factcheck.ports import SearchBackend
from factcheck.services.indexing import INDEX_ARTICLE
from factcheck.services.matching import MOST_OF_A_HOST, find_hits
from indexer.backends.embedded.backend import EmbeddedSearch
from indexer.sync import CHECK_INDEX, Drift, find_drift, repair
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.articles import add, change, handle, queued
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, LEMON, QUAKE, query
from tests.job_kinds import index_job_handlers


@pytest.fixture
def search(tmp_path: Path) -> SearchBackend:
    return EmbeddedSearch(tmp_path / "index", expecting())


def test_the_job_makes_an_article_findable(factory: SessionFactory, search: SearchBackend) -> None:
    add(factory, "flour", FLOUR + " https://example.com/a")
    handle(factory, search, "flour")
    (hit,) = search.candidates(query(FLOUR + " https://example.com/a"))
    assert (hit.article_id, hit.same_fingerprint, hit.shared_urls, hit.cosine_rank) == ("flour", True, 1, 1)


def test_the_job_stores_what_this_release_takes_for_the_same_text(
    factory: SessionFactory, search: SearchBackend
) -> None:
    """A process of the release before may have added the article."""
    add(factory, "flour", FLOUR)
    with transaction(factory) as session:
        session.get_one(Article, "flour").fingerprint = "of an older release"
    handle(factory, search, "flour")
    assert search.candidates(query(FLOUR))[0].same_fingerprint
    with transaction(factory) as session:
        assert session.get_one(Article, "flour").fingerprint == fingerprint(FLOUR)


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


def test_the_check_queues_what_differs(factory: SessionFactory, search: SearchBackend) -> None:
    for article_id, text in (("missing", FLOUR), ("stale", LEMON), ("blocked", QUAKE)):
        add(factory, article_id, text)
        if article_id != "missing":
            handle(factory, search, article_id)
    change(factory, "stale")
    change(factory, "blocked", Status.BLOCKED)
    before = queued(factory)
    effects = index_job_handlers(factory, search, FakeEmbedder())[CHECK_INDEX]({})
    with transaction(factory) as session:
        effects(session)
    assert queued(factory) - before == {"missing", "stale", "blocked"}


@pytest.mark.parametrize("message", ["evil-shop.tw", "https://www.evil-shop.tw/", "這是詐騙嗎 evil-shop點tw"])
def test_a_host_alone_finds_the_articles_that_name_it(
    factory: SessionFactory, search: SearchBackend, message: str
) -> None:
    add(factory, "shop", FLOUR + " https://evil-shop.tw/sale")
    add(factory, "other", LEMON + " https://evil-shop.tw.example/sale")
    for article_id in ("shop", "other"):
        handle(factory, search, article_id)
    found = find_hits(search, FakeEmbedder(), message)
    assert [hit.article_id for hit in found if hit.shared_urls] == ["shop"]


def test_a_host_that_many_articles_name_means_none_of_them(factory: SessionFactory, search: SearchBackend) -> None:
    for number in range(MOST_OF_A_HOST + 1):
        add(factory, str(number), f"{FLOUR} {number} https://evil-shop.tw/{number}")
        handle(factory, search, str(number))
    assert not any(hit.shared_urls for hit in find_hits(search, FakeEmbedder(), "evil-shop.tw"))


def test_a_message_that_says_more_is_not_its_host(factory: SessionFactory, search: SearchBackend) -> None:
    add(factory, "shop", FLOUR + " https://evil-shop.tw/sale")
    handle(factory, search, "shop")
    assert not any(hit.shared_urls for hit in find_hits(search, FakeEmbedder(), LEMON + " evil-shop.tw"))
