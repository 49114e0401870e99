"""Whom the bot tells what without being asked, how often, and what it does when LINE lets it send only so many."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bot.buttons.menu import Action, encode
from bot.line.client import LineError, LineUnreachableError, ToldQuota
from bot.outbound.notify import notify_askers
from bot.outbound.quota import note_quota, room_for
from factcheck.db.session import read_only, transaction
from factcheck.models import Article, ArticleReply, Delivery, DeliveryState, Job, Notice, User
from factcheck.services import health
from factcheck.services.articles import request_check
from factcheck.services.line_quota import LineQuota, load_quota
from factcheck.services.notices import CORRECTION_DELAY, NOTIFY_ASKERS
from factcheck.services.replies import attach_reply, take_back
from factcheck.services.users import get_or_create_line_user
from tests.bot.chatting import Chatting, buttons, words
from tests.factcheck.crowd import all_ask

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
REPLY = "No: the blood's pH hardly changes."
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def asked(chat: Chatting, *people: str, locale: str = "en") -> str:
    """People who asked about the claim; returns the article's id."""
    article_id = chat.publish(CLAIM)
    with transaction(chat.factory) as session:
        article = session.get_one(Article, article_id)
        for line_id in people:
            person = get_or_create_line_user(session, line_id, secret_key="k", locale=locale, now=chat.clock())
            session.flush()
            request_check(session, article, person, now=chat.clock())
    return article_id


def crowd(number: int) -> list[str]:
    return [f"U{index}" for index in range(number)]


def settle(chat: Chatting, **duration: float) -> list[tuple[str, str, str]]:
    """Time passes and the worker does what is due; returns (way, to, words) of what was sent."""
    before = len(chat.line.sent)
    chat.clock.advance(**duration)
    chat.worker.run_due_jobs()
    return [(way, to, words(messages)) for way, to, messages in chat.line.sent[before:]]


def withdraw(chat: Chatting, link: ArticleReply) -> None:
    with transaction(chat.factory) as session:
        take_back(session, link.article_id, link.reply_id, session.get_one(User, link.user_id), now=chat.clock())


def told(chat: Chatting) -> int:
    with read_only(chat.factory) as session:
        return session.scalar(select(func.count()).select_from(Notice)) or 0


def jobs_of(chat: Chatting, kind: str) -> list[Job]:
    with read_only(chat.factory) as session:
        return list(session.scalars(select(Job).where(Job.kind == kind)))


def test_a_notice_names_the_message_and_leads_to_the_reply(chat: Chatting) -> None:
    article_id = asked(chat, "Ua")
    chat.reply(article_id, REPLY)
    [(way, to, text)] = settle(chat)
    assert (way, to) == ("multicast", "Ua")
    assert "Drinking lemon water" in text
    assert REPLY in text
    assert "Contains misinformation" in text
    messages = chat.line.sent[-1][2]
    assert [button["data"] for button in buttons(messages)] == [
        encode(Action.READ, article_id),
        encode(Action.NOTICES, "off"),
    ]
    assert REPLY in words(chat.press(messages, "Read the reply"))
    assert chat.line.sent[-1][0] == "reply", "which costs nothing"


def test_people_are_told_in_their_own_language_by_one_call_for_each(chat: Chatting) -> None:
    asked(chat, "Ua", "Ub", locale="zh-Hant")
    article_id = asked(chat, "Uc", "Ud")
    chat.reply(article_id, REPLY)
    sent = {to: text for _, to, text in settle(chat)}
    assert sorted(sorted(people) for people in chat.line.multicasts) == [["Ua", "Ub"], ["Uc", "Ud"]]
    assert "您問過的訊息有回應了" in sent["Ua"]
    assert "There is a reply" in sent["Uc"]


def test_who_wants_no_notices_gets_none(chat: Chatting) -> None:
    article_id = asked(chat, "Ua", "Ub")
    with transaction(chat.factory) as session:
        session.scalars(select(User).where(User.app_user_id == "Ua")).one().wants_notices = False
    chat.reply(article_id, REPLY)
    assert [to for _, to, _ in settle(chat)] == ["Ub"]


@pytest.mark.parametrize(("people", "batches"), [(501, [500, 1]), (1000, [500, 500])])
def test_t19_many_people_are_told_in_batches_of_500(chat: Chatting, people: int, batches: list[int]) -> None:
    article_id = chat.publish(CLAIM)
    with transaction(chat.factory) as session:
        all_ask(session, article_id, crowd(people), locale="en", now=chat.clock())
    chat.reply(article_id, REPLY)
    settle(chat)
    assert [len(part) for part in chat.line.multicasts] == batches
    assert len({to for part in chat.line.multicasts for to in part}) == people
    assert len(set(chat.line.retry_keys)) == len(chat.line.retry_keys) == 2


def test_t20_after_a_crash_halfway_nobody_is_told_twice(chat: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(chat, "Ua", "Ub", locale="zh-Hant")
    article_id = asked(chat, "Uc", "Ud")
    chat.reply(article_id, REPLY)
    calls = 0

    def once_then_break(*_arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("killed between two batches")

    effects = notify_askers(chat.context, article_id)
    monkeypatch.setattr("bot.outbound.notify.record_notice", lambda *_a, **_k: once_then_break())
    with pytest.raises(RuntimeError), transaction(chat.factory) as session:
        effects(session)
    monkeypatch.undo()
    assert (told(chat), chat.line.sent) == (0, [])
    chat.line.fail_after_sending = [LineUnreachableError("killed before LINE's answer was noted")]
    settle(chat)
    settle(chat, minutes=1)
    assert sorted(to for _, to, _ in chat.line.sent) == ["Ua", "Ub", "Uc", "Ud"]
    assert told(chat) == 4


def test_t10_notices_go_as_far_as_the_quota_lasts_and_the_rest_next_month(chat: Chatting) -> None:
    chat.line.quota_now = ToldQuota(limit=100, used=70)  # ten are kept for answers that come late
    article_id = asked(chat, *crowd(30))
    chat.reply(article_id, REPLY)
    assert len(settle(chat)) == 20
    assert chat.line.quota_questions == 1
    chat.line.quota_now = ToldQuota(limit=100, used=90)
    assert settle(chat, days=2) == []
    [job] = jobs_of(chat, NOTIFY_ASKERS)
    assert job.due_at - chat.clock() <= (datetime(2026, 4, 1, tzinfo=UTC) - chat.clock())
    assert len(chat.line.multicasts) == 1, "not one call for each"
    chat.line.quota_now = ToldQuota(limit=100, used=0)
    chat.clock.now = datetime(2026, 3, 31, 15, 20, tzinfo=UTC)
    assert len(settle(chat)) == 10
    assert (told(chat), len({to for _, to, _ in chat.line.sent})) == (30, 30)


def test_t10_what_line_says_counts_more_than_what_we_count(chat: Chatting) -> None:
    article_id = asked(chat, "Ua")
    chat.reply(article_id, REPLY)
    chat.line.quota_now = ToldQuota(limit=1000, used=0)
    settle(chat)
    other = chat.publish("Another message that people ask about, of which nobody knows whether it is true.")
    with transaction(chat.factory) as session:
        person = session.scalars(select(User).where(User.app_user_id == "Ua")).one()
        request_check(session, session.get_one(Article, other), person, now=chat.clock())
    chat.reply(other, REPLY)
    chat.line.failures = [LineError(429, "You have reached your monthly limit.")]
    assert settle(chat) == []
    assert settle(chat, hours=23) == []
    with read_only(chat.factory) as session:
        quota = load_quota(session)
    assert quota is not None
    assert quota.is_exhausted(chat.clock())
    chat.line.quota_now = ToldQuota(limit=2000, used=1000)  # somebody has bought more
    with transaction(chat.factory) as session:
        note_quota(session, chat.line.quota(), now=chat.clock())
    assert len(settle(chat, days=1)) == 1


@pytest.mark.parametrize("error", [LineUnreachableError("down"), LineError(401, "no")])
def test_when_line_does_not_tell_the_quota_notices_wait_for_it(chat: Chatting, error: Exception) -> None:
    article_id = asked(chat, "Ua")
    chat.reply(article_id, REPLY)
    chat.line.failures = [error]
    assert settle(chat) == []
    assert [job.attempts for job in jobs_of(chat, NOTIFY_ASKERS)] == [0]
    assert len(settle(chat, minutes=2)) == 1


@pytest.mark.parametrize(
    ("limit", "used", "exhausted", "reserve", "room"),
    [
        (None, 9999, False, True, None),
        (200, 0, False, True, 190),
        (200, 195, False, True, 0),
        (200, 195, False, False, 5),
        (10_000, 0, False, True, 9_500),
        (200, 300, False, False, 0),
        (None, 0, True, False, 0),
    ],
)
def test_how_many_may_be_written_to(
    limit: int | None, used: int, exhausted: bool, reserve: bool, room: int | None
) -> None:
    until = datetime(2026, 4, 1, tzinfo=UTC) if exhausted else None
    assert room_for(LineQuota(limit, used, NOW, until), NOW, reserve=reserve) == room


# Corrections


def shown(chat: Chatting) -> ArticleReply:
    """Ua was shown a reply to what they sent."""
    article_id = chat.publish(CLAIM)
    link = chat.reply(article_id, REPLY)
    chat.worker.run_due_jobs()
    assert REPLY in words(chat.say(CLAIM))
    return link


def test_who_was_shown_a_reply_hears_that_it_was_taken_back(chat: Chatting) -> None:
    link = shown(chat)
    withdraw(chat, link)
    assert settle(chat) == []
    [(way, to, text)] = settle(chat, minutes=6)
    assert (way, to) == ("multicast", "Ua")
    assert "taken back" in text
    assert "no other reply yet" in text
    assert REPLY not in text
    assert settle(chat, days=1) == []


def test_a_reply_that_is_written_anew_at_once_is_told_of_once(chat: Chatting) -> None:
    link = shown(chat)
    withdraw(chat, link)
    settle(chat, minutes=2)
    chat.reply(link.article_id, "No, and here is why.")
    sent = [*settle(chat), *settle(chat, minutes=4)]
    assert len(sent) == 1
    assert "No, and here is why." in sent[0][2]
    assert "taken back" in sent[0][2]


def test_a_reply_that_is_brought_back_in_time_is_not_spoken_of(chat: Chatting) -> None:
    link = shown(chat)
    withdraw(chat, link)
    with transaction(chat.factory) as session:
        merged = session.merge(link)
        attach_reply(session, merged.article, merged.reply, session.get_one(User, link.user_id), now=chat.clock())
    assert settle(chat, minutes=6) == []


def test_who_only_got_the_notice_is_corrected_too_and_told_of_the_next_reply(chat: Chatting) -> None:
    article_id = asked(chat, "Ua")
    link = chat.reply(article_id, REPLY)
    assert len(settle(chat)) == 1
    withdraw(chat, link)
    assert "taken back" in settle(chat, minutes=6)[0][2]
    chat.reply(article_id, "A better one.")
    [(_, _, text)] = settle(chat)
    assert "There is a reply" in text
    assert "A better one." in text


def test_a_correction_reaches_those_who_want_no_notices_but_nobody_who_left(chat: Chatting) -> None:
    link = shown(chat)
    chat.say(CLAIM, "Ub")
    with transaction(chat.factory) as session:
        session.scalars(select(User).where(User.app_user_id == "Ua")).one().wants_notices = False
        session.scalars(select(User).where(User.app_user_id == "Ub")).one().is_friend = False
    withdraw(chat, link)
    assert [to for _, to, _ in settle(chat, minutes=6)] == ["Ua"]


def test_nobody_is_corrected_after_a_season(chat: Chatting) -> None:
    link = shown(chat)
    chat.clock.advance(days=91)
    withdraw(chat, link)
    assert settle(chat, seconds=CORRECTION_DELAY.total_seconds()) == []


def test_deliveries_of_notices_do_not_keep_their_text(chat: Chatting) -> None:
    article_id = asked(chat, "Ua")
    chat.reply(article_id, REPLY)
    settle(chat)
    with read_only(chat.factory) as session:
        delivery = session.scalars(select(Delivery).where(Delivery.to == "")).one()
        assert (delivery.state, delivery.messages) == (DeliveryState.SENT, None)


@pytest.mark.parametrize(
    ("told", "left"), [(ToldQuota(200, 150), 50), (ToldQuota(200, 230), 0), (ToldQuota(None, 150), None)]
)
def test_what_is_left_of_the_quota_is_a_figure_that_can_be_watched(
    chat: Chatting, told: ToldQuota, left: int | None
) -> None:
    with transaction(chat.factory) as session:
        note_quota(session, told, now=chat.clock())
    with read_only(chat.factory) as session:
        assert health.figures(session, now=chat.clock()).get("factline_line_quota_left") == left
