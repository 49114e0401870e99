"""The list of one's own replies: which of them need work, and whom they reached."""

import csv
import io

from flask import Flask
from sqlalchemy import Engine, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleView,
    Category,
    Hyperlink,
    PageState,
    SavedList,
    Task,
    TaskAnswer,
    TaskKind,
    TaskState,
    VoteStatus,
)
from factcheck.services.organisations import add_member, set_organisation
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser, logged_in
from tests.editor_ui.test_site import queries_for
from tests.editor_ui.world import World

AMY = "amy@example.org"


def titles(browser: Browser) -> list[str]:
    named = (card.with_class("card-title") for card in browser.main.with_class("card"))
    return [title[0].all("a")[0].text for title in named if title and title[0].all("a")]


def set_status(factory: SessionFactory, reply_id: str, status: VoteStatus) -> None:
    with transaction(factory) as session:
        session.execute(update(ArticleReply).where(ArticleReply.reply_id == reply_id).values(vote_status=status))


def test_tabs_say_what_needs_work(
    volunteer: Browser, world: World, session_factory: SessionFactory, clock: MovableClock
) -> None:
    place = world.article("a message")
    helpful, disputed, fresh = (world.reply(place, f"{word} words", by=AMY) for word in ("liked", "argued", "fresh"))
    gone = world.reply(place, "with a dead page", by=AMY, reference="https://gone.example/1")
    unproven = world.reply(place, "with another page", by=AMY, reference="https://other.example/2")
    world.reply(place, "of somebody else", by="bob@example.org")
    away = world.reply(place, "hidden words", by=AMY)
    world.hide(away)
    cat = world.user("cat@example.org")
    set_status(session_factory, helpful, VoteStatus.HELPFUL)
    set_status(session_factory, disputed, VoteStatus.DISPUTED)
    with transaction(session_factory) as session:
        page = update(Hyperlink).where(Hyperlink.url.contains("gone.example"))
        session.execute(page.values(state=PageState.GONE, status=404, tried_at=clock()))
        answer = {"state": TaskState.DECIDED, "outcome": TaskAnswer.NOT_THERE, "decided_at": clock()}
        task = Task(
            kind=TaskKind.REFERENCE, article_id=place, other_id=unproven, url="https://other.example/2", place=1
        )
        task.room_at = task.created_at = clock()
        for name, value in answer.items():
            setattr(task, name, value)
        session.add(task)
        session.add(ArticleView(article_id=place, user_id=cat, reply_id=fresh, viewed_at=clock()))
    shown = {
        "all": 6,
        "mend": 2,
        "disputed": 1,
        "unrated": 3,
        "provisional": 0,
        "helpful": 1,
        "away": 1,
    }
    volunteer.get("/me/replies")
    tabs = volunteer.main.with_class("tabs")[0]
    assert [int(link.with_class("count")[0].text) for link in tabs.all("a")] == list(shown.values())
    for tab, number in shown.items():
        volunteer.get(f"/me/replies?show={tab}")
        assert len(titles(volunteer)) == number, tab
    assert "people disagree about this reply" in volunteer.get("/me/replies?show=disputed").one("main").text
    volunteer.get("/me/replies?show=mend")
    assert "or people looked and it does not say so" in volunteer.main.text
    said = {card.all("a")[0].text: card.text for card in volunteer.main.with_class("card")}
    assert "This reference is gone: gone.example" in said["with a dead page"]
    assert "does not say what your reply says" in said["with another page"]
    assert volunteer.main.all("a", href=f"/article/{place}/replies/{gone}/edit"), "it can be mended from there"
    volunteer.get("/me/replies?show=unrated&order=oldest")
    assert "1 person saw it in the chat" in volunteer.main.text
    volunteer.get("/me/replies?show=provisional")
    assert "None of your replies is here." in volunteer.main.text


def test_filters_hold_at_once_and_each_can_be_taken_out(
    volunteer: Browser, world: World, session_factory: SessionFactory, clock: MovableClock
) -> None:
    lemons, petrol = world.article("about lemons"), world.article("about petrol")
    with transaction(session_factory) as session:
        session.add(Category(id="food", title="Food", description=""))
        session.flush()
        counted = {"positive_feedback_count": 0, "negative_feedback_count": 0}
        session.add(ArticleCategory(article_id=lemons, category_id="food", app_id="WEBSITE", **counted))
        house = set_organisation(session, "The Daily Check", "https://check.example/", now=clock())
        session.flush()
        house_id = house.id
    world.reply(lemons, "early words", by=AMY)
    clock.advance(days=3)
    with transaction(session_factory) as session:
        add_member(session, house_id, AMY, now=clock())
    world.reply(lemons, "words for the house", by=AMY)
    world.reply(petrol, "an opinion", kind="OPINIONATED", by=AMY)
    theirs = world.reply(petrol, "words of bob")
    world.attach(lemons, theirs, AMY)
    for query, found in (
        ("topic=food", ["early words", "words for the house", "words of bob"]),
        ("topic=food&written=me", ["early words", "words for the house"]),
        (f"organisation={house_id}", ["an opinion", "words for the house"]),
        (f"organisation={house_id}&verdict=OPINIONATED", ["an opinion"]),
        ("written=others", ["words of bob"]),
        ("until=2026-03-02", ["early words"]),
        ("from=2026-03-02&topic=food&written=me&nonsense=1&verdict=X", ["words for the house"]),
    ):
        volunteer.get(f"/me/replies?{query}")
        assert sorted(titles(volunteer)) == found, query
    chips = volunteer.main.with_class("chips")[0]
    assert "Added from: 2026-03-02" in chips.text
    volunteer.get(next(link.get("href") for link in chips.all("a") if "Added from" in link.text))
    assert sorted(titles(volunteer)) == ["early words", "words for the house"]
    volunteer.get("/me/replies?topic=food&verdict=OPINIONATED")
    assert "No reply meets all of these conditions." in volunteer.main.text
    assert "Without “Verdict: Contains personal opinion”: 3 replies" in volunteer.main.text


def test_the_list_is_a_table_and_can_be_saved(
    volunteer: Browser, app: Flask, world: World, session_factory: SessionFactory
) -> None:
    place = world.article("a message")
    world.reply(place, "=1+1", by=AMY)
    theirs = world.reply(place, "words of bob")
    other = world.article("another message")
    world.attach(other, theirs, AMY)
    world.hide(theirs)
    volunteer.get("/me/replies?order=rated")
    link = next(node.get("href") for node in volunteer.main.all("a") if "CSV" in node.text)
    answer = volunteer.client.get(link)
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = {row["written"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}
    assert rows["me"]["text"] == "'=1+1"
    assert rows["me"]["messageId"] == place
    assert (rows["others"]["text"], rows["others"]["status"]) == ("", "BLOCKED"), "nothing of others that is hidden"
    volunteer.submit("/lists", name="To look at", query="show=disputed&written=me&x=y")
    volunteer.follow()
    assert volunteer.address == "/me/replies?show=disputed&order=newest&written=me"
    saved = volunteer.main.with_class("saved")[0]
    assert saved.all("a", href="/me/replies?show=disputed&order=newest&written=me")[0].get("aria-current") == "page"
    volunteer.get("/")
    assert volunteer.main.with_class("saved")[0].all("a", href="/me/replies?show=disputed&order=newest&written=me")
    with read_only(session_factory) as session:
        assert session.query(SavedList.kind).all() == [("replies",)]
    bob = logged_in(app, world, "bob@example.org")
    assert "To look at" not in bob.get("/me/replies").text


def test_pages_hold_everything_once_with_the_same_queries(volunteer: Browser, world: World, engine: Engine) -> None:
    volunteer.get("/me/replies")
    assert "You have not replied yet." in volunteer.main.text
    for number in range(3):
        world.reply(world.article(f"message {number}"), f"reply {number}", by=AMY)
    few = queries_for(volunteer, engine, "/me/replies")
    for number in range(3, 45):
        world.reply(world.article(f"message {number}"), f"reply {number}", by=AMY)
    assert queries_for(volunteer, engine, "/me/replies") == few <= 16
    seen: list[str] = []
    for number in (1, 2, 3):
        volunteer.get(f"/me/replies?page={number}")
        seen += titles(volunteer)
    assert len(seen) == len(set(seen)) == 45
    volunteer.get("/me")
    assert len([one for one in titles(volunteer) if one.startswith("reply ")]) == 5
    assert volunteer.main.all("a", href="/me/replies?show=unrated")


def test_what_is_gone_with_its_message_is_not_listed(
    volunteer: Browser, world: World, session_factory: SessionFactory
) -> None:
    article_id = world.article("a message")
    world.reply(article_id, by=AMY)
    with transaction(session_factory) as session:
        session.get_one(Article, article_id).status = "BLOCKED"
    assert "You have not replied yet." in volunteer.get("/me/replies").text
