"""G01 to G08, and the rows for events and messages taken back (W24, U01 to U03) as they are in groups."""

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.simulator.world.chats import Chat
from factcheck.db.session import read_only, transaction
from factcheck.jobs.schedule import plan
from factcheck.models import ArticleReply, GroupMatch, InboxEvent, Match, User
from factcheck.ports import Hit
from tests.e2e.crowd import known_messages
from tests.failures.harness import Bot, words
from tests.stored import count

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
REPLY = "A spoon does nothing of the kind."
TALK = "明天下午三點在車站前面集合，請大家記得帶雨傘和水壺。"


@pytest.fixture
def group(bot: Bot, ada: Chat) -> Chat:
    return bot.line.group("Family", [ada])


def publish_trusted(bot: Bot, *, helpful: int = 2, not_helpful: int = 0) -> str:
    article_id = bot.publish(CLAIM, REPLY)
    rate(bot, helpful, not_helpful)
    return article_id


def rate(bot: Bot, helpful: int, not_helpful: int) -> None:
    with transaction(bot.factory) as session:
        session.execute(
            update(ArticleReply).values(positive_feedback_count=helpful, negative_feedback_count=not_helpful)
        )


def calls(bot: Bot) -> list[str]:
    return [entry.path for entry in bot.line.calls()]


def test_g01_no_match_is_silence_and_nothing_is_stored(
    bot: Bot, ada: Chat, group: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the index proposes articles: enough of them that none stands out just for being the only one."""
    article_id = publish_trusted(bot)
    for other in known_messages()[:12]:
        bot.publish(other.text)
    proposed: list[Hit] = []
    candidates = bot.search.candidates
    monkeypatch.setattr(bot.search, "candidates", lambda query: proposed.extend(found := candidates(query)) or found)
    people = count(bot.factory, User)
    assert bot.say(ada, TALK, chat=group) == []
    assert article_id in {hit.article_id for hit in proposed}
    assert calls(bot) == []
    assert (count(bot.factory, User), count(bot.factory, Match), count(bot.factory, GroupMatch)) == (people, 0, 0)
    with read_only(bot.factory) as session:
        assert session.scalars(select(InboxEvent.payload)).all() == [None]


def test_g01_controversial_replies_are_silence(bot: Bot, ada: Chat, group: Chat) -> None:
    """That the message matches is kept for 7 days, so that somebody can quote it and ask: by ids and a probability,
    without its text and who sent it."""
    article_id = publish_trusted(bot, helpful=1, not_helpful=1)
    people = count(bot.factory, User)
    said = bot.line.phone.text(ada, CLAIM, chat=group)
    assert bot.send(said) == []
    with read_only(bot.factory) as session:
        kept = session.execute(select(*GroupMatch.__table__.columns)).mappings().one()
        assert dict(kept) == {
            "message_id": said.message.id,
            "group_id": group.id,
            "candidates": [{"article_id": article_id, "probability": pytest.approx(1, abs=0.05)}],
            "outcome": "ANSWER",
            "answered_article_id": None,
            "answered_at": None,
            "event_at": bot.clock(),
        }
        assert session.scalars(select(InboxEvent.payload)).all() == [None]
    assert (count(bot.factory, User), count(bot.factory, Match)) == (people, 0)
    bot.reply(article_id, "I have tried it, and it is true.", "NOT_RUMOR")
    rate(bot, helpful=3, not_helpful=0)
    assert bot.say(ada, CLAIM, chat=group) == []
    assert calls(bot) == []
    with transaction(bot.factory) as session:
        plan(session, bot.housekeeping, now=bot.clock())
    bot.wait(days=7)
    assert count(bot.factory, GroupMatch) == 2
    bot.wait(hours=7)
    assert count(bot.factory, GroupMatch) == 0


def test_g01_a_trusted_reply_breaks_the_silence(bot: Bot, ada: Chat, group: Chat) -> None:
    """What the two above would say if nothing was wrong."""
    publish_trusted(bot)
    [answer] = bot.say(ada, CLAIM, chat=group)
    assert REPLY in words([answer])
    assert answer["quoteToken"]


def test_g03_an_old_event_gets_no_reply(bot: Bot, ada: Chat, group: Chat) -> None:
    publish_trusted(bot)
    old = bot.clock().timestamp() - 31
    asked = bot.line.phone.typed(ada, f"@Factline {CLAIM}", chat=group, bot_name="Factline")
    for said in (bot.line.phone.text(ada, CLAIM, chat=group, at=old), late(asked.event)):
        assert bot.send(said) == []
    assert bot.send(late(bot.line.phone.join(group))) == []
    assert calls(bot) == []
    assert count(bot.factory, GroupMatch) == 0


def late(event: dict[str, Any]) -> dict[str, Any]:
    return {**event, "timestamp": event["timestamp"] - 31_000}


def test_g03_a_reply_that_comes_too_late_is_never_pushed(bot: Bot, ada: Chat, group: Chat) -> None:
    """Each member would count."""
    publish_trusted(bot)
    bot.line.expire_reply_tokens()
    said = bot.line.phone.text(ada, CLAIM, chat=group)
    bot.line.expire_reply_tokens()
    assert bot.send(said) == []
    bot.wait(minutes=10)
    assert all(path.endswith("message/reply") for path in calls(bot))
    assert bot.sent() == []


@pytest.mark.parametrize("kind", ["group", "room"])
@pytest.mark.parametrize("text", ["bye bye factline", "再見 Factline", "@Factline バイバイ"])
def test_g04_the_leave_command_leaves_by_the_right_endpoint(bot: Bot, ada: Chat, kind: str, text: str) -> None:
    chat = bot.line.group("Friends", [ada], kind=kind)
    said = bot.send(bot.line.phone.typed(ada, text, chat=chat, bot_name="Factline"))
    assert "Goodbye" in words(said)
    assert [path.split("/v2/bot/")[1] for path in calls(bot)] == ["message/reply", f"{kind}/{chat.id}/leave"]
    found = bot.line.store.chats.find(chat.id)
    assert found is not None
    assert found.status == "left"


def test_g05_joining_greets_once_and_no_member_count_is_asked_for(bot: Bot, ada: Chat, group: Chat) -> None:
    """The greeting is the same for any number of members: there is no count that could fail."""
    assert "I am Factline" in words(bot.send(bot.line.phone.join(group)))
    assert bot.send(bot.line.phone.join(group)) == []
    assert [path.split("/v2/bot/")[1] for path in calls(bot)] == ["message/reply"]


def test_g05_people_who_come_and_go_are_not_greeted(bot: Bot, ada: Chat, group: Chat) -> None:
    bob = bot.person("Bob")
    assert bot.send(bot.line.phone.member_joined(group, bob), bot.line.phone.member_left(group, bob)) == []
    assert calls(bot) == []


@pytest.mark.parametrize("data", ["2:mine", "2:settings", "2:erase", "1:aaaaaaaaaaaa:up", "{}"])
def test_g07_a_button_in_a_group_shows_nothing_private(bot: Bot, ada: Chat, group: Chat, data: str) -> None:
    publish_trusted(bot)
    bot.say(ada, CLAIM)
    event = pressed(bot, ada, data, group)
    [hint] = bot.send(event)
    assert "private chat" in words([hint])
    assert CLAIM not in words([hint])


def test_g07_a_button_of_a_private_chat_does_nothing_in_a_group(bot: Bot, ada: Chat, group: Chat) -> None:
    publish_trusted(bot, helpful=0)
    bot.say(ada, CLAIM)
    data = next(
        button["data"]
        for message in bot.line.received(ada)
        for button in find_buttons(message)
        if button["label"] == "👍 Helpful"
    )
    event = pressed(bot, ada, data, group)
    bot.send(event)
    with read_only(bot.factory) as session:
        assert session.scalars(select(ArticleReply.positive_feedback_count)).one() == 0


def pressed(bot: Bot, person: Chat, data: str, group: Chat) -> dict[str, Any]:
    """With the person's id, although LINE does not give it."""
    event = bot.line.phone.postback(person, data, chat=group)
    return {**event, "source": {"type": "group", "groupId": group.id, "userId": person.id}}


def find_buttons(found: Any) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [button for part in found for button in find_buttons(part)]
    if isinstance(found, dict):
        own = [found] if found.get("type") == "postback" else []
        return own + [button for part in found.values() for button in find_buttons(part)]
    return []


@pytest.mark.parametrize("order", ["in order", "reversed"])
def test_g08_of_two_changes_the_later_one_counts(bot: Bot, ada: Chat, group: Chat, order: str) -> None:
    publish_trusted(bot)
    said = bot.line.phone.text(ada, "Good morning", chat=group)
    bot.send(said)
    bot.clock.advance(seconds=2)
    first = bot.line.phone.edit(said.message, CLAIM)
    bot.clock.advance(seconds=2)
    last = bot.line.phone.edit(said.message, "Hi all")
    assert first is not None
    assert last is not None
    for event in [first, last] if order == "in order" else [last, first]:
        bot.line.deliver(event)  # both are there before the worker looks
    assert bot.settle() == []
    assert count(bot.factory, GroupMatch) == 0


def test_g08_a_later_change_is_answered_after_an_earlier_one_came_late(bot: Bot, ada: Chat, group: Chat) -> None:
    publish_trusted(bot)
    said = bot.line.phone.text(ada, "Good morning", chat=group)
    bot.clock.advance(seconds=2)
    first = bot.line.phone.edit(said.message, "Good morning to all")
    bot.clock.advance(seconds=2)
    last = bot.line.phone.edit(said.message, CLAIM)
    assert first is not None
    assert last is not None
    assert REPLY in words(bot.send(last))
    assert bot.send(first) == []
    assert bot.send(said) == []
    assert count(bot.factory, GroupMatch) == 1, "what was said first has not undone it"


def test_w24_a_group_event_without_a_user_is_handled(bot: Bot, ada: Chat, group: Chat) -> None:
    publish_trusted(bot)
    event = bot.line.phone.text(ada, CLAIM, chat=group).event
    assert REPLY in words(bot.send({**event, "source": {"type": "group", "groupId": group.id}}))


@pytest.mark.parametrize(
    "source", [{"type": "group"}, {"type": "group", "groupId": 7}, {"type": "square", "squareId": "S1"}, {}, None]
)
def test_w24_a_group_event_of_nowhere_is_ignored(bot: Bot, ada: Chat, group: Chat, source: Any) -> None:
    publish_trusted(bot)
    event = {**bot.line.phone.text(ada, CLAIM, chat=group).event, "source": source}
    if source is None:
        del event["source"]
    assert bot.send(event) == []


def test_u01_a_group_message_that_is_unsent_before_it_is_handled_is_never_answered(
    bot: Bot, ada: Chat, group: Chat
) -> None:
    publish_trusted(bot)
    said = bot.line.phone.text(ada, CLAIM, chat=group)
    unsent = bot.line.phone.unsend(said.message)
    assert unsent is not None
    assert bot.send(said, unsent) == []
    assert count(bot.factory, GroupMatch) == 0


def test_u01_an_answer_that_was_not_sent_yet_is_cancelled(bot: Bot, ada: Chat, group: Chat) -> None:
    publish_trusted(bot)
    bot.line.add_fault("message/reply", "status", status=429)
    said = bot.line.phone.text(ada, CLAIM, chat=group)
    assert bot.send(said) == []
    unsent = bot.line.phone.unsend(said.message)
    assert unsent is not None
    bot.send(unsent)
    assert bot.wait(seconds=20) == []


def test_u02_nothing_stays_of_a_group_message_that_is_unsent(bot: Bot, ada: Chat, group: Chat) -> None:
    publish_trusted(bot)
    said = bot.line.phone.text(ada, CLAIM, chat=group)
    bot.send(said)
    assert count(bot.factory, GroupMatch) == 1
    unsent = bot.line.phone.unsend(said.message)
    assert unsent is not None
    bot.send(unsent)
    assert count(bot.factory, GroupMatch) == 0
    assert bot.send(bot.line.phone.typed(ada, "true?", chat=group, bot_name="Factline", quoted=said.message)) == []
    bot.line.redeliver(said)
    assert bot.settle() == []
    assert count(bot.factory, GroupMatch) == 0


def test_u03_a_group_message_that_comes_after_it_was_unsent_is_ignored(bot: Bot, ada: Chat, group: Chat) -> None:
    publish_trusted(bot)
    said = bot.line.phone.text(ada, CLAIM, chat=group)
    unsent = bot.line.phone.unsend(said.message)
    assert unsent is not None
    bot.send(unsent)
    assert bot.send(said) == []
    assert count(bot.factory, GroupMatch) == 0
