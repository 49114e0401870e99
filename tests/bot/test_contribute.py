"""A reason for asking, and a comment on a reply, written in the chat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.buttons.state import Purpose
from bot.messages.additions import Problem
from bot.private.contribute import WRITING_TIME, problem_of
from factcheck.db.session import read_only, transaction
from factcheck.models import Article, ArticleReplyFeedback, Dialogue, Match, ReplyRequest, Status
from factcheck.services.matching import ADDITION
from indexer.evaluation.live import read_matches
from tests.bot.chatting import Chatting, buttons, words

CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."
REASON = "My aunt sent it to me, and the spoon company is named in it."
TELL = "Tell the volunteers more"


def waiting(chat: Chatting) -> list[dict[str, Any]]:
    chat.publish(CLAIM)
    return chat.say(CLAIM)


def reasons(chat: Chatting) -> list[str]:
    with read_only(chat.factory) as session:
        return [reason for reason in session.scalars(select(ReplyRequest.reason)) if reason]


def votes(chat: Chatting) -> list[tuple[int, str]]:
    with read_only(chat.factory) as session:
        found = session.execute(select(ArticleReplyFeedback.score, ArticleReplyFeedback.comment))
        return [(score, comment) for score, comment in found]


def was_looked_up(said: list[dict[str, Any]]) -> bool:
    answers = ("May we publish this message?", "like yours", "asked about this message before")
    return any(each in words(said) for each in answers)


def test_f16_a_reason_is_added_after_a_question(chat: Chatting) -> None:
    asked = chat.press(waiting(chat), TELL)
    assert "becomes PUBLIC" in words(asked)
    offered = chat.say(REASON)
    assert "Add this as your reason?" in words(offered)
    assert f"“{REASON}”" in words(offered)
    assert reasons(chat) == []
    assert "volunteers see it" in words(chat.press(offered, "Yes, add it"))
    chat.clock.advance(minutes=1)
    assert "already answered" in words(chat.press(offered, "Yes, add it"))
    assert reasons(chat) == [REASON]
    assert "You wrote before" in words(chat.press(chat.say(CLAIM), TELL))


def test_f16_after_submitting_too(chat: Chatting) -> None:
    consent = chat.say(CLAIM)
    chat.press(chat.press(consent, "Yes, publish and check it"), TELL)
    chat.press(chat.say(REASON), "Yes, add it")
    assert reasons(chat) == [REASON]


def test_what_is_no_reason_is_checked_as_a_message(chat: Chatting) -> None:
    chat.press(waiting(chat), TELL)
    chat.publish("The old bridge is closed for cars on Friday because the river is high.", "Yes, it is.")
    offered = chat.say("The old bridge is closed for cars on Friday because the river is high.")
    assert "Yes, it is." in words(chat.press(offered, "No, check it as a message"))
    assert reasons(chat) == []
    assert was_looked_up(chat.say(REASON)), "the question is over"


def test_nothing_published_is_left_in_questions_and_matches(chat: Chatting) -> None:
    chat.press(waiting(chat), TELL)
    chat.press(chat.say(REASON), "Yes, add it")
    with read_only(chat.factory) as session:
        assert "aunt" not in str(session.scalars(select(Dialogue.data)).all())
        assert session.scalars(select(Match.outcome).order_by(Match.id)).all()[1:] == [ADDITION]


def test_it_is_over_after_a_while_and_by_a_button(chat: Chatting) -> None:
    asked = chat.press(waiting(chat), TELL)
    assert "Nothing was added" in words(chat.press(asked, "Never mind"))
    assert was_looked_up(chat.say(REASON))
    chat.press(chat.say(CLAIM), TELL)
    chat.clock.advance(seconds=(WRITING_TIME + timedelta(seconds=1)).total_seconds())
    assert was_looked_up(chat.say(REASON + " Really."))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("No spoon!", "Could you say a little more?"),
        (f"{CLAIM}!!", "This is the message itself."),
        ("words " * 201, "Please use at most 1000 characters."),
    ],
)
def test_f16_what_cannot_be_added_is_said_and_not_lost(chat: Chatting, text: str, problem: str) -> None:
    chat.press(waiting(chat), TELL)
    said = chat.say(text)
    assert problem in words(said)
    assert "Yes, add it" not in words(said)
    assert was_looked_up(chat.press(said, "No, check it as a message"))
    assert "Add this as your reason?" in words(chat.say(REASON)), "another try"


def test_a_word_is_too_little_to_be_checked_either(chat: Chatting) -> None:
    chat.press(waiting(chat), TELL)
    said = chat.say("騙人")
    assert "Could you say a little more?" in words(said)
    assert buttons(said) == []


def test_small_talk_and_commands_go_their_own_way(chat: Chatting) -> None:
    chat.press(waiting(chat), TELL)
    assert "You are welcome" in words(chat.say("Thank you!"))
    assert "4 steps" in words(chat.say("help"))
    assert "Add this as your reason?" in words(chat.say(REASON))


def test_f21_a_comment_keeps_the_vote(chat: Chatting) -> None:
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    answer = chat.say(CLAIM)
    chat.press(chat.press(answer, "👎 Not helpful"), "Tell us why")
    offered = chat.say("It does not say which study is meant.")
    assert "Add this as your comment?" in words(offered)
    chat.press(answer, "👍 Helpful")
    assert "beside the reply" in words(chat.press(offered, "Yes, add it"))
    assert votes(chat) == [(1, "It does not say which study is meant.")]


def test_p04_a_message_that_went_meanwhile(chat: Chatting) -> None:
    chat.press(waiting(chat), TELL)
    offered = chat.say(REASON)
    with transaction(chat.factory) as session:
        session.scalars(select(Article)).one().status = Status.BLOCKED
    assert "no longer available" in words(chat.press(offered, "Yes, add it"))


def test_one_at_a_time(chat: Chatting) -> None:
    first = waiting(chat)
    chat.press(first, TELL)
    chat.publish("The old bridge is closed for cars on Friday because the river is high.")
    chat.say(REASON)
    other = chat.say("The old bridge is closed for cars on Friday because the river is high.")
    chat.press(other, TELL)
    chat.press(chat.say("I saw that it is closed."), "Yes, add it")
    with read_only(chat.factory) as session:
        told = session.scalars(select(ReplyRequest).where(ReplyRequest.reason != "")).one()
        assert session.get_one(Article, told.article_id).text.startswith("The old bridge")


@pytest.mark.parametrize(
    ("text", "purpose", "problem"),
    [
        *(
            (text, Purpose.REASON, Problem.SHORT)
            for text in ("1234567", "  a b c d e f g !!! ", "it is fake", "not true")
        ),
        *(
            (text, Purpose.REASON, Problem.SHORT)
            for text in ("是假的", "這是假的", "デマです", "うそだ", "ปลอม", "ไม่จริง")
        ),
        *(
            (text, Purpose.COMMENT, None)
            for text in ("old news of 2019", "my doctor says no", "醫生說是假的", "內容是舊聞")
        ),
        *((text, Purpose.COMMENT, None) for text in ("資料太舊了", "医者は嘘だと言う", "古いニュース", "หมอบอกว่าปลอม")),
        *((text, Purpose.COMMENT, None) for text in ("ข่าวเก่าปี 2562", "https://a.tw/1", f"{CLAIM} https://a.tw/1")),
        ("a" * 1000, Purpose.REASON, None),
        ("a" * 1001, Purpose.REASON, Problem.LONG),
        (CLAIM.upper(), Purpose.REASON, Problem.SAME),
    ],
)
def test_what_is_wrong_with_a_text(text: str, purpose: Purpose, problem: Problem | None) -> None:
    assert problem_of(text, purpose, CLAIM) == problem


def test_u02_taking_back_the_text_takes_the_reason_back(chat: Chatting) -> None:
    chat.press(waiting(chat), TELL)
    sent = chat.event("message", message={"type": "text", "id": "the-reason", "text": REASON})
    chat.press(chat.send(sent), "Yes, add it")
    assert reasons(chat) == [REASON]
    chat.send(chat.event("unsend", unsend={"messageId": "the-reason"}))
    assert reasons(chat) == []
    with read_only(chat.factory) as session:
        assert session.scalars(select(ReplyRequest)).all()  # they still want to know


def test_a_reason_is_not_counted_as_a_message_that_was_matched(chat: Chatting) -> None:
    chat.press(waiting(chat), TELL)
    with read_only(chat.factory) as session:
        before = len(read_matches(session))
    chat.press(chat.say(REASON), "Yes, add it")
    with read_only(chat.factory) as session:
        assert len(read_matches(session)) == before == 1
