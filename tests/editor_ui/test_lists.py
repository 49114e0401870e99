"""The queue and the search."""

import pytest

from editor_ui.paging import page_links
from factcheck.errors import IndexMismatchError
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch


def titles(browser: Browser) -> list[str]:
    return [link.text for card in browser.root.with_class("card") for link in card.all("a")[:1]]


def counts(browser: Browser) -> list[str]:
    tabs = browser.root.with_class("tabs")[0]
    return [node.text for node in tabs.with_class("count")]


def test_an_empty_queue_says_what_comes_here(visitor: Browser):
    visitor.get("/")
    assert "Nothing has been reported yet" in visitor.main.text
    assert set(counts(visitor)) == {"0"}
    assert visitor.root.all("a", href="/login?next=/")


def test_orders(visitor: Browser, world: World, clock: MovableClock):
    world.article("asked by two", asked_by=2)
    clock.advance(hours=1)
    world.article("asked by three", asked_by=3)
    clock.advance(hours=1)
    world.article("asked by one", asked_by=1)
    visitor.get("/")
    assert titles(visitor) == ["asked by three", "asked by two", "asked by one"]
    visitor.get("/?order=recent")
    assert titles(visitor) == ["asked by one", "asked by three", "asked by two"]
    visitor.get("/?order=oldest")
    assert titles(visitor) == ["asked by two", "asked by three", "asked by one"]


def test_tabs_and_totals(visitor: Browser, world: World):
    answered = world.article("an answered message")
    world.article("a waiting message", asked_by=2, reasons=["sounds odd"])
    world.reply(answered)
    visitor.get("/")
    assert titles(visitor) == ["a waiting message"]
    assert counts(visitor) == ["1", "1", "0", "1", "0", "2"]
    card = visitor.root.with_class("card")[0].text
    assert "2 people asked" in card
    assert "1 reason given" in card
    assert "no reply yet" in card
    visitor.get("/?show=answered")
    assert titles(visitor) == ["an answered message"]
    assert "Contains misinformation" in visitor.main.text
    assert "1 reply" in visitor.main.text
    visitor.get("/?show=all")
    assert sorted(titles(visitor)) == ["a waiting message", "an answered message"]


def test_all_answered_leads_on(visitor: Browser, world: World):
    world.reply(world.article("an answered message"))
    visitor.get("/")
    assert "Every message has a reply" in visitor.main.text
    assert visitor.main.all("a", href="/?show=votes")


def test_pages_hold_everything_once(visitor: Browser, world: World):
    world.bulk(45)
    seen: list[str] = []
    for number in (1, 2, 3):
        visitor.get(f"/?page={number}")
        seen += titles(visitor)
    assert len(seen) == len(set(seen)) == 45
    assert visitor.root.one(rel="prev").get("href").endswith("page=2&show=waiting&order=wanted")
    assert not visitor.root.all("a", rel="next")


@pytest.mark.parametrize("page", ["0", "-3", "999", "abc", "", "١", "9" * 30, "%00"])
def test_odd_page_numbers_show_a_page(page: str, visitor: Browser, world: World):
    world.bulk(21)
    visitor.get(f"/?page={page}&show=nonsense&order=nonsense")
    assert titles(visitor)


def test_page_links():
    assert page_links(1, 1) == [1]
    assert page_links(1, 3) == [1, 2, 3]
    assert page_links(5, 20) == [1, None, 4, 5, 6, None, 20]
    assert page_links(4, 6) == [1, 2, 3, 4, 5, 6]


def test_time_is_absolute_and_in_local_zone(visitor: Browser, world: World):
    world.article("a message")
    visitor.get("/")
    moment = visitor.main.all("time")[0]
    assert moment.get("datetime") == "2026-03-01T12:00:00+00:00"
    assert "Mar 1, 2026" in moment.text
    assert "8:00" in moment.text


def test_search_finds_and_says_when_not(visitor: Browser, world: World):
    world.article("lemon water cures cancer")
    world.article("petrol gets dearer tomorrow")
    visitor.get("/")
    visitor.submit("/search", q="lemon cures")
    visitor.follow()
    assert titles(visitor)[0] == "lemon water cures cancer"
    visitor.get("/search?q=")
    assert "Enter some words" in visitor.main.text


def test_search_without_a_hit(visitor: Browser):
    visitor.get("/search?q=nothing")
    assert "No message was found" in visitor.main.text


@pytest.mark.parametrize("trouble", ["away", "mismatch", "embedder"])
def test_search_goes_on_without_index_or_model(
    trouble: str,
    visitor: Browser,
    world: World,
    search: FakeSearch,
    embedder: FakeEmbedder,
    monkeypatch: pytest.MonkeyPatch,
):
    world.article("lemon water 100% cures")
    world.article("petrol gets dearer")
    if trouble == "away":
        search.available = False
    elif trouble == "embedder":
        embedder.available = False
    else:

        def mismatch(_query: object) -> None:
            raise IndexMismatchError("another model")

        for asked in ("candidates", "containing"):
            monkeypatch.setattr(search, asked, mismatch)
    visitor.get("/search?q=water%20100%25")
    assert titles(visitor) == ["lemon water 100% cures"]
    assert ("search index does not answer" in visitor.main.text) == (trouble != "embedder")


def test_a_long_query_is_cut_and_says_so(visitor: Browser, world: World):
    world.article("長" * 600)
    visitor.get("/search?q=" + "長" * 501)
    assert "first 500 characters" in visitor.main.text
    assert len(titles(visitor)) == 1


@pytest.mark.parametrize(
    "form", ["{id}", "http://localhost/article/{id}", "/article/{id}/", "https://x.example/article/{id}?a=1"]
)
def test_search_by_address_or_id(form: str, visitor: Browser, world: World):
    article_id = world.article("a message")
    visitor.get("/search?q=" + form.format(id=article_id).replace("?", "%3F"), status=302)
    assert visitor.response.headers["Location"] == f"/article/{article_id}"


@pytest.mark.parametrize(
    "query", ["http://[broken", "a\x00b", "\ud800".encode("utf-8", "surrogatepass").hex(), "%' OR 1=1", "😀" * 100]
)
def test_odd_queries_are_searched_for(query: str, visitor: Browser, search: FakeSearch):
    visitor._take(visitor.client.get("/search", query_string={"q": query}), "/search", 200)
    search.available = False
    visitor._take(visitor.client.get("/search", query_string={"q": query}), "/search", 200)


def test_blocked_articles_are_nowhere(visitor: Browser, world: World, session_factory):
    from factcheck.db.session import transaction
    from factcheck.models import Article, Status

    article_id = world.article("a blocked message")
    with transaction(session_factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    visitor.get("/?show=all")
    assert not titles(visitor)
    visitor.get("/search?q=blocked message")
    assert not titles(visitor)
    visitor.get(f"/article/{article_id}", status=410)
