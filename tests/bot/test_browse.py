"""Looking at articles and replies by buttons and links."""

from typing import Any

import pytest
from sqlalchemy import func, select

from bot.buttons.menu import Action, encode
from bot.i18n import translator
from bot.messages.answers import ReplyView
from bot.messages.replies import MOST_CARDS, replies_messages
from bot.simulator.validation.messages import validate_messages
from factcheck.db.session import read_only, transaction
from factcheck.languages import TAGS
from factcheck.models import Article, ArticleView, ReplyRequest, ReplyType, Status, User
from factcheck.services.replies import take_back
from tests.bot.chatting import Chatting, buttons, words

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."


def call(chat: Chatting, action: Action, *arguments: str) -> list[dict[str, Any]]:
    return chat.send(chat.event("postback", postback={"data": encode(action, *arguments)}))


def requests(chat: Chatting) -> int:
    with read_only(chat.factory) as session:
        return session.scalar(select(func.count()).select_from(ReplyRequest)) or 0


def shown(chat: Chatting) -> set[str]:
    with read_only(chat.factory) as session:
        return set(session.scalars(select(ArticleView.reply_id)))


def test_f13_a_pasted_link_shows_the_reply_with_its_question(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "A spoon does nothing of the kind.")
    said = chat.say(f"https://factline.example/article/{article_id}?utm_source=line")
    assert "A spoon does nothing of the kind." in words(said)
    assert [each["label"] for each in buttons(said)] == ["👍 Helpful", "🤔 Somewhat", "👎 Not helpful"]
    assert "Thank you!" in words(chat.press(said, "👍 Helpful"))


def test_looking_at_a_waiting_message_asks_for_nothing_until_one_says_so(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM)
    said = call(chat, Action.READ, article_id)
    assert "Nobody has replied to this message yet. First reported: March 1, 2026" in words(said)
    assert requests(chat) == 1
    assert "noted that you ask, too" in words(chat.press(said, "I want to know, too"))
    assert "asked about this message before" in words(chat.press(said, "I want to know, too"))
    assert "asked about this message before" in words(call(chat, Action.READ, article_id))
    assert requests(chat) == 2


def test_p04_what_is_gone_is_said_to_be_gone(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "It is not.")
    with transaction(chat.factory) as session:
        session.get_one(Article, article_id).status = Status.BLOCKED
    link = f"https://factline.example/article/{article_id}"
    for said in (
        chat.say(link),
        chat.say("https://factline.example/article/nosuch"),
        *(call(chat, action, article_id) for action in (Action.READ, Action.REPLIES, Action.ASK, Action.TELL)),
        call(chat, Action.REPLY, article_id, "x"),
        call(chat, Action.READ),
        call(chat, Action.REPLY),
    ):
        assert "no longer available" in words(said)
    assert shown(chat) == set()


def test_f18_several_replies_are_counted_and_can_be_read_one_by_one(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "It does nothing.")
    other = chat.reply(article_id, "A matter of taste.", "OPINIONATED")
    listed = chat.press(chat.say(CLAIM), "More replies: 1")
    assert "Replies to this message: 2\n❌ Contains misinformation: 1\n💬 Contains personal opinion: 1" in words(listed)
    assert "March 1, 2026" in words(listed)
    one = chat.press(listed, next(each["label"] for each in buttons(listed) if other.reply_id in each["data"]))
    assert "A matter of taste." in words(one)
    assert "More replies: 1" in words(one)
    assert other.reply_id in shown(chat)
    assert "Thank you!" in words(chat.press(one, "👍 Helpful"))


def test_p04_a_reply_that_was_taken_back(chat: Chatting) -> None:
    article_id = chat.publish(CLAIM, "It does nothing.")
    other = chat.reply(article_id, "A matter of taste.", "OPINIONATED")
    listed = call(chat, Action.REPLIES, article_id)
    with transaction(chat.factory) as session:
        take_back(session, article_id, other.reply_id, session.get_one(User, other.user_id), now=chat.clock())
    assert "This reply is no longer available" in words(call(chat, Action.REPLY, article_id, other.reply_id))
    assert len([each for each in buttons(listed) if "2:reply" in each["data"]]) == 2
    assert "It does nothing." in words(call(chat, Action.REPLIES, article_id)), "one is left, and shown at once"


@pytest.mark.parametrize("locale", TAGS)
@pytest.mark.parametrize("number", [2, MOST_CARDS, 50])
def test_f18_any_number_of_the_longest_replies_can_be_listed(locale: str, number: int) -> None:
    view = ReplyView(
        article_id="a" * 100,
        reply_id="r" * 100,
        type=ReplyType.NOT_ARTICLE,
        text="👨‍👩‍👧‍👦" * 400,
        reference="",
        created_at=None,
        helpful=10**6,
        not_helpful=10**6,
        other_replies=number - 1,
        article_text=CLAIM,
        first_reported=None,
        article_url="https://example.org/article/1",
    )
    messages = replies_messages(translator(locale), locale, [view] * number)
    assert validate_messages(messages) == []
    assert len(messages) == (3 if number > MOST_CARDS else 2)
