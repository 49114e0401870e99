"""What search engines, other sites and feed readers get."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from flask import Flask

from editor_ui.feed_formats import FORMATS, NEVER, Entry, Feed
from factcheck.claim_review import citations
from factcheck.db.session import transaction
from factcheck.models import Article, Reply, Status
from factcheck.services import sitemap
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser
from tests.editor_ui.page import parse
from tests.editor_ui.schema_org import faults
from tests.editor_ui.world import World

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SCRIPT = "</script><script>alert(1)</script> & <!-- \u2028"


def parsed(written: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(written)  # noqa: S314 # our own


def texts(root: ElementTree.Element, name: str) -> list[str]:
    return [node.text or "" for node in root.iter(f"{MAP}{name}")]


def meta(browser: Browser, name: str) -> list[str]:
    found = browser.root.all("meta", property=name) + browser.root.all("meta", name=name)
    return [node.get("content") for node in found]


def structured(browser: Browser) -> list[dict[str, object]]:
    return [json.loads(node.raw_text) for node in browser.root.all("script", type="application/ld+json")]


def is_indexed(browser: Browser) -> bool:
    canonical = browser.root.all("link", rel="canonical")
    assert bool(canonical) != bool(meta(browser, "robots"))
    return bool(canonical)


def test_a_checked_message_tells_its_verdict_elsewhere(visitor: Browser, app: Flask, world: World) -> None:
    article_id = world.article(f"Salt cures all. {SCRIPT}")
    reply_id = world.reply(article_id, f"It does not. {SCRIPT}", reference="https://example.org/salt and my mother")
    visitor.get(f"/article/{article_id}?lang=en")
    assert meta(visitor, "og:title")[0].startswith("Contains misinformation: Salt cures all.")
    assert meta(visitor, "og:description")[0].startswith("It does not.")
    assert meta(visitor, "og:url") == [f"http://localhost/article/{article_id}?lang=en"]
    [review] = structured(visitor)
    assert faults(review) == []
    assert review["claimReviewed"] == f"Salt cures all. {SCRIPT.strip()}".replace("\u2028", "").strip()
    assert review["reviewBody"] == f"It does not. {SCRIPT}".strip()
    assert review["url"] == f"http://localhost/reply/{reply_id}"
    assert review["citation"] == ["https://example.org/salt"]
    assert review["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "Contains misinformation",
        "ratingValue": 1,
        "bestRating": 5,
        "worstRating": 1,
    }
    assert b"<script>alert" not in app.test_client().get(f"/article/{article_id}").data
    visitor.get(f"/reply/{reply_id}?lang=en")
    assert structured(visitor) == [review]


def test_words_alone_are_no_citation() -> None:
    assert citations("my mother said so") == []
    assert citations("See www.example.org/a and hxxp://evil.example") == ["https://www.example.org/a"]


def test_a_changed_reply_says_when_it_was_changed(app: Flask, world: World, clock: MovableClock) -> None:
    reply_id = world.reply(world.article("Salt cures all."))
    with transaction(world.factory) as session:
        session.get_one(Reply, reply_id).edited_at = clock()
    root = parse(app.test_client().get(f"/reply/{reply_id}").text)
    [review] = [json.loads(node.raw_text) for node in root.all("script", type="application/ld+json")]
    assert review["dateModified"] == clock().isoformat()
    assert faults(review) == []


@pytest.mark.parametrize(
    ("kind", "reference", "votes"),
    [
        ("NOT_ARTICLE", "https://example.org/x", []),
        ("RUMOR", "https://example.org/x", [-1]),
    ],
)
def test_what_is_no_accepted_check_with_a_reference_is_no_review(
    visitor: Browser, world: World, kind: str, reference: str, votes: list[int]
) -> None:
    article_id = world.article("Salt cures all.")
    reply_id = world.reply(article_id, kind=kind, reference=reference)
    for number, score in enumerate(votes):
        world.vote(article_id, reply_id, score, by=f"{number}@example.org")
    for path in (f"/article/{article_id}", f"/reply/{reply_id}"):
        visitor.get(path)
        assert structured(visitor) == []


def test_a_wrong_description_is_seen() -> None:
    wrong = {"@type": "ClaimReview", "claimReviewd": "x", "url": "no url", "reviewRating": {"@type": "Rating", "x": 1}}
    assert len(faults(wrong)) == 3
    assert faults({"@type": "Claim", "datePublished": "yesterday", "appearance": {"@type": "Rating"}})


def test_search_engines_get_what_is_checked(visitor: Browser, app: Flask, world: World) -> None:
    waiting, answered = world.article("Nobody knows."), world.article("Salt cures all.")
    reply_id = world.reply(answered)
    indexed = ("/", "/?lang=en", "/about", "/stats", f"/article/{answered}", f"/reply/{reply_id}")
    hidden = ("/?show=all", "/?page=2", "/search?q=salt", "/login", f"/article/{waiting}", "/stats?days=365")
    for path in (*indexed, *hidden):
        visitor.get(path)
        assert is_indexed(visitor) == (path in indexed), path
    assert "Sitemap: http://localhost/sitemap.xml" in app.test_client().get("/robots.txt").text


def test_the_sitemap_lists_what_is_checked(app: Flask, world: World, clock: MovableClock) -> None:
    world.article("Nobody knows.")
    ids = [world.article(f"message {number}") for number in range(3)]
    for article_id in ids:
        world.reply(article_id)
    with transaction(world.factory) as session:
        session.get_one(Article, ids[0]).status = Status.BLOCKED
    root = parsed(app.test_client().get("/sitemap.xml").data)
    places = texts(root, "loc")
    assert sorted(place for place in places if "/article/" in place) == sorted(
        f"http://localhost/article/{article_id}" for article_id in ids[1:]
    )
    assert "http://localhost/stats" in places
    assert [datetime.fromisoformat(moment) for moment in texts(root, "lastmod")] == [clock(), clock()]


def test_a_sitemap_that_is_too_long_is_parted(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "IN_ONE_FILE", 2)
    ids = [world.article(f"message {number}") for number in range(3)]
    for article_id in ids:
        world.reply(article_id)
    client = app.test_client()
    index = parsed(client.get("/sitemap.xml").data)
    files = [place.removeprefix("http://localhost") for place in texts(index, "loc")]
    assert files == ["/sitemap-1.xml", "/sitemap-2.xml"]
    listed = [place for file in files for place in texts(parsed(client.get(file).data), "loc")]
    assert sorted(place.rpartition("/")[2] for place in listed if "/article/" in place) == sorted(ids)
    assert client.get("/sitemap-3.xml").status_code == 404


def test_the_feeds_of_a_list_are_in_its_head_and_hold_it(
    visitor: Browser, app: Flask, world: World, clock: MovableClock
) -> None:
    waiting = world.article("nobody knows\x0b \ufffe & <b>")
    clock.advance(hours=1)
    answered = world.article("Salt cures all.")
    clock.advance(hours=1)
    world.reply(answered, "It does not.\nReally.")
    visitor.get("/?show=all&lang=en")
    feeds = {node.get("title"): node.get("href") for node in visitor.root.all("link") if node.get("title")}
    assert list(feeds) == ["RSS", "Atom", "JSON Feed"]
    client = app.test_client()
    answers = {name: client.get(url.removeprefix("http://localhost")) for name, url in feeds.items()}
    rss = parsed(answers["RSS"].data)
    items = list(rss.iter("item"))
    assert [item.findtext("guid") for item in items] == [
        f"http://localhost/article/{article_id}" for article_id in (answered, waiting)
    ]
    assert items[0].findtext("title") == "[Contains misinformation] Salt cures all."
    assert "It does not.<br>Really." in (items[0].findtext("description") or "")
    assert "&amp; &lt;b&gt;" in (items[1].findtext("description") or "")
    assert parsedate_to_datetime(rss.findtext("channel/lastBuildDate") or "") == clock()
    atom = parsed(answers["Atom"].data)
    assert atom.findtext(f"{ATOM}id") == feeds["Atom"]
    assert [entry.findtext(f"{ATOM}id") for entry in atom.iter(f"{ATOM}entry")] == [
        item.findtext("guid") for item in items
    ]
    feed = answers["JSON Feed"].get_json(force=True)
    assert feed["feed_url"] == feeds["JSON Feed"]
    assert [item["tags"] for item in feed["items"]] == [["Contains misinformation"], []]
    assert feed["home_page_url"] == "http://localhost/?show=all&lang=en"
    for answer in answers.values():
        assert answer.headers["Cache-Control"].startswith("public")
        assert answer.headers["ETag"]
        assert answer.last_modified == clock()
    some = client.get("/feed.json?show=all&replies=some&mine=replied&lang=en").get_json(force=True)
    assert (some["title"], len(some["items"])) == ("Factline – All · one or more", 1)
    only = client.get("/feed.json?show=waiting").get_json(force=True)
    assert [item["url"] for item in only["items"]] == [f"http://localhost/article/{waiting}"]
    assert client.get("/feed.exe").status_code == 404


@pytest.mark.parametrize("ending", FORMATS)
def test_a_feed_stands_any_text(ending: str) -> None:
    odd = "".join(map(chr, [*range(32), 0xD800, 0xFFFE, 0xFFFF, 0x1F600])) + SCRIPT
    entry = Entry("https://x.example/1", odd, odd, [odd], NEVER, NEVER)
    written = FORMATS[ending][1](Feed(odd, odd, "en", "https://x.example/f", "https://x.example/", [entry]))
    if ending == "json":
        assert json.loads(written)["items"][0]["url"] == "https://x.example/1"
    else:
        assert "1" in "".join(parsed(written).itertext())
