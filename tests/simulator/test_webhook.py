"""Webhooks: the exact bytes, their signature, and every way in which they can arrive."""

import json

import pytest
from linebot.v3.webhook import SignatureValidator, WebhookParser

from bot.simulator.testing import FakeLine
from bot.simulator.world.events import ulid
from bot.simulator.world.webhook import sign
from tests.simulator.conftest import Listener, MovableClock

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"


def test_published_signature() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert sign(body, SECRET) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_signature_fits_the_sent_bytes(line: FakeLine, listener: Listener) -> None:
    delivery = line.send_text(line.person(), '查證 😀\r\n\\ "x" <b>')
    assert (delivery.status, delivery.error) == (200, "")
    body, signature = listener.bodies[0], listener.headers[0]["X-Line-Signature"]
    assert SignatureValidator(line.channel_secret).validate(body.decode(), signature)
    assert listener.events[0]["message"]["text"] == '查證 😀\r\n\\ "x" <b>'
    assert json.loads(body)["destination"] == line.store.bot_user_id()


def test_text_event_has_the_fields_of_line(line: FakeLine, listener: Listener, clock: MovableClock) -> None:
    person = line.person()
    line.send_text(person, "hi")
    event = listener.events[0]
    assert event["timestamp"] == int(clock.now * 1000)
    assert event["mode"] == "active"
    assert event["source"] == {"type": "user", "userId": person.id}
    assert event["deliveryContext"] == {"isRedelivery": False}
    assert len(event["webhookEventId"]) == 26
    assert set(event["message"]) == {"id", "type", "text", "quoteToken", "markAsReadToken"}


def test_the_sdk_understands_every_event(line: FakeLine) -> None:
    person, other = line.person(), line.person()
    group = line.group("G", [person])
    phone = line.phone
    said = phone.text(person, "hi", mention={"mentionees": []})
    events = [
        said.event,
        phone.sticker(person).event,
        phone.image(person, imageSet={"id": "1", "index": 1, "total": 2}).event,
        phone.attach(person, "a.mp4", b"x", "video/mp4").event,
        phone.attach(person, "a.m4a", b"x", "audio/mp4").event,
        phone.attach(person, "a.pdf", b"x").event,
        phone.location(person).event,
        phone.follow(person),
        phone.postback(person, "data", params={"date": "2026-01-01"}),
        phone.unsend(said.message),
        phone.block(person),
        phone.join(group),
        phone.member_joined(group, other),
        phone.member_left(group, other),
        phone.text(person, "hi", chat=group).event,
        phone.leave(group),
    ]
    body = line.platform.body([event for event in events if event is not None])
    parsed = WebhookParser(SECRET).parse(body.decode(), sign(body, SECRET))
    assert [event.type for event in parsed] == [event["type"] for event in events if event is not None]
    assert "UnknownEvent" not in [type(event).__name__ for event in parsed]


def test_reply_tokens_only_on_answerable_events(line: FakeLine) -> None:
    person = line.person()
    group = line.group("G", [person])
    said = line.phone.text(person, "hi")
    answerable = [said.event, line.phone.follow(person), line.phone.postback(person, "d"), line.phone.join(group)]
    silent = [line.phone.unsend(said.message), line.phone.block(person), line.phone.leave(group)]
    assert all("replyToken" in event for event in answerable)
    assert not [event for event in silent if event is None or "replyToken" in event]


def test_standby_has_no_reply_token(line: FakeLine) -> None:
    event = line.phone.text(line.person(), "hi", mode="standby").event
    assert event["mode"] == "standby"
    assert "replyToken" not in event


def test_unknown_types(line: FakeLine) -> None:
    person = line.person()
    event = line.phone.event("somethingNew", person, somethingNew={"a": 1})
    assert (event["type"], event["somethingNew"]) == ("somethingNew", {"a": 1})
    message = line.phone.say(person, {"type": "hologram", "depth": 3}).event["message"]
    assert isinstance(message, dict)
    assert (message["type"], message["depth"]) == ("hologram", 3)


def test_edited_message_keeps_its_id(line: FakeLine) -> None:
    person = line.person()
    group = line.group("G", [person])
    said = line.phone.text(person, "first", chat=group)
    event = line.phone.edit(said.message, "second")
    assert event is not None
    before, after = said.event["message"], event["message"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert (after["id"], after["text"]) == (before["id"], "second")
    assert after["quoteToken"] != before["quoteToken"]
    assert "markAsReadToken" not in after


def test_unblocking_is_told(line: FakeLine) -> None:
    person = line.person(status="stranger")
    assert line.phone.follow(person)["follow"] == {"isUnblocked": False}
    line.phone.block(person)
    assert line.phone.follow(person)["follow"] == {"isUnblocked": True}


def test_group_events_name_people_on_phones_only(line: FakeLine) -> None:
    phone, desktop = line.person(), line.person(device="desktop")
    group = line.group("G", [phone, desktop])
    assert line.phone.text(phone, "hi", chat=group).event["source"] == {
        "type": "group",
        "groupId": group.id,
        "userId": phone.id,
    }
    assert line.phone.text(desktop, "hi", chat=group).event["source"] == {"type": "group", "groupId": group.id}
    assert line.phone.join(group)["source"] == {"type": "group", "groupId": group.id}


def test_batch_duplicate_reorder_and_redeliver(line: FakeLine, listener: Listener) -> None:
    person, other = line.person(), line.person()
    first, second = line.phone.text(person, "1"), line.phone.text(other, "2")
    line.deliver(second, first)
    line.deliver(first)
    line.redeliver(first)
    assert [event["message"]["text"] for event in listener.events] == ["2", "1", "1", "1"]
    again = listener.events[3]
    assert again["deliveryContext"] == {"isRedelivery": True}
    original = {name: value for name, value in first.event.items() if name != "deliveryContext"}
    assert {name: value for name, value in again.items() if name != "deliveryContext"} == original


def test_any_bytes_and_signature_can_be_sent(line: FakeLine, listener: Listener) -> None:
    line.send_raw(b"not json", signature="wrong")
    line.send_raw(b"{}", headers={"Content-Type": "application/json"})
    assert listener.bodies == [b"not json", b"{}"]
    assert listener.headers[0]["X-Line-Signature"] == "wrong"
    assert "X-Line-Signature" not in listener.headers[1]


def test_lone_surrogates_can_be_sent(line: FakeLine, listener: Listener) -> None:
    line.send_text(line.person(), "a\ud83d")
    assert listener.events[0]["message"]["text"] == "a\ud83d"


def test_what_came_of_it_is_noted(line: FakeLine, listener: Listener) -> None:
    person = line.person()
    listener.status = 503
    assert line.send_text(person, "hi").error == "error_status_code"
    line.webhook_url = "http://127.0.0.1:9/hook"
    refused = line.send_text(person, "hi")
    assert (refused.status, refused.error) == (None, "could_not_connect")
    assert [entry.note for entry in line.webhooks()] == ["error_status_code", "could_not_connect"]


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9/"])
def test_no_bot_at_all(line: FakeLine, url: str) -> None:
    line.webhook_url = url
    assert line.send_text(line.person(), "hi").error == "could_not_connect"


def test_event_ids_sort_by_time() -> None:
    assert ulid(1.0) < ulid(2.0) < ulid(1_790_000_000.0)
    assert len({ulid(1.0) for _ in range(100)}) == 100
