"""Finding work: lists, filters, claims, saved lists, the day's set, topics, and what a search finds."""

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import Article, Category
from factcheck.ports import Part
from factcheck.services import searching
from factcheck.services.daily import pick_day
from factcheck.services.organisations import add_member, set_organisation
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.test_lists import titles
from tests.editor_ui.world import World
from tests.fakes.embedder import FakeEmbedder


def topic(factory: SessionFactory, title: str = "Food") -> None:
    with transaction(factory) as session:
        session.merge(Category(id=title.lower(), title=title, description=""))


def test_filters_hold_at_once_and_each_can_be_taken_out(
    volunteer: Browser, visitor: Browser, world: World, session_factory: SessionFactory, clock: MovableClock
):
    topic(session_factory)
    old = world.article("old lemons", asked_by=2)
    clock.advance(days=10)
    wanted, other = world.article("new lemons"), world.article("新的檸檬")
    for article_id in (old, wanted, other):
        volunteer.get(f"/article/{article_id}")
        volunteer.submit("/topics", category_id="food")
    world.reply(world.article("new petrol"))
    visitor.get("/?show=all&topic=food&from=2026-03-05&language=en&replies=none&mine=replied&nonsense=1&kind=X")
    assert titles(visitor) == ["new lemons"]
    assert "Log in: a filter for your own work needs it." in visitor.main.text
    chips = visitor.root.with_class("chips")[0]
    assert "Topic: Food" in chips.text
    without = next(link.get("href") for link in chips.all("a") if "Language" in link.text)
    visitor.get(without)
    assert sorted(titles(visitor)) == ["new lemons", "新的檸檬"]
    visitor.get("/?show=waiting&topic=food&until=2026-03-05")
    assert titles(visitor) == ["old lemons"]
    visitor.get("/?show=all&topic=food&verdict=RUMOR")
    assert "No message meets all of these conditions" in visitor.main.text
    assert "Without “Verdict: Contains misinformation”: 3 messages" in visitor.main.text
    assert "Without “Topic: Food”: 1 message" in visitor.main.text


def test_lists_by_ones_draft_and_by_organisation(
    volunteer: Browser, visitor: Browser, world: World, session_factory: SessionFactory, clock: MovableClock
):
    drafted, answered = world.article("with a draft"), world.article("answered for a house")
    world.article("neither")
    volunteer.get(f"/article/{drafted}/write")
    volunteer.submit("/draft", text="Half an answer.")
    world.user("bob@example.org")
    with transaction(session_factory) as session:
        house = set_organisation(session, "The Daily Check", "https://check.example/", now=clock())
        session.flush()
        add_member(session, house.id, "bob@example.org", now=clock())
        house_id = house.id
    world.reply(answered, by="bob@example.org")
    volunteer.get("/?show=all&mine=drafted")
    assert titles(volunteer) == ["with a draft"]
    assert "My work: with my draft" in volunteer.root.with_class("chips")[0].text
    visitor.get("/?show=all&mine=drafted")
    assert "Log in: a filter for your own work needs it." in visitor.main.text
    visitor.get(f"/?show=all&organisation={house_id}")
    assert titles(visitor) == ["answered for a house"]
    assert "Has a reply by (organisation): The Daily Check" in visitor.root.with_class("chips")[0].text
    volunteer.get(f"/?show=all&mine=drafted&organisation={house_id}")
    assert titles(volunteer) == []
    assert "Without “My work: with my draft”: 1 message" in volunteer.main.text
    assert "The Daily Check" in visitor.client.get(f"/feed.rss?show=all&organisation={house_id}").text


def test_a_list_is_a_table_without_formulas(visitor: Browser, world: World):
    for text in ("=1+1", " @SUM(A1)", 'a, "quoted"\nline'):
        world.article(text)
    visitor.get("/?show=waiting&language=en")
    link = next(node.get("href") for node in visitor.main.all("a") if "CSV" in node.text)
    answer = visitor.client.get(link)
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert {row["text"] for row in rows} == {"' @SUM(A1)", 'a, "quoted"\nline'}
    assert rows[0]["address"].startswith("http://localhost/article/")
    assert "'=1+1" in visitor.client.get("/list.csv").text


def test_a_claim_is_seen_and_keeps_nobody_from_anything(
    volunteer: Browser, visitor: Browser, app: Flask, world: World, clock: MovableClock
):
    article_id = world.article("a message")
    volunteer.get(f"/article/{article_id}")
    volunteer.submit("/claim")
    volunteer.follow()
    assert "You work on it until" in volunteer.main.text
    visitor.get("/?claimed=yes")
    assert "Somebody works on it." in visitor.main.text
    other = logged_in(app, world, "bob@example.org")
    other.get("/")
    assert "works on it until" in other.main.text
    other.get(f"/article/{article_id}")
    other.submit("/claim")
    volunteer.get("/?claimed=by-me")
    assert titles(volunteer) == ["a message"]
    clock.advance(minutes=46)
    visitor.get("/?claimed=no")
    assert titles(visitor) == ["a message"]
    assert "works on it" not in visitor.root.with_class("card")[0].text


def test_one_goes_on_from_where_one_was_in_the_list(volunteer: Browser, visitor: Browser, world: World):
    ids = [world.article(f"message {number}", asked_by=5 - number) for number in range(4)]
    visitor.get("/")
    assert visitor.root.with_class("card")[0].all("a")[0].get("href") == f"/article/{ids[0]}", "one address for all"
    volunteer.get("/?language=en")
    volunteer.get(volunteer.root.with_class("card")[1].all("a")[0].get("href"))
    beside = volunteer.root.with_class("neighbours")[0]
    assert [urlsplit(link.get("href")).path for link in beside.all("a")] == [
        f"/article/{ids[0]}",
        "/",
        f"/article/{ids[2]}",
    ]
    world.reply(ids[1])  # it leaves the list
    volunteer.get(volunteer.address)
    volunteer.submit("/vote", score="1")
    volunteer.follow()
    volunteer.get(volunteer.root.with_class("neighbours")[0].one("a", rel="next").get("href"))
    assert "message 2" in volunteer.main.text
    back = volunteer.root.with_class("neighbours")[0].all("a")[1].get("href")
    assert parse_qs(urlsplit(back).query)["language"] == ["en"]
    volunteer.get(next(link.get("href") for link in volunteer.main.all("a") if link.text == "Write a reply"))
    volunteer.submit("/draft", type="RUMOR", text="It is not true.", ref_url="https://example.org/facts")
    volunteer.follow()
    volunteer.submit("/replies")
    volunteer.follow()
    assert volunteer.root.with_class("neighbours")[0].one("a", rel="next").get("href").startswith(f"/article/{ids[3]}")
    volunteer.get("/?mine=unread")
    assert titles(volunteer) == ["message 0", "message 3"]
    volunteer.get("/?show=all")
    assert [("is-read" in card.get("class")) for card in volunteer.root.with_class("card")].count(True) == 2


def test_a_list_is_saved_under_a_name(volunteer: Browser, app: Flask, world: World):
    world.article("a message")
    volunteer.get("/?show=stuck&language=th")
    volunteer.submit("/lists", name="Thai, stuck")
    volunteer.follow()
    saved = volunteer.root.with_class("saved")[0]
    assert saved.all("a")[0].get("href") == "/?show=stuck&order=wanted&language=th"
    volunteer.submit("/lists", status=422, name=" ")
    assert "Give the list a name." in volunteer.main.text
    other = logged_in(app, world, "bob@example.org")
    other.get("/")
    assert not other.root.with_class("saved")
    volunteer.get("/")
    volunteer.submit("/remove")
    volunteer.follow()
    assert not volunteer.root.with_class("saved")


def test_today_comes_to_an_end(volunteer: Browser, visitor: Browser, world: World, clock: MovableClock):
    first, second = world.article("message one"), world.article("message two")
    visitor.get("/today")
    assert "Nothing is left for today." in visitor.main.text
    with transaction(world.factory) as session:
        pick_day(session, now=clock())
    world.reply(first)
    volunteer.get("/today")
    assert "1 of 2 done" in volunteer.main.text
    volunteer.submit(f"/article/{second}/leave")
    volunteer.follow()
    assert "You are done for today. Thank you!" in volunteer.main.text
    visitor.get("/today")
    assert "1 of 2 done" in visitor.main.text, "what one leaves waits for others"


def test_who_replied_is_done_with_a_message_also_before_it_is_published(
    volunteer: Browser, visitor: Browser, world: World, clock: MovableClock
):
    """Whatever the message needed: a further reply where votes are needed, and one that waits to be looked at."""
    world.make_reviewer("rita@example.org")
    rated, waiting = world.article("message one"), world.article("message two")
    world.reply(rated)
    with transaction(world.factory) as session:
        pick_day(session, now=clock())
    assert "0 of 2 done" in volunteer.get("/today").one("main").text
    world.reply(rated, "Another view.", by="amy@example.org")
    assert "1 of 2 done" in volunteer.get("/today").one("main").text
    world.hold(waiting, "My first words here.", by="amy@example.org")
    assert "You are done for today. Thank you!" in volunteer.get("/today").one("main").text
    assert "0 of 2 done" in visitor.get("/today").one("main").text


@pytest.mark.parametrize(("score", "found"), [("1", ["a message"]), ("somewhat", ["a message"]), ("0", [])])
def test_any_rating_that_stands_is_ones_work(score: str, found: list[str], volunteer: Browser, world: World):
    article_id = world.article("a message")
    world.reply(article_id)
    volunteer.get(f"/article/{article_id}")
    for one in ("1", score):
        volunteer.submit("/vote", score=one)
        volunteer.follow()
    volunteer.get("/?show=all&mine=voted")
    assert titles(volunteer) == found


def test_topics_are_set_suggested_and_voted_on(
    volunteer: Browser, visitor: Browser, app: Flask, world: World, session_factory: SessionFactory
):
    for title in ("Food", "Health"):
        topic(session_factory, title)
    near = world.article("lemon water cures cancer")
    volunteer.get(f"/article/{near}")
    volunteer.submit("/topics", category_id="food")
    article_id = world.article("lemon water cures colds")
    world.find_similar()
    volunteer.get(f"/article/{article_id}")
    suggested = [form for form in volunteer.root.all("form") if "Food" in form.text and form.all("button")]
    assert suggested, "as the nearest message has it"
    volunteer.submit("/topics", category_id="food")
    other = logged_in(app, world, "bob@example.org")
    other.get(f"/article/{article_id}")
    other.submit("/topics/vote", score="-1")
    other.follow()
    assert "most say it does not fit" in other.main.text
    visitor.get(f"/article/{article_id}")
    assert "0 for, 1 against" in visitor.main.text
    volunteer.get(f"/article/{article_id}")
    volunteer.submit("/topics/remove")
    volunteer.follow()
    assert "The topic is taken off." in volunteer.main.text
    volunteer.submit("/topics", status=422, category_id="nothing")
    assert "Choose a topic from the list." in volunteer.main.text


def test_all_that_contain_the_words_are_found_in_pages(visitor: Browser, world: World, clock: MovableClock):
    for number in range(25):
        world.article(f"petrol gets dearer, number {number}", asked_by=1 + number % 2)
        clock.advance(minutes=1)
    world.article("petrol stays as it is")
    visitor.get("/search?q=dearer petrol&order=oldest")
    assert "25 messages" in visitor.main.text
    seen = titles(visitor)[:20]
    assert [mark.text for mark in visitor.main.all("mark")][:2] == ["petrol", "dearer"]
    visitor.get("/search?q=dearer petrol&order=oldest&page=2")
    seen += titles(visitor)
    assert seen == [f"petrol gets dearer, number {number}" for number in range(25)]
    visitor.get("/search?q=dearer petrol&order=oldest&page=99")  # behind the last one
    assert titles(visitor) == seen[20:]
    for page in ("", "&page=99"):
        visitor.get(f"/search?q=dearer petrol&from=2027-01-01{page}")
        assert "No message was found" in visitor.main.text


def test_one_chinese_character_is_a_word(visitor: Browser, world: World):
    world.article("多吃鹽會長高")
    world.article("少喝糖水")
    visitor.get("/search?q=鹽")
    assert [mark.text for mark in visitor.main.all("mark")] == ["鹽"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("鹽 長高", ["多吃鹽會長高"]),
        ("盐 長高", ["多吃鹽會長高"]),  # as one writes elsewhere
        ("鹽 水", ["鹽溶在水裡"]),
        ("鹽 petrol", []),
    ],
)
def test_a_character_among_words_need_not_stand_beside_them(
    words: str, found: list[str], world: World, session_factory: SessionFactory
):
    texts = ("多吃鹽會長高", "少喝糖水", "鹽溶在水裡", "多吃糖會長高", "petrol gets dearer")
    ids = {world.article(text): text for text in texts}
    proposed = searching.propose(world.search, FakeEmbedder(), words, Part.MESSAGE, with_near=False)
    with read_only(session_factory) as session:
        named = searching.with_words(session, words, Part.MESSAGE, proposed)
    assert [ids[article_id] for article_id in named] == found


def test_a_character_is_searched_for_in_replies(visitor: Browser, world: World):
    article_id, other = world.article("about salt"), world.article("about sugar")
    world.reply(article_id, "鹽不會讓人長高", by="bob@example.org")
    world.reply(other, "糖不會讓人長高", by="bob@example.org")
    world.index_with_replies(article_id)
    world.index_with_replies(other)
    for words in ("鹽 長高", "鹽"):
        visitor.get(f"/search?q={words}&in=replies")
        assert titles(visitor) == ["about salt"]


def test_replies_and_addresses_are_searched(visitor: Browser, world: World):
    article_id = world.article("lemons cure https://example.com/lemons?a=1")
    world.reply(article_id, "The ministry denies it.", by="bob@example.org")
    world.index_with_replies(article_id)
    visitor.get("/search?q=ministry denies&in=replies")
    assert "1 message has them in a reply" in visitor.main.text
    assert {mark.text for mark in visitor.main.all("mark")} == {"ministry", "denies"}
    visitor.get("/search?q=https://example.com/lemons?a=1")
    assert len(titles(visitor)) == 1
    visitor.get("/search?q=https://example.org/facts&in=replies")
    assert len(titles(visitor)) == 1
    world.search.available = False
    visitor.get("/search?q=ministry denies&in=replies")
    assert "search index does not answer" in visitor.main.text
    assert len(titles(visitor)) == 1
    visitor.get("/search?q=&author=nobody")
    assert "No message was found" in visitor.main.text


def test_a_pasted_message_of_any_length_has_a_short_address(visitor: Browser, world: World, clock: MovableClock):
    text = "長輩說每天喝檸檬水可以治病，" * 400
    world.article(text[:5_000])
    visitor.get("/")
    visitor.submit("/search", q=text[:5_000])
    assert len(visitor.response.headers["Location"]) < 60
    visitor.follow()
    assert len(titles(visitor)) == 1
    visitor.get("/search?text=gone")
    assert "not kept any more" in visitor.main.text


def test_nothing_is_found_under_a_floor(
    visitor: Browser, world: World, session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
):
    world.article("petrol gets dearer")
    visitor.get("/search?q=zzz qqq")
    assert "Similar in meaning" in visitor.main.text, "for the fake model all texts are alike"
    monkeypatch.setattr(searching, "NEAR_ENOUGH", 0.95)
    visitor.get("/search?q=zzz qqq")
    assert "No message was found" in visitor.main.text
    visitor.submit("/check/share", status=200)
    assert visitor.root.one("textarea", id="message").text == "zzz qqq", "from where it can be asked about"
    visitor.get("/search?q=zzz qqq")
    with transaction(session_factory) as session:
        session.execute(update(Article).values(status="BLOCKED"))
    visitor.get("/search?q=petrol")
    assert not titles(visitor)
