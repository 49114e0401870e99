"""The list of one's messages: whose, in which order, what is new in it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons.menu import Action, encode
from bot.i18n import translator
from bot.messages.lists import PAGE_SIZE, MineView, my_messages, no_messages
from bot.simulator.validation.messages import validate_messages
from factcheck.db.session import transaction
from factcheck.languages import TAGS
from factcheck.models import Article, ReplyType, Status
from factcheck.services.clusters import join
from tests.bot.chatting import Chatting, buttons, words
from tests.bot.test_conversation import CLAIM, NEWS, submit
from tests.bot.test_settings import call

TOPICS = ("bicycle bells", "silver spoons", "old bridges", "warm milk", "blue buses", "free rice", "loud bells")
TOPICS += ("tall trees", "cold soup", "new coins", "wet paint", "long trains")


def mine(chat: Chatting, *page: str, user: str = "Ua") -> list[dict[str, object]]:
    return call(chat, Action.MINE, *page, user=user)


def test_an_empty_list_says_what_it_is_for(chat: Chatting) -> None:
    assert "Your list is empty" in words(mine(chat))


def test_messages_asked_about_and_shown_are_listed_newest_first(chat: Chatting) -> None:
    read = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    chat.say(CLAIM)
    chat.clock.advance(days=1)
    asked = submit(chat)
    listed = mine(chat)
    assert "Your messages: 2. New replies: 0." in words(listed)
    assert [button["data"] for button in buttons(listed)] == [encode(Action.READ, asked), encode(Action.READ, read)]
    assert "⏳ Not answered yet. People who wait: 1" in words(listed)
    assert "❌ Contains misinformation" in words(listed)
    assert "March 2, 2026" in words(listed)


def test_other_peoples_messages_are_not_listed(chat: Chatting) -> None:
    submit(chat, user="Ub")
    assert "Your list is empty" in words(mine(chat))


def test_a_reply_is_new_until_it_was_shown(chat: Chatting) -> None:
    article_id = submit(chat)
    chat.clock.advance(minutes=1)
    chat.reply(article_id, "No such rule exists.")
    listed = words(mine(chat))
    assert "New replies: 1" in listed
    assert "🔴 New reply" in listed
    assert "new replies: 1" in words(call(chat, Action.SETTINGS))
    chat.clock.advance(minutes=1)
    chat.say(NEWS)
    assert "New replies: 0" in words(mine(chat))
    chat.clock.advance(minutes=1)
    chat.reply(article_id, "It is planned for next year.", "OPINIONATED")
    assert "New replies: 1" in words(mine(chat))


def test_a_reply_that_was_there_and_not_the_best_is_not_new(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    chat.reply(article_id, "Who knows.", "NOT_ARTICLE")
    chat.clock.advance(minutes=1)
    chat.say(CLAIM)
    assert "Your messages: 1. New replies: 0." in words(mine(chat))


@pytest.mark.parametrize("status", [Status.BLOCKED, Status.DELETED])
def test_what_may_not_be_shown_is_left_out(chat: Chatting, status: Status) -> None:
    article_id = submit(chat)
    with transaction(chat.factory) as session:
        session.get_one(Article, article_id).status = status
    assert "Your list is empty" in words(mine(chat))


def test_copies_are_listed_once_as_the_one_that_was_seen_last(chat: Chatting) -> None:
    first = submit(chat)
    chat.clock.advance(minutes=1)
    second = submit(chat, CLAIM)
    with transaction(chat.factory) as session:
        join(session, first, second, now=chat.clock())
    listed = mine(chat)
    assert "Your messages: 1." in words(listed)
    assert [button["data"] for button in buttons(listed)] == [encode(Action.READ, second)]
    chat.reply(first, "Neither is true.")
    assert "New replies: 1" in words(mine(chat))


def test_long_lists_have_pages_that_neither_overlap_nor_leave_out(chat: Chatting) -> None:
    ids = []
    for topic in TOPICS:
        chat.clock.advance(minutes=2)
        ids.append(submit(chat, f"The mayor said that {topic} will be forbidden in the whole town from Monday on!"))
    first = mine(chat)
    assert f"Your messages: {len(TOPICS)}. New replies: 0. Page 1 of 2." in words(first)
    second = chat.press(first, "Next page")
    assert "Page 2 of 2." in words(second)
    found = [button["data"] for button in [*buttons(first)[:PAGE_SIZE], *buttons(second)]]
    assert found == [encode(Action.READ, article_id) for article_id in reversed(ids)]


@pytest.mark.parametrize("page", ["0", "2", "99999", "999999", "x"])
def test_a_page_that_there_is_not_shows_the_first(chat: Chatting, page: str) -> None:
    submit(chat)
    assert "Your messages: 1." in words(mine(chat, page))


@given(
    locale=st.sampled_from(TAGS),
    text=st.sampled_from(["字", "👨‍👩‍👧‍👦", "กำ", "x", " ", "\u202e{{x}}%s"]).map(lambda piece: piece * 3000),
    reply_type=st.one_of(st.none(), st.sampled_from(ReplyType)),
    dated=st.booleans(),
)
def test_a_full_page_is_never_refused(locale: str, text: str, reply_type: ReplyType | None, dated: bool) -> None:
    view = MineView("a" * 40, text, reply_type, 10**9, datetime(2026, 1, 1, tzinfo=UTC) if dated else None, True)
    t = translator(locale)
    said = my_messages(t, locale, [view] * PAGE_SIZE, page=10_000, total=10**6, new=10**6)
    assert validate_messages(said) == []
    assert validate_messages(no_messages(t)) == []
