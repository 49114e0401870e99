"""Quoting a message in a chat: that one is what is meant."""

from typing import Any

import pytest
from sqlalchemy import select

from factcheck.db.session import read_only
from factcheck.matching.decide.decision import Outcome
from factcheck.models import Article, Match, SaidMessage
from tests.bot.chatting import Chatting, words
from tests.bot.deciding import WORDS, decided
from tests.bot.group_chatting import REPLY, GroupChat
from tests.stored import count

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
NEWS = "From tomorrow on every bicycle in town needs two bells, otherwise the police will take it away at once!"
ANSWER = "A spoon does nothing of the kind."


def sent(chat: Chatting, text: str, identity: str, *, quoting: str | None = None) -> list[dict[str, Any]]:
    chat.clock.advance(seconds=10)
    message = {"type": "text", "id": identity, "text": text} | ({"quotedMessageId": quoting} if quoting else {})
    return chat.send(chat.event("message", message=message))


@pytest.mark.parametrize("text", ["is this true?", "真的嗎", "?", "what do you think of it", "幫我看一下"])
def test_a_question_that_quotes_an_earlier_message_is_about_that(chat: Chatting, text: str) -> None:
    chat.publish(CLAIM, ANSWER)
    sent(chat, f"Please forward! {CLAIM}", "m1")
    assert ANSWER in words(sent(chat, text, "m2", quoting="m1"))
    assert count(chat.factory, Match) == 1, "the question is no message"


def test_quoting_what_was_asked_about_asks_again(chat: Chatting) -> None:
    sent(chat, NEWS, "m1")
    said = words(sent(chat, "is it true?", "m2", quoting="m1"))
    assert "May we publish this message?" in said
    assert "From tomorrow on" in said


def test_quoting_a_message_that_differs_says_again_in_what(chat: Chatting) -> None:
    chat.publish(CLAIM, ANSWER)
    with decided(Outcome.DIFFERS, WORDS, probability=0.97):
        sent(chat, NEWS, "m1")
        said = sent(chat, "is it true?", "m2", quoting="m1")
    assert said[0]["text"].startswith("You received “open as usual”.")


def test_quoting_the_answer_of_the_bot_means_its_article(chat: Chatting) -> None:
    chat.publish(CLAIM, ANSWER)
    sent(chat, CLAIM, "m1")
    chat.publish(NEWS, "No such rule exists.")
    with read_only(chat.factory) as session:
        said = session.scalars(select(SaidMessage.message_id).order_by(SaidMessage.message_id)).all()
    assert len(said) == 2, "text and card"
    for number, identity in enumerate(said):
        assert ANSWER in words(sent(chat, "真的嗎？", f"q{number}", quoting=identity))


def test_what_was_published_is_meant_after_its_text_is_gone(chat: Chatting) -> None:
    chat.press(sent(chat, NEWS, "m1"), "Yes, publish and check it")
    chat.reply(article(chat), "No such rule exists.")
    assert "No such rule exists." in words(sent(chat, "so is it true?", "m2", quoting="m1"))


def article(chat: Chatting) -> str:
    with read_only(chat.factory) as session:
        return session.scalars(select(Article.id)).one()


def test_a_long_text_that_quotes_speaks_for_itself(chat: Chatting) -> None:
    chat.publish(CLAIM, ANSWER)
    sent(chat, CLAIM, "m1")
    with decided(Outcome.UNKNOWN, perhaps=[0.1]):
        assert "May we publish this message?" in words(sent(chat, NEWS, "m2", quoting="m1"))


def test_what_is_not_kept_any_more_is_asked_for_again(chat: Chatting) -> None:
    chat.press(sent(chat, NEWS, "m1"), "No, do not publish")
    assert "do not have that message any more" in words(sent(chat, "is it true?", "m2", quoting="m1"))
    assert sent(chat, "is it true?", "m3", quoting="unknown") == []
    chat.clock.advance(seconds=2)
    chat.worker.run_due_jobs()
    assert "do not have that message any more" in words(chat.line.sent[-1][2])


def test_a_message_of_somebody_else_is_not_found(chat: Chatting) -> None:
    chat.publish(CLAIM, ANSWER)
    sent(chat, CLAIM, "m1")
    stolen = {"type": "text", "id": "m2", "text": "?", "quotedMessageId": "m1"}
    assert ANSWER not in words(chat.send(chat.event("message", "Umallory", message=stolen)))
    with read_only(chat.factory) as session:
        said = session.scalars(select(SaidMessage.message_id)).first()
    stolen = {"type": "text", "id": "m3", "text": "?", "quotedMessageId": said}
    assert ANSWER not in words(chat.send(chat.event("message", "Umallory", message=stolen)))


def test_a_reason_may_quote_the_question(chat: Chatting) -> None:
    chat.publish(CLAIM)
    asked = chat.press(sent(chat, CLAIM, "m1"), "Tell the volunteers more")
    assert asked
    said = sent(chat, "My aunt at the market has sent it to everybody.", "m2", quoting="m1")
    assert "Add this as your reason?" in words(said)


def test_a_quoted_picture_was_not_looked_at(chat: Chatting) -> None:
    chat.send(chat.event("message", message={"type": "image", "id": "p1"}))
    assert "For now I can only read text" in words(sent(chat, "is it true?", "m2", quoting="p1"))


def test_erasing_forgets_what_was_said(chat: Chatting) -> None:
    chat.publish(CLAIM, ANSWER)
    sent(chat, CLAIM, "m1")
    assert count(chat.factory, SaidMessage) == 2
    chat.press(sent(chat, "delete", "m2"), "Yes, delete it all")
    assert count(chat.factory, SaidMessage) == 0


def test_in_a_group_quoting_the_answer_of_the_bot_means_its_article(group: GroupChat) -> None:
    group.known()
    assert REPLY in words(group.say(f"Please forward! {CLAIM}"))
    with read_only(group.chat.factory) as session:
        said = session.scalars(select(SaidMessage.message_id)).one()
    assert REPLY in words(group.say("what about this?", mention=True, quoting=said))
    assert group.say("what about this?", mention=True, quoting=said, group="Cother") != []
    assert REPLY not in words(group.say("what about this?", mention=True, quoting=said, group="Cother"))
