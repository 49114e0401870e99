"""Webhooks that come twice, late, broken, forged or at a bad moment (W)."""

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot.inbound.queue import HANDLE_EVENT
from bot.simulator.testing import CHANNEL_SECRET
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.events import build
from bot.simulator.world.webhook import sign
from factcheck.db.session import read_only
from factcheck.limits import MAX_WEBHOOK_BYTES
from factcheck.models import InboxEvent, Job
from tests.failures.harness import Bot, accepted, words

CLAIM = "Drinking warm lemon water every morning cures high blood pressure within a week, a professor says."
ANSWER = "Lemon water does not lower blood pressure."
LEGACY_USER = "Udeadbeefdeadbeefdeadbeefdeadbeef"


def stored(bot: Bot) -> tuple[int, int]:
    """(events, jobs about them)"""
    with read_only(bot.factory) as session:
        events = session.scalar(select(func.count()).select_from(InboxEvent)) or 0
        waiting = select(func.count()).select_from(Job).where(Job.kind == HANDLE_EVENT)
        return events, session.scalar(waiting) or 0


def body_of(bot: Bot, *events: Any) -> bytes:
    return json.dumps({"destination": bot.line.store.bot_user_id(), "events": list(events)}).encode()


def test_w01_a_text_becomes_one_event_and_one_job(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    accepted(bot.line.send_text(ada, CLAIM))
    assert stored(bot) == (1, 1)
    assert bot.line.calls() == []  # nothing of LINE's is waited for
    assert ANSWER in words(bot.settle())
    assert stored(bot) == (1, 0)


def test_w02_a_wrong_signature_is_refused_and_nothing_is_told(
    bot: Bot, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of(bot, bot.line.phone.text(bot.person(), "a private matter").event)
    for secret in ("another secret", CHANNEL_SECRET[:-1]):
        assert bot.line.send_raw(body, signature=sign(body, secret)).status == 401
    assert stored(bot) == (0, 0)
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "private matter" not in logged
    assert CHANNEL_SECRET not in logged


def test_w03_the_header_is_needed_in_any_letter_case(bot: Bot) -> None:
    body = body_of(bot, bot.line.phone.text(bot.person(), "hello there").event)
    assert bot.line.send_raw(body, headers={"Content-Type": "application/json"}).status == 401
    assert stored(bot) == (0, 0)
    assert bot.line.send_raw(body, headers={"X-LINE-SIGNATURE": sign(body, CHANNEL_SECRET)}).status == 200
    assert stored(bot) == (1, 1)


def test_w05_odd_signatures_are_refused(bot: Bot) -> None:
    event = bot.line.phone.text(bot.person(), "hello there").event
    body = body_of(bot, event)
    right = sign(body, CHANNEL_SECRET)
    changed = body.replace(b"hello", b"hallo")
    reserialised = json.dumps(json.loads(body), indent=1).encode()
    odd = ["", "é", "ÿ" * 40, "A" * 8000, "not base64!", right[:-1], right.lower(), f" {right[1:]}", "="]
    assert [bot.line.send_raw(body, signature=one).status for one in odd] == [401] * len(odd)
    assert bot.line.send_raw(changed, signature=right).status == 401
    assert bot.line.send_raw(reserialised, signature=right).status == 401
    assert stored(bot) == (0, 0)
    assert bot.line.send_raw(body, signature=right).status == 200


def test_w07_bytes_are_taken_as_they_come(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    event = bot.line.phone.text(ada, f'\U0001f600 {CLAIM}\r\n\tpass "it" on é').event
    escaped = json.dumps({"events": [event], "destination": "U"}, ensure_ascii=True, indent=2).replace("\n", "\r\n")
    assert "\\ud83d\\ude00" in escaped
    accepted(bot.line.send_raw(escaped.encode()))
    assert ANSWER in words(bot.settle())
    plain = json.dumps({"events": [bot.line.phone.text(ada, f"☃ {CLAIM}").event]}, ensure_ascii=False)
    accepted(bot.line.send_raw(plain.encode()))
    assert ANSWER in words(bot.settle())
    assert bot.line.send_raw(b"\xff\xfe" + escaped.encode("utf-16-le")).status == 400
    assert bot.line.send_raw(escaped.encode() + b"\xe9").status == 400


def test_w09_a_huge_body_is_refused_before_it_is_read(bot: Bot) -> None:
    port = int(bot.url.rpartition(":")[2])
    announced = HTTPConnection("127.0.0.1", port, timeout=10)
    announced.putrequest("POST", "/callback")
    announced.putheader("Content-Length", str(50 * 1024**3))
    announced.endheaders()
    announced.send(b"{")  # and no more
    assert announced.getresponse().status == 413
    announced.close()

    streamed = HTTPConnection("127.0.0.1", port, timeout=10)
    streamed.putrequest("POST", "/callback")
    streamed.putheader("Transfer-Encoding", "chunked")
    streamed.endheaders()
    chunk = b"x" * (MAX_WEBHOOK_BYTES // 2)
    for _ in range(3):  # then silence, without an end
        streamed.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
    assert streamed.getresponse().status == 413
    streamed.close()
    assert stored(bot) == (0, 0)
    body = b" " * (MAX_WEBHOOK_BYTES - 20) + b'{"events":[]}'
    assert bot.line.send_raw(body).status == 200


def test_w10_a_body_without_events_is_no_error_of_ours(bot: Bot) -> None:
    bodies = [b"", b"x", b"[]", b"null", b"5", b"{}", b'{"events":null}', b'{"events":{}}', b'{"events":"x"}']
    bodies += [b"[" * 100_000, b'{"events":[' + b"1" * 5000 + b"]}", b'{"events":[NaN,1e999,-0]}']
    statuses = [bot.line.send_raw(body).status for body in bodies]
    assert set(statuses) <= {200, 400}
    assert statuses[:10] == [400] * 10
    assert stored(bot) == (0, 0)


def test_w11_the_connection_check_makes_no_work(bot: Bot) -> None:
    accepted(bot.line.deliver())
    assert stored(bot) == (0, 0)
    assert bot.settle() == []


def test_w12_the_old_check_is_not_answered_and_other_methods_are_none(bot: Bot) -> None:
    dummies: list[JSONObject] = [
        {
            "replyToken": token * 32,
            "type": "message",
            "timestamp": 1451617200000,
            "source": {"type": "user", "userId": LEGACY_USER},
            "message": message,
        }
        for token, message in (
            ("0", {"id": "100001", "type": "text", "text": "Hello, world"}),
            ("f", {"id": "100002", "type": "sticker", "packageId": "1", "stickerId": "1"}),
        )
    ]
    assert bot.send(*dummies) == []
    assert bot.line.calls("*/message/*") == []

    connection = HTTPConnection("127.0.0.1", int(bot.url.rpartition(":")[2]), timeout=10)
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        connection.request(method, "/callback", b"")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 405
    connection.close()


def test_w15_one_failing_event_does_not_stop_the_others(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot.publish(CLAIM, ANSWER)
    people = [bot.person(name) for name in ("Ada", "Ben", "Cy")]
    real = bot.search.candidates

    def candidates(query: Any) -> Any:
        if "break" in query.text:
            raise KeyError("hits")
        return real(query)

    monkeypatch.setattr(bot.search, "candidates", candidates)
    texts = (CLAIM, "this one will break the index of the bot", CLAIM)
    events: list[Any] = [bot.line.phone.text(person, text).event for person, text in zip(people, texts, strict=True)]
    odd: list[Any] = [None, 5, "x", [], {}, {"type": 5}, {"type": "message", "message": "text", "source": 3}]
    accepted(bot.line.send_raw(body_of(bot, events[0], *odd, *events[1:])))
    bot.settle()
    assert [ANSWER in "".join(bot.line.texts(person)) for person in people] == [True, False, True]


def test_w15_ids_that_no_column_takes_do_not_stop_the_others(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    odd = [
        {"type": "message", "webhookEventId": wrong, "source": {"userId": wrong, "type": "user"}, "timestamp": 10**30}
        for wrong in ("a\x00b", "\ud800", "x" * 5000, 7, None, ["x"], {"y": 1})
    ]
    odd += [{"type": wrong, "message": {"id": wrong, "type": wrong, "text": wrong}} for wrong in ("\x00", "\udfff", 1)]
    accepted(bot.line.send_raw(body_of(bot, *odd, bot.line.phone.text(ada, CLAIM).event)))
    assert ANSWER in words(bot.settle())


def test_w16_an_event_that_comes_again_is_handled_once(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    said = bot.line.phone.text(ada, CLAIM)
    first = bot.send(said, said)
    assert ANSWER in words(first)
    assert bot.send(said) == []
    accepted(bot.line.redeliver(said))
    assert bot.settle() == []
    assert len(bot.line.calls("message/reply")) == 1


def test_w16_at_the_same_moment_at_many_threads_and_two_workers(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    people = [bot.person(f"P{number}") for number in range(4)]
    said = [bot.line.phone.text(person, CLAIM) for person in people]
    with ThreadPoolExecutor(8) as pool:
        deliveries = list(pool.map(bot.line.deliver, said * 4))
        assert {delivery.status for delivery in deliveries} == {200}
        workers = [bot.worker, bot.another_worker()]
        sum(pool.map(lambda worker: worker.run_due_jobs(), workers))
    bot.settle()
    assert [len(bot.line.calls("message/reply")), len(bot.line.calls("message/push"))] == [4, 0]
    assert {"".join(bot.line.texts(person)).count("About the message") for person in people} == {1}


def test_w18_a_redelivery_after_a_failure_is_handled(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot.publish(CLAIM, ANSWER)
    said = bot.line.phone.text(bot.person(), CLAIM)
    with monkeypatch.context() as patch:
        patch.setattr("bot.inbound.webhook.store_events", broken)
        status = bot.line.deliver(said).status
        assert status is not None
        assert status >= 500
    assert stored(bot) == (0, 0)
    url, bot.line.webhook_url = bot.line.webhook_url, "http://127.0.0.1:9/callback"
    assert bot.line.deliver(said).error == "could_not_connect"
    bot.line.webhook_url = url
    bot.clock.advance(seconds=90)  # the token works for a minute from each delivery
    accepted(bot.line.redeliver(said))
    assert ANSWER in words(bot.settle())
    assert [call.status for call in bot.line.calls("*/message/*")] == [200]


def broken(*_arguments: object, **_options: object) -> None:
    raise OperationalError("insert", {}, Exception("the disk is full"))


def test_w19_after_twenty_minutes_only_a_push_can_answer(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    said = bot.line.phone.text(bot.person(), CLAIM)
    bot.clock.advance(minutes=25)
    accepted(bot.line.redeliver(said))
    assert ANSWER in words(bot.settle())
    assert bot.line.calls("message/reply") == []
    assert len(bot.line.calls("message/push")) == 1


def test_w20_the_latest_event_counts_in_whatever_order_they_come(bot: Bot) -> None:
    article = bot.publish(CLAIM)
    ada = bot.person()
    bot.say(ada, CLAIM)  # and waits for a reply now
    bot.clock.advance(seconds=10)
    followed = bot.line.phone.follow(ada)
    bot.clock.advance(seconds=10)
    blocked = bot.line.phone.block(ada)
    bot.send(blocked)
    bot.send(followed)
    assert not bot.user(ada).is_friend
    seen = len(bot.line.calls("*/message/*"))
    bot.reply(article, ANSWER)
    bot.settle()
    assert len(bot.line.calls("*/message/*")) == seen

    bot.clock.advance(seconds=10)
    back, gone = bot.line.phone.follow(ada), bot.line.phone.block(ada)
    bot.clock.advance(seconds=10)
    bot.send(bot.line.phone.follow(ada))
    bot.send(gone)
    bot.send(back)
    assert bot.user(ada).is_friend


def test_w21_nothing_is_sent_while_another_module_has_the_chat(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    standby = [
        bot.line.phone.text(ada, CLAIM, mode="standby").event,
        bot.line.phone.event("follow", ada, mode="standby"),
        bot.line.phone.event("postback", ada, mode="standby", postback={"data": "x"}),
    ]
    assert bot.send(*standby) == []
    assert bot.line.calls("*/message/*") == []
    assert ANSWER in words(bot.say(ada, CLAIM))


def test_w22_unknown_events_are_ignored(bot: Bot) -> None:
    ada = bot.person()
    group = bot.line.group("G", [ada])
    kinds = ("activated", "botSuspended", "module", "delivery", "membership", "accountLink", "newThing", "Message")
    events = [bot.line.phone.event(kind, chat, ada) for kind in kinds for chat in (ada, group)]
    events += [bot.line.phone.event(kind, ada) for kind in ("videoPlayComplete", "beacon")]
    assert bot.send(*events) == []
    assert bot.line.calls("*/message/*") == []
    assert stored(bot)[1] == 0


def test_w23_unknown_messages_are_answered_politely_in_private_only(bot: Bot) -> None:
    ada = bot.person()
    group = bot.line.group("G", [ada])
    said = bot.send(bot.line.phone.say(ada, {"type": "hologram", "data": {"x": 1}}))
    assert len(said) == 1
    assert "text" in words(said).lower()
    assert bot.send(bot.line.phone.say(ada, {"type": "hologram"}, chat=group)) == []


@pytest.mark.parametrize(
    "source",
    [
        {"type": "channel", "channelId": "X1"},
        {"type": "group", "groupId": "C" + "1" * 32},
        {"type": "room", "roomId": "R" + "1" * 32},
        {"type": "group"},
        {"type": "user"},
        {"type": ["user"], "userId": {"x": 1}},
        {},
        "user",
        None,
    ],
)
def test_w24_odd_sources_break_nothing(bot: Bot, source: Any) -> None:
    bot.publish(CLAIM, ANSWER)
    message = {"type": "text", "id": "1", "text": CLAIM}
    now = bot.clock().timestamp()
    for kind in ("message", "postback", "join", "leave", "follow", "unfollow", "unsend", "memberJoined"):
        fields = {"message": {**message, "id": kind}, "postback": {"data": "x"}, "unsend": {"messageId": "9"}}
        event = build(kind, None, now, reply_token="t" * 32, fields={**fields, "source": source})
        accepted(bot.line.deliver(event))
    without = build("message", None, now, reply_token="t" * 32, fields={"message": message})
    accepted(bot.line.deliver(without))
    bot.settle()
    assert stored(bot)[1] == 0  # all handled, none failing again and again
    assert ANSWER in words(bot.say(bot.person(), CLAIM))


def test_w25_new_values_do_not_hide_what_is_known(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    ada = bot.person()
    mention = {"mentionees": [{"index": 0, "length": 4, "type": "everybodyElse"}, {"type": "user"}, 7]}
    assert ANSWER in words(bot.say(ada, f"@all {CLAIM}", mention=mention, newField={"deep": [1]}))
    assert ANSWER in words(bot.send({**bot.line.phone.text(ada, CLAIM).event, "mode": "assisted"}))
    sticker = bot.line.phone.sticker(ada, stickerResourceType="HOLOGRAM", keywords=[1, {}], text=5)
    picture = bot.line.phone.image(ada, contentProvider={"type": "cloud", "x": 1})
    for said in (sticker, picture):
        bot.wait(seconds=30)  # nobody takes them for one with the text
        assert len(bot.send(said)) == 1


def test_w26_what_may_be_missing_is_not_missed(bot: Bot) -> None:
    bot.publish(CLAIM, ANSWER)
    event = bot.line.phone.text(bot.person(), CLAIM).event
    message = event["message"]
    assert isinstance(message, dict)
    for name in ("quoteToken", "markAsReadToken"):
        del message[name]
    for name in ("webhookEventId", "deliveryContext", "timestamp"):
        del event[name]
    event["inventedLater"] = {"a": [1, 2]}
    assert ANSWER in words(bot.send(event))
    again = {**event, "deliveryContext": {"isRedelivery": True}}
    assert bot.send(again) == []  # known by its message
    without_message = build("follow", {"type": "user", "userId": "U" + "2" * 32}, 1.0)
    del without_message["webhookEventId"]
    accepted(bot.line.deliver(without_message, without_message))
    assert stored(bot)[0] == 2
