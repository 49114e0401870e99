"""Notices and corrections that could not go out at once: they say what holds when they do, to who may still get them.
And people who are blocked by a setting, who get none."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.line.client import LineError, LineUnreachableError, ToldQuota
from bot.outbound.quota import note_quota
from factcheck.db.session import read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import Article, ArticleReply, Delivery, DeliveryState, User
from factcheck.services.notices import enqueue_notices
from factcheck.services.replies import attach_reply
from tests.bot.chatting import Chatting
from tests.bot.test_notices import CLAIM, REPLY, asked, settle, shown, told, withdraw
from tests.job_kinds import bot_job_handlers


def configured(chat: Chatting, **changes: Any) -> None:
    """The worker is started anew with other settings."""
    chat.context = replace(chat.context, **changes)
    chat.worker = Worker(chat.factory, {**chat.handlers, **bot_job_handlers(chat.context)}, clock=chat.clock)


NO_QUOTA = LineError(429, "You have reached your monthly limit.")
NEXT_MONTH = datetime(2026, 3, 31, 15, 20, tzinfo=UTC)


def know_quota(chat: Chatting) -> None:
    """LINE is not asked for it again within some minutes."""
    chat.line.quota_now = ToldQuota(limit=1000, used=0)
    with transaction(chat.factory) as session:
        note_quota(session, chat.line.quota_now, now=chat.clock())


def quota_is_back(chat: Chatting) -> list[tuple[str, str, str]]:
    chat.clock.now = NEXT_MONTH
    return settle(chat)


def refused_notice(chat: Chatting, *people: str) -> ArticleReply:
    """LINE has refused to send the notice of this reply, since no quota is left."""
    article_id = asked(chat, *people)
    link = chat.reply(article_id, REPLY)
    know_quota(chat)
    chat.line.failures = [NO_QUOTA]
    assert settle(chat) == []
    assert chat.line.failures == []
    return link


def test_t10_a_refused_notice_says_next_month_what_holds_then(chat: Chatting) -> None:
    link = refused_notice(chat, "Ua", "Ub")
    withdraw(chat, link)
    chat.reply(link.article_id, "A better one.")
    assert settle(chat, days=2) == []
    sent = quota_is_back(chat)
    assert sorted(to for _, to, _ in sent) == ["Ua", "Ub"]
    assert all("A better one." in text and REPLY not in text for _, _, text in sent)
    assert settle(chat, days=2) == []
    assert told(chat) == 2


def test_t10_a_refused_notice_of_a_reply_that_is_gone_is_not_sent(chat: Chatting) -> None:
    link = refused_notice(chat, "Ua")
    withdraw(chat, link)
    assert settle(chat, days=2) == []
    assert quota_is_back(chat) == []
    assert told(chat) == 0
    chat.reply(link.article_id, "A better one.")
    [(_, _, text)] = settle(chat)
    assert "A better one." in text


def test_t10_who_wants_no_notices_any_more_gets_no_refused_one(chat: Chatting) -> None:
    refused_notice(chat, "Ua", "Ub")
    with transaction(chat.factory) as session:
        session.scalars(select(User).where(User.app_user_id == "Ua")).one().wants_notices = False
    assert [to for _, to, _ in quota_is_back(chat)] == ["Ub"]


def test_t10_of_two_languages_the_one_that_was_not_tried_waits_too(chat: Chatting) -> None:
    asked(chat, "Ub", locale="zh-Hant")
    link = refused_notice(chat, "Ua")
    assert len(chat.line.retry_keys) == 1
    withdraw(chat, link)
    chat.reply(link.article_id, "A better one.")
    sent = {to: text for _, to, text in quota_is_back(chat)}
    assert sorted(sent) == ["Ua", "Ub"]
    assert "您問過的訊息有回應了" in sent["Ub"]
    assert all("A better one." in text for text in sent.values())


def test_t10_a_refused_notice_that_may_have_arrived_is_not_planned_again(chat: Chatting) -> None:
    article_id = asked(chat, "Ua")
    chat.reply(article_id, REPLY)
    chat.line.fail_after_sending = [LineUnreachableError("timeout")]
    assert len(settle(chat)) == 1
    chat.line.failures = [NO_QUOTA]
    assert settle(chat, seconds=5) == []
    assert (quota_is_back(chat), told(chat)) == ([], 1)
    with read_only(chat.factory) as session:
        assert session.scalars(select(Delivery.state)).all() == [DeliveryState.UNCERTAIN]


def refused_correction(chat: Chatting) -> ArticleReply:
    """One person was told of a reply that is taken back now; the quota does not allow to say so."""
    link = chat.reply(asked(chat, "Ua"), REPLY)
    assert len(settle(chat)) == 1
    withdraw(chat, link)
    chat.line.failures = [NO_QUOTA]
    assert settle(chat, minutes=6) == []
    return link


def test_t10_a_refused_correction_is_made_next_month_by_what_holds_then(chat: Chatting) -> None:
    link = refused_correction(chat)
    assert chat.line.failures == []
    chat.reply(link.article_id, "A better one.")
    assert settle(chat, days=2) == []
    [(_, _, text)] = quota_is_back(chat)
    assert "taken back" in text
    assert "A better one." in text
    assert settle(chat, days=2) == [], "this was the news of the better one, too"


def test_t10_a_refused_correction_of_a_reply_that_is_back_is_not_made(chat: Chatting) -> None:
    link = refused_correction(chat)
    with transaction(chat.factory) as session:
        merged = session.merge(link)
        attach_reply(session, merged.article, merged.reply, session.get_one(User, link.user_id), now=chat.clock())
    assert quota_is_back(chat) == []


def test_who_was_told_twice_that_there_is_none_is_told_of_each_next_one(chat: Chatting) -> None:
    article_id = asked(chat, "Ua")
    for number in range(3):
        link = chat.reply(article_id, f"Reply number {number}.")
        [(_, _, text)] = settle(chat)
        assert f"Reply number {number}." in text
        assert settle(chat, minutes=1) == []
        withdraw(chat, link)
        assert len(settle(chat, minutes=6)) == 1


# People who are blocked by a setting


def test_who_is_blocked_gets_no_notice_and_may_hear_later(chat: Chatting) -> None:
    article_id = asked(chat, "Ua", "Ub")
    configured(chat, blocked_users=frozenset({"Ua"}))
    chat.reply(article_id, REPLY)
    assert [to for _, to, _ in settle(chat)] == ["Ub"]
    assert told(chat) == 1
    configured(chat, blocked_users=frozenset())
    asked(chat, "Uc")
    with transaction(chat.factory) as session:
        enqueue_notices(session, session.get_one(Article, article_id), now=chat.clock())
    assert sorted(to for _, to, _ in settle(chat)) == ["Ua", "Uc"]


def test_who_is_blocked_gets_no_correction(chat: Chatting) -> None:
    link = shown(chat)
    chat.say(CLAIM, "Ub")
    configured(chat, blocked_users=frozenset({"Ua"}))
    withdraw(chat, link)
    assert [to for _, to, _ in settle(chat, minutes=6)] == ["Ub"]


@pytest.mark.parametrize("error", [LineError(429, "too many requests"), LineUnreachableError("timeout")])
def test_who_is_blocked_when_the_notice_waits_gets_none(chat: Chatting, error: Exception) -> None:
    article_id = asked(chat, "Ua", "Ub")
    chat.reply(article_id, REPLY)
    know_quota(chat)
    chat.line.failures = [error]
    assert settle(chat) == []
    configured(chat, blocked_users=frozenset({"Ua"}))
    surely_not_sent = isinstance(error, LineError)
    expected = ["Ub"] if surely_not_sent else ["Ua", "Ub"]  # LINE knows what may have arrived by these recipients
    assert sorted(to for _, to, _ in settle(chat, minutes=1)) == expected


def test_who_is_blocked_gets_no_answer_that_was_on_its_way(chat: Chatting) -> None:
    chat.publish(CLAIM, REPLY)
    chat.line.failures = [LineError(429, "too many requests")]
    assert chat.say(CLAIM) == []
    configured(chat, blocked_users=frozenset({"Ua"}))
    assert settle(chat, minutes=2) == []
    with read_only(chat.factory) as session:
        assert session.scalars(select(Delivery.state)).all() == [DeliveryState.FAILED]
