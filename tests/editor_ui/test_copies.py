"""Copies of one message on the pages: one item in lists, each other's replies, and a way to part them."""

import pytest

from editor_ui.pages.article_view import SHOWN_COPIES
from factcheck.db.session import transaction
from factcheck.models import Article, Status
from factcheck.services.clusters import join, recount_cluster
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World

FIRST = "drinking lemon water cures everything"
SECOND = "dear friends: drinking lemon water cures everything"


@pytest.fixture
def pair(world: World, clock: MovableClock) -> tuple[str, str]:
    """Two copies; three people asked about the first, one of them and nobody else about the second."""
    first = world.article(FIRST, asked_by=3, reasons=["it is too good to be true"])
    clock.advance(days=1)
    second = world.article(SECOND)
    make_one(world, first, second)
    return first, second


def make_one(world: World, *article_ids: str) -> None:
    with transaction(world.factory) as session:
        for article_id in article_ids[1:]:
            join(session, article_id, article_ids[0], now=world.clock())


def cards(browser: Browser) -> list[str]:
    return [card.text for card in browser.main.with_class("card")]


def test_lists_show_one_item_with_its_copies_counted(visitor: Browser, world: World, pair: tuple[str, str]):
    world.article("something else entirely")
    for address in ("/", "/?order=recent", "/?show=all&order=oldest", "/search?q=lemon"):
        visitor.get(address)
        found = [card for card in cards(visitor) if "lemon" in card]
        assert len(found) == 1, address
        assert FIRST in found[0]
        for fact in ("3 people asked", "1 more copy", "1 reason given"):
            assert fact in found[0], address
        assert not any("dear friends" in card for card in cards(visitor))
        assert not any("more cop" in card for card in cards(visitor) if "lemon" not in card)
    visitor.get("/")
    tabs = [tab.text for tab in visitor.root.with_class("tabs")[0].all("a")]
    assert [tabs[0], tabs[3], tabs[5]] == ["Needs a reply 2", "Answered 0", "All 2"]


def test_a_reply_moves_all_copies_to_the_answered_ones(visitor: Browser, world: World, pair: tuple[str, str]):
    world.reply(pair[1], "No, it does not.")
    visitor.get("/")
    assert cards(visitor) == []
    visitor.get("/?show=answered")
    assert len(cards(visitor)) == 1
    assert "1 reply" in cards(visitor)[0]


def test_the_page_of_each_names_the_others_and_shows_all_replies(visitor: Browser, world: World, pair: tuple[str, str]):
    world.find_similar()
    own = world.reply(pair[0], "The reply to the first.")
    other = world.reply(pair[1], "The reply to the second.", by="cat@example.org")
    for here, there, order, words in (
        (pair[0], pair[1], [own, other], SECOND),
        (pair[1], pair[0], [other, own], FIRST),
    ):
        visitor.get(f"/article/{here}")
        text = visitor.main.text
        assert "3 people asked" in text
        copies = visitor.root.one("section", id="copies")
        assert [a.get("href") for a in copies.all("a")] == [f"/article/{there}"]
        assert words in copies.text
        assert [node.get("id") for node in visitor.root.with_class("reply")] == [f"reply-{key}" for key in order]
        written = [a for a in visitor.main.all("a") if a.text == "Written for a copy of this message"]
        assert [a.get("href") for a in written] == [f"/article/{there}#reply-{order[1]}"]
        assert "None was found." in visitor.root.one("section", id="similar").text, "a copy is not listed twice"


def test_reasons_of_copies_are_shown_with_each(visitor: Browser, pair: tuple[str, str]):
    visitor.get(f"/article/{pair[1]}")
    assert "it is too good to be true" in visitor.root.one("section", id="reasons").text


def test_a_message_without_copies_says_nothing_about_them(volunteer: Browser, world: World):
    volunteer.get(f"/article/{world.article(FIRST)}")
    assert not volunteer.root.all("section", id="copies")
    assert "cop" not in volunteer.main.text.lower().replace("copyright", "")


def test_a_hidden_copy_is_not_named(visitor: Browser, world: World, pair: tuple[str, str]):
    with transaction(world.factory) as session:
        session.get_one(Article, pair[0]).status = Status.BLOCKED
        recount_cluster(session, pair[0])
    visitor.get(f"/article/{pair[1]}")
    assert not visitor.root.all("section", id="copies")
    visitor.get("/")
    assert len(cards(visitor)) == 1
    assert "dear friends" in cards(visitor)[0]


def test_many_copies_are_counted_and_the_first_ones_named(visitor: Browser, world: World):
    ids = [world.article(f"{FIRST} {number}") for number in range(SHOWN_COPIES + 3)]
    make_one(world, *ids)
    visitor.get(f"/article/{ids[0]}")
    copies = visitor.root.one("section", id="copies")
    assert len(copies.all("a")) == SHOWN_COPIES
    assert "and 2 more" in copies.text
    visitor.get("/")
    assert f"{SHOWN_COPIES + 2} more copies" in cards(visitor)[0]


def test_a_reply_to_a_copy_can_be_rated_from_here(volunteer: Browser, world: World, pair: tuple[str, str]):
    reply_id = world.reply(pair[0])
    volunteer.get(f"/article/{pair[1]}")
    volunteer.submit(f"/article/{pair[1]}/replies/{reply_id}/vote", score="1")
    volunteer.follow()
    assert volunteer.address == f"/article/{pair[1]}#reply-{reply_id}"
    assert "You rated it as helpful." in volunteer.main.text
    volunteer.get(f"/article/{pair[0]}")
    assert "You rated it as helpful." in volunteer.main.text


def test_a_reply_of_ones_own_to_a_copy_can_be_taken_back(volunteer: Browser, world: World, pair: tuple[str, str]):
    reply_id = world.reply(pair[0], by="amy@example.org")
    volunteer.get(f"/article/{pair[1]}")
    link = next(a for a in volunteer.main.all("a") if a.text.startswith("Take back"))
    volunteer.get(link.get("href"))
    volunteer.submit("/take-back")
    volunteer.get(f"/article/{pair[1]}")
    assert not volunteer.root.with_class("reply"), reply_id


def test_a_reply_to_a_copy_is_seen_before_one_more_is_published(
    volunteer: Browser, world: World, pair: tuple[str, str]
):
    volunteer.get(f"/article/{pair[1]}/write")
    world.reply(pair[0], "Somebody was faster.")
    fields = {"type": "RUMOR", "text": "mine", "reference": "https://example.org"}
    volunteer.submit(f"/article/{pair[1]}/replies", status=409, **fields)
    assert "somebody else replied" in volunteer.main.text
    volunteer.submit(f"/article/{pair[1]}/replies", **fields)
    volunteer.follow()
    assert len(volunteer.root.with_class("reply")) == 2


def test_a_reply_to_a_copy_need_not_be_attached_again(volunteer: Browser, world: World, pair: tuple[str, str]):
    world.reply(pair[0])
    volunteer.get(f"/article/{pair[1]}/reuse?q=lemon")
    assert "Already shown with this message." in volunteer.main.text


def test_what_is_not_a_copy_is_taken_out(volunteer: Browser, world: World, pair: tuple[str, str]):
    world.reply(pair[0])
    volunteer.get(f"/article/{pair[1]}")
    volunteer.submit("/not-a-copy")
    volunteer.follow()
    assert "This message is now checked on its own." in volunteer.main.text
    assert not volunteer.root.with_class("reply")
    volunteer.get("/")
    assert ["dear friends" in card for card in cards(volunteer)] == [True]
    assert "more cop" not in cards(volunteer)[0]
    volunteer.get(f"/article/{pair[0]}")
    assert not volunteer.root.all("section", id="copies")


def test_saying_it_twice_does_no_harm(volunteer: Browser, pair: tuple[str, str]):
    volunteer.get(f"/article/{pair[1]}")
    action = f"/article/{pair[1]}/not-a-copy"
    token = volunteer.form(action).all("input", name="csrf_token")[0].get("value")
    for _ in range(2):
        volunteer.post(action, {"csrf_token": token})


def test_only_who_is_logged_in_can_say_so(visitor: Browser, pair: tuple[str, str]):
    visitor.get(f"/article/{pair[1]}")
    assert not [form for form in visitor.root.all("form") if form.get("action").endswith("not-a-copy")]
    visitor.get("/login")
    visitor.post(f"/article/{pair[1]}/not-a-copy", status=401)
    visitor.get("/")
    assert len(cards(visitor)) == 1
