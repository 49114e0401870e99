"""The rebuild of the whole index: everything is in it, whatever happens meanwhile."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from factcheck.clock import utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import SearchUnavailableError
from factcheck.jobs.worker import Worker
from factcheck.models import Article, ArticleFacts, Status
from factcheck.ports import Matrix, SearchBackend
from factcheck.services.indexing import article_changed
from indexer.backends.embedded.backend import EmbeddedSearch
from indexer.reindex import ROUNDS, Pace, reindex
from indexer.sync import BATCH
from tests.conftest import MovableClock
from tests.fakes.embedder import FakeEmbedder
from tests.indexer.articles import add, change, handle, queued
from tests.indexer.conftest import expecting
from tests.indexer.documents import FLOUR, LEMON, QUAKE
from tests.indexer.elasticsearch import BACKENDS, own_prefix, server_url
from tests.indexer.killable_reindex import open_index
from tests.job_kinds import index_job_handlers
from tests.rules.imports import ROOT


@pytest.fixture
def search(tmp_path: Path) -> SearchBackend:
    return EmbeddedSearch(tmp_path / "index", expecting())


@pytest.fixture(params=BACKENDS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """As `killable_reindex` takes it."""
    if request.param == "embedded":
        yield str(tmp_path / "index")
        return
    url = server_url()
    with own_prefix(url) as prefix:
        yield f"{url}#{prefix}"


class Interrupting(FakeEmbedder):
    """Does something while the articles are being embedded."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self._act()
        return super().embed_passages(texts)


def fill(factory: SessionFactory, count: int) -> set[str]:
    for number in range(count):
        add(factory, f"a{number:03}", f"{FLOUR}{number}")
    return {f"a{number:03}" for number in range(count)}


def test_takes_all_that_is_shown_in_batches(factory: SessionFactory, search: SearchBackend) -> None:
    ids = fill(factory, BATCH + 5)
    add(factory, "hidden", LEMON, status=Status.BLOCKED)
    steps: list[tuple[int, int]] = []
    assert reindex(factory, search, FakeEmbedder(), progress=lambda *step: steps.append(step)) == BATCH + 5
    total = BATCH + 5
    assert steps == [(0, total), (BATCH, total), (total, total), (total, total)]
    assert set(search.versions()) == ids
    assert queued(factory) == set()


def test_what_changes_meanwhile_is_in_the_new_index_or_queued(factory: SessionFactory, search: SearchBackend) -> None:
    for article_id, text in (("m-same", FLOUR), ("m-changed", LEMON), ("m-blocked", QUAKE)):
        add(factory, article_id, text)
    todo = [lambda: change(factory, "m-changed"), lambda: change(factory, "m-blocked", Status.BLOCKED)]
    todo.append(lambda: add(factory, "a-new", "比其他的編號都還要前面的新訊息"))

    def meanwhile() -> None:
        while todo:
            todo.pop()()

    reindex(factory, search, Interrupting(meanwhile))
    assert queued(factory) == {"m-blocked"}
    handle(factory, search, "m-blocked")
    assert search.versions() == {"m-same": 1, "m-changed": 2, "a-new": 1}


def test_what_never_stops_changing_is_queued(factory: SessionFactory, search: SearchBackend) -> None:
    add(factory, "a", FLOUR)
    reindex(factory, search, Interrupting(lambda: change(factory, "a")))
    assert search.versions() == {"a": ROUNDS}
    assert queued(factory) == {"a"}


def test_a_rebuild_that_fails_leaves_the_old_index_and_what_it_did(
    factory: SessionFactory, search: SearchBackend
) -> None:
    handle_all = fill(factory, BATCH + 1)
    handle(factory, search, "a000")
    calls: list[int] = []

    def fail_at_the_second() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise SearchUnavailableError("disk full")

    with pytest.raises(SearchUnavailableError):
        reindex(factory, search, Interrupting(fail_at_the_second))
    assert search.versions() == {"a000": 1}
    assert [unfinished.documents for unfinished in search.status().unfinished] == [BATCH]
    steps: list[tuple[int, int]] = []
    reindex(factory, search, FakeEmbedder(), progress=lambda *step: steps.append(step))
    assert steps[0] == (BATCH, BATCH + 1)
    assert set(search.versions()) == handle_all
    assert search.status().unfinished == ()


def test_a_killed_rebuild_goes_on_where_it_stopped(sqlite_url: str, index: str) -> None:
    from factcheck.db.session import make_engine, make_session_factory

    factory = make_session_factory(make_engine(sqlite_url))
    ids = fill(factory, 2 * BATCH + 5)
    command = [sys.executable, "-m", "tests.indexer.killable_reindex", sqlite_url, index, str(BATCH)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == str(BATCH)
    process.kill()
    process.wait()
    process.stdout.close()

    change(factory, "a000")  # in the unfinished index already
    change(factory, "a001", Status.DELETED)
    change(factory, f"a{2 * BATCH:03}")  # not there yet
    search, embedded = open_index(index), Counting()
    assert reindex(factory, search, embedded) == 2 * BATCH + 5
    assert embedded.texts == BATCH + 5 + 1
    assert queued(factory) == {"a001"}
    handle(factory, search, "a001")
    versions = search.versions()
    assert set(versions) == ids - {"a001"}
    assert (versions["a000"], versions[f"a{2 * BATCH:03}"]) == (2, 2)


class Counting(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        self.texts += len(texts)
        return super().embed_passages(texts)


def test_if_it_is_killed_right_after_the_switch_a_job_finds_what_is_missing(
    factory: SessionFactory, search: SearchBackend, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
) -> None:
    add(factory, "a", FLOUR)

    class Killed(BaseException):
        pass

    def die(*_arguments: object) -> None:
        change(factory, "a")
        raise Killed

    monkeypatch.setattr("indexer.reindex._queue_changes", die)
    with pytest.raises(Killed):
        reindex(factory, search, FakeEmbedder(), clock=clock)
    worker = Worker(factory, index_job_handlers(factory, search, FakeEmbedder(), clock=clock), clock=clock)
    worker.run_due_jobs()
    assert search.versions() == {"a": 1}
    with read_only(factory) as session:
        assert session.get(ArticleFacts, "a") is not None, "nobody else derives what was imported"
    clock.advance(minutes=2)
    worker.run_due_jobs()
    assert search.versions() == {"a": 2}


def test_no_write_is_lost_around_the_switch(sqlite_url: str, index: str) -> None:
    """A worker writes all the time, through an instance of its own, while the index is rebuilt again and again."""
    from factcheck.db.session import make_engine, make_session_factory

    factory = make_session_factory(make_engine(sqlite_url))
    ids = sorted(fill(factory, 30))
    reindex(factory, open_index(index), FakeEmbedder())
    worker = Worker(factory, index_job_handlers(factory, open_index(index), FakeEmbedder()), threads=2)
    running = threading.Thread(target=worker.run)
    stop = threading.Event()

    def keep_changing() -> None:
        turn = 0
        while not stop.wait(0.1):
            with transaction(factory) as session:
                article = session.get_one(Article, ids[turn % len(ids)])
                article.status = Status.BLOCKED if turn % 5 == 0 else Status.NORMAL
                article_changed(session, article, now=utc_now())
            turn += 1

    changing = threading.Thread(target=keep_changing)
    running.start()
    changing.start()
    try:
        for _ in range(2):
            reindex(factory, open_index(index), FakeEmbedder())
    finally:
        stop.set()
        changing.join()
        worker.stop()
        running.join()
    later = Worker(
        factory,
        index_job_handlers(factory, open_index(index), FakeEmbedder()),
        clock=lambda: utc_now() + timedelta(seconds=30),
    )
    later.run_due_jobs()  # before the check's time: it must not be needed
    with transaction(factory) as session:
        articles = [session.get_one(Article, article_id) for article_id in ids]
        shown = {article.id: article.version for article in articles if article.status == Status.NORMAL}
    assert open_index(index).versions() == shown


def test_the_pace_is_kept_from_the_start() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(10, now=lambda: now[0], sleep=sleep)
    now[0] += 1
    pace.wait_after(50)
    now[0] += 9
    pace.wait_after(50)
    pace.wait_after(50)
    assert slept == pytest.approx([4.0, 1.0])
    Pace(None, sleep=sleep).wait_after(1000)
    assert len(slept) == 2
