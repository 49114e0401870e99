"""What LINE may answer to what the bot sends (rows T), over HTTP. Every case of the decision itself is in
`tests/bot/test_delivery.py`, notices and quota in `tests/bot/test_notices.py`."""

import socket
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.inbound import still_working
from bot.line.client import LineClient, LineUnreachableError
from bot.outbound.outbox import Address, send
from bot.simulator.world.chats import Chat
from factcheck.db.session import read_only, transaction
from factcheck.jobs.schedule import plan
from factcheck.models import Delivery, DeliveryState, Job, JobState
from factcheck.services.line_quota import load_quota
from tests.bot.chatting import alerts, longer
from tests.failures.harness import Bot, push_to_all, retry_keys, statuses, words

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
REPLY = "No: the blood's pH hardly changes."
HELLO: list[dict[str, Any]] = [{"type": "text", "text": "hello"}]
CARD: list[dict[str, Any]] = [
    {
        "type": "flex",
        "altText": "a card",
        "contents": {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": []}},
    }
]


def push(bot: Bot, person: Chat, messages: list[dict[str, Any]] = HELLO) -> None:
    """Have it pushed, and do what is due."""
    with transaction(bot.factory) as session:
        send(session, Address(person.id), messages, now=bot.clock(), priority=0)
    bot.settle()


def deliveries(bot: Bot) -> list[Delivery]:
    with read_only(bot.factory) as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def states(bot: Bot) -> list[str]:
    return [delivery.state for delivery in deliveries(bot)]


def test_t01_an_expired_token_leads_to_one_push_with_a_retry_key(bot: Bot) -> None:
    bot.publish(CLAIM, REPLY)
    ada = bot.person()
    bot.line.send_text(ada, CLAIM)
    bot.line.expire_reply_tokens()
    assert REPLY in words(bot.settle())
    assert (statuses(bot, "message/reply"), statuses(bot, "message/push")) == ([400], [200])
    assert len(retry_keys(bot)) == 1


def test_t02_a_token_is_used_once(bot: Bot) -> None:
    bot.publish(CLAIM, REPLY)
    ada = bot.person()
    bot.say(ada, CLAIM)
    bot.wait(minutes=5)
    assert statuses(bot, "message/reply") == [200]
    with transaction(bot.factory) as session:
        used = session.scalars(select(Delivery)).one().reply_token
        send(session, Address(ada.id, used, bot.clock()), HELLO, now=bot.clock(), priority=0)
    bot.settle()
    assert (statuses(bot, "message/reply"), statuses(bot, "message/push")) == ([200, 400], [200])


def test_t03_events_without_a_token_lead_to_no_call(bot: Bot) -> None:
    ada = bot.person()
    bot.say(ada, "hello there, are you well?")
    before = len(bot.line.calls("*/message/*"))
    bot.line.unsend(ada)
    bot.line.block(ada)
    bot.settle()
    assert len(bot.line.calls("*/message/*")) == before


def test_t04_work_of_70_seconds(bot: Bot) -> None:
    bot.publish(longer(CLAIM), REPLY)
    bot.search.available = False
    with transaction(bot.factory) as session:
        plan(session, still_working.job_kinds(bot.context), now=bot.clock())
    ada = bot.person()
    said = bot.say(ada, CLAIM)
    for _ in range(35):
        said += bot.wait(seconds=2)
    assert len(said) == 1
    assert "still looking" in words(said)
    bot.search.available = True
    for _ in range(20):
        said += bot.wait(seconds=2)
    assert REPLY in words(said)
    assert (statuses(bot, "message/reply"), statuses(bot, "message/push")) == ([200], [200])


def tokens_used(bot: Bot) -> list[Any]:
    return [call.request["replyToken"] for call in bot.line.calls("message/reply")]  # type: ignore[index]


@pytest.mark.parametrize("at_once", [True, False])
def test_t05_two_messages_within_2_s_are_one_question_by_the_newer_token(bot: Bot, at_once: bool) -> None:
    """The older one is never used, so there is nothing that could be answered twice."""
    bot.publish(CLAIM, REPLY)
    ada = bot.person()
    first = bot.line.phone.text(ada, CLAIM)
    bot.clock.advance(seconds=1.9)
    second = bot.line.phone.text(ada, "The moon will come so close tonight that the tides flood the harbour, they say.")
    if not at_once:
        assert bot.line.deliver(first).status == 200  # a webhook each, before the worker looks
    said = bot.send(first, second) if at_once else bot.send(second)
    assert "You sent me 2 messages" in words(said)
    bot.wait(minutes=5)
    assert tokens_used(bot) == [second.event["replyToken"]]
    assert statuses(bot, "*/message/*") == [200]


def test_t05_of_two_messages_the_first_of_which_is_answered_each_has_its_own_token(bot: Bot) -> None:
    bot.publish(CLAIM, REPLY)
    ada = bot.person()
    first = bot.line.phone.text(ada, CLAIM)
    assert REPLY in words(bot.send(first))
    bot.clock.advance(seconds=1.9)
    second = bot.line.phone.text(ada, "hello there, are you well?")
    assert REPLY not in words(bot.send(second))
    assert tokens_used(bot) == [first.event["replyToken"], second.event["replyToken"]]
    assert statuses(bot, "*/message/*") == [200, 200]


def test_t05_tokens_are_not_mixed_up_between_people(bot: Bot) -> None:
    bot.publish(CLAIM, REPLY)
    ada, ben = bot.person("Ada"), bot.person("Ben")
    said = [bot.line.phone.text(ada, CLAIM), bot.line.phone.text(ben, "hello there, are you well?")]
    bot.send(*said)
    assert statuses(bot, "message/reply") == [200, 200]
    assert sorted(tokens_used(bot)) == sorted(one.event["replyToken"] for one in said)
    assert REPLY in words(bot.line.received(ada))
    assert REPLY not in words(bot.line.received(ben))


@pytest.mark.parametrize("fault", ["drop", "done_then_500"])
def test_t06_a_reply_without_an_answer_is_not_sent_twice(bot: Bot, fault: str) -> None:
    bot.publish(CLAIM, REPLY)
    ada = bot.person()
    bot.line.add_fault("message/reply", fault, done=True)
    bot.say(ada, CLAIM)
    bot.wait(seconds=2)
    assert words(bot.line.received(ada)).count(REPLY) == 1
    assert (states(bot), bot.line.calls("message/push")) == ([DeliveryState.SENT], [])


def test_t06_a_reply_that_nobody_can_tell_of_is_put_down_as_uncertain(bot: Bot) -> None:
    bot.publish(CLAIM, REPLY)
    bot.line.add_fault("message/reply", "drop", times=20)
    bot.say(bot.person(), CLAIM)
    for _ in range(3):
        bot.wait(seconds=30)
    assert (states(bot), bot.line.calls("message/push")) == ([DeliveryState.UNCERTAIN], [])


@pytest.mark.parametrize("fault", ["drop", "done_then_500", "status"])
def test_t07_a_push_is_repeated_by_the_same_key_and_arrives_once(bot: Bot, fault: str) -> None:
    ada = bot.person()
    bot.line.add_fault("message/push", fault, done=fault != "status")
    push(bot, ada)
    bot.wait(seconds=2)
    assert len(bot.line.received(ada)) == 1
    assert (len(retry_keys(bot)), len(set(retry_keys(bot)))) == (2, 1)
    assert states(bot) == [DeliveryState.SENT]


def test_t08_a_key_that_line_knows_is_success(bot: Bot) -> None:
    ada = bot.person()
    bot.line.add_fault("message/push", "done_then_500")
    push(bot, ada)
    bot.wait(seconds=2)
    assert statuses(bot, "message/push") == [500, 409]
    assert (states(bot), len(bot.line.received(ada))) == ([DeliveryState.SENT], 1)
    assert deliveries(bot)[0].request_id


def test_t09_a_rate_limit_is_waited_for(bot: Bot) -> None:
    ada = bot.person()
    bot.line.add_fault("message/push", "status", times=3, status=429, body={"message": "The API rate limit"})
    push(bot, ada)
    for _ in range(4):
        bot.wait(seconds=4)
    assert (statuses(bot, "message/push"), states(bot)) == ([429, 429, 429, 200], [DeliveryState.SENT])


def test_t10_beyond_the_monthly_limit_replies_go_on_and_nothing_else(bot: Bot) -> None:
    before = alerts("monthly_quota")
    ada = bot.person()
    bot.line.store.quota.set_limit(0)
    push(bot, ada)
    push(bot, bot.person("Ben"))
    assert statuses(bot, "message/push") == [429]
    assert alerts("monthly_quota") == before + 1
    bot.publish(CLAIM, REPLY)
    assert REPLY in words(bot.say(ada, CLAIM))
    with read_only(bot.factory) as session:
        known = load_quota(session)
    assert known is not None
    assert known.is_exhausted(bot.clock())


def test_t10_a_limit_that_two_processes_run_into_at_once_is_told_once(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = alerts("monthly_quota")
    bot.line.store.quota.set_limit(0)
    # Each has looked before the other's call.
    monkeypatch.setattr("bot.outbound.outbox.load_quota", lambda _session: None)
    push(bot, bot.person())
    push(bot, bot.person("Ben"))
    assert statuses(bot, "message/push") == [429, 429]
    assert alerts("monthly_quota") == before + 1


def test_t11_a_wrong_access_token_is_not_tried_again_and_again(bot: Bot) -> None:
    before = alerts("access_token")
    ada = bot.person()
    bot.line.add_fault("message/push", "status", times=None, status=401)
    for _ in range(5):
        push(bot, ada)
    for _ in range(10):
        bot.wait(seconds=5)
    assert len(bot.line.calls("message/push")) == 1
    assert alerts("access_token") == before + 1
    with read_only(bot.factory) as session:
        assert {job.state for job in session.scalars(select(Job).where(Job.kind == "deliver"))} == {JobState.READY}


@pytest.mark.parametrize("status", [403, 404, 410, 415, 422])
def test_t11_what_will_never_work_is_dropped_with_its_request_id(bot: Bot, status: int) -> None:
    before = alerts("call_refused")
    bot.line.add_fault("message/push", "status", status=status)
    push(bot, bot.person())
    bot.wait(minutes=10)
    assert (len(bot.line.calls("message/push")), states(bot)) == (1, [DeliveryState.FAILED])
    assert alerts("call_refused") == before + 1
    assert deliveries(bot)[0].request_id


def test_t11_what_is_too_big_is_said_as_text(bot: Bot) -> None:
    before = alerts("message_refused")
    ada = bot.person()
    bot.line.add_fault("message/push", "status", status=413)
    push(bot, ada, CARD)
    assert bot.line.received(ada) == [{"type": "text", "text": "a card"}]
    assert alerts("message_refused") == before + 1


def test_t13_a_refused_card_is_said_as_text(bot: Bot) -> None:
    before = alerts("message_refused")
    ada = bot.person()
    broken = [{**CARD[0], "contents": {"type": "bubble", "size": "enormous", "body": CARD[0]["contents"]["body"]}}]
    push(bot, ada, broken)
    assert [message["text"] for message in bot.line.received(ada)] == ["a card"]
    assert deliveries(bot)[0].error == "sent as plain text"
    assert alerts("message_refused") == before + 1


def test_t13_what_the_sdk_itself_refuses_is_a_refusal_too(bot: Bot) -> None:
    before = alerts("message_refused")
    ada = bot.person()
    push(bot, ada, [{"type": "flex", "altText": "a card", "contents": {"type": "no such thing"}}])
    assert [message["text"] for message in bot.line.received(ada)] == ["a card"]
    assert alerts("message_refused") == before + 1


@pytest.mark.parametrize("fault", ["json", "empty", "html"])
@pytest.mark.parametrize("way", ["message/reply", "message/push", "message/multicast"])
def test_t14_an_odd_yes_is_a_yes(bot: Bot, way: str, fault: str) -> None:
    bot.publish(CLAIM, REPLY)
    ada = bot.person()
    bot.line.add_fault(way, fault)
    if way == "message/reply":
        bot.say(ada, CLAIM)
    elif way == "message/push":
        push(bot, ada)
    else:
        push_to_all(bot, ada)
    bot.wait(minutes=1)
    assert (len(bot.line.calls(way)), states(bot)) == (1, [DeliveryState.SENT])
    assert bot.line.received(ada)


def test_t15_a_server_that_cannot_be_reached_or_hangs(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.line.client.TIMEOUT_SECONDS", (0.2, 0.2))
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        refusing = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(LineUnreachableError) as refused:
            LineClient(refusing, "token").push("U", HELLO, "key")
        deaf.listen()
        with pytest.raises(LineUnreachableError) as hanging:
            LineClient(refusing, "token").push("U", HELLO, "key")
        with pytest.raises(LineUnreachableError):
            LineClient(refusing.replace("http", "https"), "token").quota()
    with pytest.raises(LineUnreachableError) as nameless:
        LineClient("http://no-such-host.invalid", "token").push("U", HELLO, "key")
    assert (refused.value.maybe_sent, hanging.value.maybe_sent, nameless.value.maybe_sent) == (False, True, False)


def test_t15_a_long_retry_after_blocks_nobody(bot: Bot) -> None:
    client = LineClient(bot.line.base_url, bot.line.access_token)
    bot.line.add_fault("*", "status", status=503, retry_after=3600)
    with pytest.raises(LineUnreachableError) as busy:
        client.quota()
    assert busy.value.retry_after == 3600
    bot.line.add_fault("message/push", "status", status=503, retry_after=3600)
    ada = bot.person()
    push(bot, ada)
    bot.wait(minutes=5)
    assert len(bot.line.received(ada)) == 1


def test_t18_who_has_blocked_the_bot_costs_nothing_and_is_not_written_to(bot: Bot) -> None:
    ada = bot.person()
    article = bot.publish(CLAIM)
    bot.say(ada, CLAIM)
    bot.line.store.chats.set_status(ada.id, "blocked")  # LINE has not told us yet
    push(bot, ada)
    assert states(bot)[-1] == DeliveryState.SENT
    bot.line.block(ada)
    bot.settle()
    calls = len(bot.line.calls("*/message/*"))
    bot.reply(article, REPLY)
    bot.settle()
    assert len(bot.line.calls("*/message/*")) == calls


def test_a_delivery_that_is_cancelled_while_it_is_sent_keeps_no_text(bot: Bot) -> None:
    ada = bot.person()
    bot.line.add_fault("message/push", "status", status=500)
    push(bot, ada)
    with transaction(bot.factory) as session:
        session.execute(update(Delivery).values(state=DeliveryState.CANCELLED, messages=None))
    bot.wait(minutes=5)
    assert (bot.line.received(ada), states(bot)) == ([], [DeliveryState.CANCELLED])
