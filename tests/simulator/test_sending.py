"""Reply tokens, retry keys, quota, recipients: what LINE does with a request to send."""

import uuid

import pytest

from bot.simulator.testing import FakeLine
from bot.simulator.world.ledger import month_of, refill
from tests.simulator.conftest import Api, MovableClock
from tests.simulator.samples import flex, text


def token_of(line: FakeLine, person: object, words: str = "hi") -> str:
    return str(line.phone.text(person, words).event["replyToken"])  # type: ignore[arg-type]


def test_reply_is_delivered_once(line: FakeLine, api: Api) -> None:
    person = line.person()
    token = token_of(line, person)
    first = api.reply(token, text("one"), flex())
    assert first.status == 200
    sent = first.json["sentMessages"]
    assert [set(one) for one in sent] == [{"id", "quoteToken"}] * 2
    assert all(one["id"].isdigit() for one in sent)
    second = api.reply(token, text("two"))
    assert (second.status, second.json) == (400, {"message": "Invalid reply token"})
    assert [message["type"] for message in line.received(person)] == ["text", "flex"]


def test_reply_token_expires(line: FakeLine, api: Api, clock: MovableClock) -> None:
    person = line.person()
    early, late = token_of(line, person), token_of(line, person)
    clock.now += 60
    assert api.reply(early, text()).status == 200
    clock.now += 0.1
    assert api.reply(late, text()).message == "Invalid reply token"
    assert api.reply("0" * 32, text()).message == "Invalid reply token"
    assert len(line.received(person)) == 1


def test_all_tokens_can_be_expired(line: FakeLine, api: Api) -> None:
    token = token_of(line, line.person())
    line.expire_reply_tokens()
    assert api.reply(token, text()).message == "Invalid reply token"


def test_refused_reply_leaves_the_token_usable(line: FakeLine, api: Api) -> None:
    token = token_of(line, line.person())
    refused = api.reply(token, text(""))
    assert refused.status == 400
    assert refused.message == "The request body has 1 error(s)"
    assert refused.properties == ["messages[0].text"]
    assert api.reply(token, text()).status == 200


def test_reply_takes_no_retry_key(line: FakeLine, api: Api) -> None:
    token = token_of(line, line.person())
    assert api.reply(token, text(), headers={"X-Line-Retry-Key": str(uuid.uuid4())}).status == 400
    assert api.reply(token, text()).status == 200


def test_redelivery_revives_a_token_unless_used_or_old(line: FakeLine, api: Api, clock: MovableClock) -> None:
    person = line.person()
    young, used, old = (line.phone.text(person, words) for words in ("a", "b", "c"))
    api.reply(str(used.event["replyToken"]), text())
    clock.now += 19 * 60
    line.redeliver(young, used)
    assert api.reply(str(young.event["replyToken"]), text()).status == 200
    assert api.reply(str(used.event["replyToken"]), text()).status == 400
    clock.now += 2 * 60
    line.redeliver(old)
    assert api.reply(str(old.event["replyToken"]), text()).status == 400


def test_push_with_a_retry_key_is_delivered_once(line: FakeLine, api: Api, clock: MovableClock) -> None:
    person, key = line.person(), str(uuid.uuid4())
    first = api.push(person.id, text(), headers={"X-Line-Retry-Key": key})
    again = api.push(person.id, text(), headers={"X-Line-Retry-Key": key.upper()})
    assert first.status == 200
    assert again.status == 409
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.headers["x-line-request-id"] != first.headers["x-line-request-id"]
    assert again.json["sentMessages"] == first.json["sentMessages"]
    assert len(line.received(person)) == 1
    clock.now += 24 * 3600 + 1
    assert api.push(person.id, text(), headers={"X-Line-Retry-Key": key}).status == 200


def test_refused_push_does_not_use_up_its_retry_key(line: FakeLine, api: Api) -> None:
    person, headers = line.person(), {"X-Line-Retry-Key": str(uuid.uuid4())}
    assert api.push(person.id, text(""), headers=headers).status == 400
    assert api.push(person.id, text(), headers=headers).status == 200


def test_retry_key_must_be_a_uuid(line: FakeLine, api: Api) -> None:
    person = line.person()
    assert api.push(person.id, text(), headers={"X-Line-Retry-Key": "once"}).status == 400
    assert line.received(person) == []


def test_unknown_and_malformed_recipients(line: FakeLine, api: Api) -> None:
    unknown = api.push("U" + "0" * 32, text())
    assert (unknown.status, unknown.message) == (400, "Failed to send messages")
    assert api.push("someone", text()).properties == ["to"]


def test_blocked_person_gets_nothing_and_costs_nothing(line: FakeLine, api: Api) -> None:
    person = line.person(status="blocked")
    answer = api.push(person.id, text())
    assert answer.status == 200
    assert len(answer.json["sentMessages"]) == 1
    assert line.received(person) == []
    assert api.get("message/quota/consumption").json == {"totalUsage": 0}


def test_stranger_is_reached_for_seven_days(line: FakeLine, api: Api, clock: MovableClock) -> None:
    person = line.person(status="stranger")
    api.push(person.id, text("too early"))
    line.phone.text(person, "hi")
    clock.now += 7 * 24 * 3600 - 1
    api.push(person.id, text("in time"))
    clock.now += 2
    api.push(person.id, text("too late"))
    assert line.texts(person) == ["in time"]


def test_monthly_quota(line: FakeLine, api: Api, clock: MovableClock) -> None:
    person = line.person()
    assert api.get("message/quota").json == {"type": "none"}
    line.store.quota.set_limit(2)
    assert api.get("message/quota").json == {"type": "limited", "value": 2}
    # Charged by recipient, not by message object.
    assert api.push(person.id, text(), text(), text()).status == 200
    assert api.push(person.id, text()).status == 200
    over = api.push(person.id, text())
    assert (over.status, over.message) == (429, "You have reached your monthly limit.")
    assert api.get("message/quota/consumption").json == {"totalUsage": 2}
    assert api.reply(token_of(line, person), text()).status == 200
    clock.now += 32 * 24 * 3600
    assert api.push(person.id, text()).status == 200


def test_rate_limit(line: FakeLine, api: Api, clock: MovableClock) -> None:
    person = line.person()
    line.store.rates.set("push", per_second=0.5, burst=2)
    statuses = [api.push(person.id, text()).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert "rate limit" in api.push(person.id, text()).message
    clock.now += 2
    assert [api.push(person.id, text()).status for _ in range(2)] == [200, 429]


def test_bucket_arithmetic() -> None:
    assert refill(0, 3, per_second=2, burst=10) == 6
    assert refill(9, 3, per_second=2, burst=10) == 10
    assert refill(5, -1, per_second=2, burst=10) == 5


def test_quota_months_are_those_of_japan() -> None:
    assert month_of(1_767_193_200.0 - 1) == "2025-12"  # 2025-12-31 14:59:59 UTC
    assert month_of(1_767_193_200.0) == "2026-01"


def test_multicast(line: FakeLine, api: Api) -> None:
    people = [line.person(f"P{index}") for index in range(3)]
    blocked = line.person(status="blocked")
    ids = [person.id for person in (*people, blocked)]
    answer = api.post("message/multicast", {"to": ids, "messages": [text("news")]})
    assert (answer.status, answer.json) == (200, {})
    assert [line.texts(person) for person in people] == [["news"]] * 3
    assert api.get("message/quota/consumption").json == {"totalUsage": 3}
    unknown = api.post("message/multicast", {"to": [people[0].id, "U" + "0" * 32], "messages": [text()]})
    assert unknown.message == "Failed to send messages"
    group = line.group("G", people)
    assert api.post("message/multicast", {"to": [group.id], "messages": [text()]}).properties == ["to[0]"]
    too_many = api.post("message/multicast", {"to": [people[0].id] * 501, "messages": [text()]})
    assert too_many.properties == ["to"]
    assert api.post("message/multicast", {"to": [people[0].id] * 500, "messages": [text()]}).status == 200
    assert len(line.received(people[0])) == 2


def test_multicast_retry_key(line: FakeLine, api: Api) -> None:
    person, headers = line.person(), {"X-Line-Retry-Key": str(uuid.uuid4())}
    body = {"to": [person.id], "messages": [text()]}
    assert api.post("message/multicast", body, headers=headers).status == 200
    assert api.post("message/multicast", body, headers=headers).status == 409
    assert len(line.received(person)) == 1


def test_broadcast_reaches_friends_only(line: FakeLine, api: Api) -> None:
    friend, stranger = line.person(), line.person(status="stranger")
    assert api.post("message/broadcast", {"messages": [text("all")]}).status == 200
    assert (line.texts(friend), line.texts(stranger)) == (["all"], [])


def test_quote_tokens_belong_to_their_chat(line: FakeLine, api: Api) -> None:
    person, other = line.person(), line.person()
    quotable = line.phone.text(person, "quote me")
    quote = quotable.event["message"]["quoteToken"]  # type: ignore[index]
    assert api.push(person.id, text(quoteToken=quote)).status == 200
    assert api.push(other.id, text(quoteToken=quote)).properties == ["messages[0].quoteToken"]


def test_push_to_a_group(line: FakeLine, api: Api) -> None:
    group = line.group("G", [line.person(), line.person()])
    mention = {"all": {"type": "mention", "mentionee": {"type": "all"}}}
    assert api.push(group.id, {"type": "textV2", "text": "{all}", "substitution": mention}).status == 200
    assert api.get("message/quota/consumption").json == {"totalUsage": 2}
    assert api.push(line.person().id, {"type": "textV2", "text": "{all}", "substitution": mention}).status == 400
    line.phone.leave(group)
    assert api.push(group.id, text()).message == "Failed to send messages"


@pytest.mark.parametrize("kind", ["reply", "push", "multicast", "broadcast", "narrowcast"])
def test_validation_without_sending(api: Api, kind: str) -> None:
    assert api.post(f"message/validate/{kind}", {"messages": [text()]}).status == 200
    refused = api.post(f"message/validate/{kind}", {"messages": [text("")]})
    assert refused.properties == ["messages[0].text"]


def test_unknown_fields_of_a_request_are_refused(line: FakeLine, api: Api) -> None:
    body = {"to": line.person().id, "messages": [text()], "notificationDisabled": False}
    assert api.post("message/push", body).status == 200
    assert api.post("message/push", {**body, "silent": True}).properties == ["silent"]


def test_unpaired_surrogates_are_kept(line: FakeLine, api: Api) -> None:
    person = line.person()
    assert api.push(person.id, text("a\ud83db")).status == 200
    assert line.texts(person) == ["a\ud83db"]
