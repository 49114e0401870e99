"""Pages do not wait for an index or a model that hangs, and come back to it by themselves."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from editor_ui.circuit_breaker import SKIP, SLOW, Breaker
from editor_ui.rate_limits import SWITCH
from factcheck.errors import EmbedderUnavailableError, IndexMismatchError, SearchUnavailableError
from factcheck.settings import Settings
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch


class Counted:
    """Stands before a method of a fake: counts its calls, and makes each take `seconds`."""

    def __init__(self, method: Callable[..., object], clock: MovableClock) -> None:
        self.calls, self.seconds = 0, 0.0
        self._method, self._clock = method, clock

    def __call__(self, *arguments: object, **named: object) -> object:
        self.calls += 1
        self._clock.advance(seconds=self.seconds)
        return self._method(*arguments, **named)


@pytest.fixture
def containing(search: FakeSearch, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """What a search asks of the index first."""
    counted = Counted(search.containing, clock)
    monkeypatch.setattr(search, "containing", counted)
    return counted


@pytest.fixture
def embedding(embedder: FakeEmbedder, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted = Counted(embedder.embed_queries, clock)
    monkeypatch.setattr(embedder, "embed_queries", counted)
    return counted


def fallback(browser: Browser) -> bool:
    return "search index does not answer" in browser.main.text


@pytest.fixture
def app(build: Callable[..., Flask], settings: Settings) -> Flask:
    """A site whose index is in another process, which may hang."""
    return build(settings.model_copy(update={"search_backend": "elasticsearch"}))


@pytest.mark.parametrize("trouble", ["away", "slow"])
def test_an_index_in_trouble_is_left_alone_for_a_while(
    trouble: str, visitor: Browser, world: World, search: FakeSearch, containing: Counted, clock: MovableClock
):
    article_id = world.article("lemon water cures")
    search.available, containing.seconds = trouble != "away", 2.5 if trouble == "slow" else 0.0
    visitor.get("/search?q=lemon")
    assert containing.calls == 1
    visitor.get("/search?q=lemon")
    assert fallback(visitor)
    assert visitor.root.with_class("card")
    visitor.get(f"/article/{article_id}/reuse?q=lemon")
    assert fallback(visitor)
    assert containing.calls == 1
    search.available, containing.seconds = True, 0.0
    clock.advance(seconds=SKIP.total_seconds())
    visitor.get("/search?q=lemon")
    assert not fallback(visitor)


def test_an_embedded_index_in_a_crowd_is_still_asked(
    build: Callable[..., Flask], settings: Settings, world: World, containing: Counted
):
    """What would be done in its place takes longer."""
    world.article("lemon water cures")
    visitor = Browser(build(settings.model_copy(update={"search_backend": "embedded"})))
    containing.seconds = 2.5
    for _ in range(3):
        visitor.get("/search?q=lemon")
        assert not fallback(visitor)
    assert containing.calls == 3


@pytest.mark.parametrize("trouble", ["away", "slow"])
def test_without_the_model_words_are_still_searched_for(
    trouble: str, visitor: Browser, world: World, embedder: FakeEmbedder, embedding: Counted, clock: MovableClock
):
    world.article("lemon water cures")
    embedder.available, embedding.seconds = trouble != "away", 2.5 if trouble == "slow" else 0.0
    for _ in range(3):
        visitor.get("/search?q=lemon")
        assert not fallback(visitor)
        assert visitor.root.with_class("card")
    assert embedding.calls == 1
    clock.advance(seconds=SKIP.total_seconds())
    visitor.get("/search?q=lemon")
    assert embedding.calls == 2


def test_each_app_has_a_breaker_of_its_own(
    build: Callable[..., Flask], visitor: Browser, settings: Settings, world: World, search: FakeSearch
):
    world.article("lemon water cures")
    search.available = False
    visitor.get("/search?q=lemon")
    search.available = True
    other = Browser(build(settings))
    other.get("/search?q=lemon")
    assert not fallback(other)


def fail() -> None:
    raise SearchUnavailableError("away")


@pytest.fixture
def breaker(clock: MovableClock) -> Breaker:
    return Breaker(clock, SearchUnavailableError)


def test_what_is_not_slow_changes_nothing(breaker: Breaker, clock: MovableClock):
    for _ in range(3):
        breaker.call(lambda: clock.advance(seconds=SLOW.total_seconds()))
    assert breaker.call(lambda: 7) == 7


def test_another_trouble_of_the_index_is_an_answer(breaker: Breaker):
    def mismatch() -> None:
        raise IndexMismatchError("another model")

    for _ in range(2):
        with pytest.raises(IndexMismatchError):
            breaker.call(mismatch)


def test_the_error_is_that_of_the_part(clock: MovableClock):
    breaker = Breaker(clock, EmbedderUnavailableError)
    breaker.call(lambda: clock.advance(seconds=3))
    with pytest.raises(EmbedderUnavailableError):
        breaker.call(lambda: 7)


def test_only_one_tries_again_while_the_others_go_on_without(breaker: Breaker, clock: MovableClock):
    with pytest.raises(SearchUnavailableError):
        breaker.call(fail)
    clock.advance(seconds=SKIP.total_seconds())
    trying, answer = threading.Event(), threading.Event()

    def hang() -> int:
        trying.set()
        assert answer.wait(30)
        return 1

    results: list[int] = []
    first = threading.Thread(target=lambda: results.append(breaker.call(hang)))
    first.start()
    assert trying.wait(30)
    with pytest.raises(SearchUnavailableError):
        breaker.call(lambda: 2)
    answer.set()
    first.join(30)
    assert results == [1]
    assert breaker.call(lambda: 3) == 3


def test_a_clock_that_is_set_back_does_not_keep_it_open(breaker: Breaker, clock: MovableClock):
    with pytest.raises(SearchUnavailableError):
        breaker.call(fail)
    clock.advance(hours=-1)
    assert breaker.call(lambda: 7) == 7


def test_too_many_searches_from_one_address(visitor: Browser, app: Flask, world: World):
    article_id = world.article("lemon water cures")
    app.config[SWITCH] = True
    for _ in range(30):
        visitor.get("/search?q=lemon")
        visitor.get(f"/article/{article_id}/reuse?q=lemon")
    for address in ("/search?q=lemon", f"/article/{article_id}/reuse?q=lemon"):
        visitor.get(address, status=429)
        assert int(visitor.response.headers["Retry-After"]) > 0
        assert "Nothing was saved" not in visitor.main.text
        assert not visitor.main.all("form", method="post")
    visitor.get(f"/article/{article_id}")
    elsewhere = app.test_client().get("/search?q=lemon", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200
