import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bot.inbound.webhook import callback_blueprint, signature
from factcheck.db.session import SessionFactory, read_only
from factcheck.limits import MAX_WEBHOOK_BYTES, MAX_WEBHOOK_EVENTS
from factcheck.models import InboxEvent, Job

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"


@pytest.fixture
def client(factory: SessionFactory) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(callback_blueprint(SECRET, factory))
    return app.test_client()


def text_event(event_id: str = "01H0000000000000000000000A", user: str = "Ua", **extra: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": 1772366400000,
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"token-{event_id}",
        "source": {"type": "user", "userId": user},
        "message": {"type": "text", "id": "1", "quoteToken": "q", "text": "hello"},
        **extra,
    }


def body_of(*events: Any) -> bytes:
    return json.dumps({"destination": "U8e742f61d673b39c7fff3cecb7536ef0", "events": list(events)}).encode()


def post(client: FlaskClient, body: bytes, sign: str | None = None, header: str = "x-line-signature") -> int:
    signed = signature(SECRET, body) if sign is None else sign
    return client.post("/callback", data=body, headers={header: signed}).status_code


def stored(factory: SessionFactory) -> tuple[int, int]:
    """(events, jobs)"""
    with read_only(factory) as session:
        events = session.scalar(select(func.count()).select_from(InboxEvent)) or 0
        return events, session.scalar(select(func.count()).select_from(Job)) or 0


def test_the_published_test_vector_of_the_signature() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert signature(SECRET, body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_w01_a_signed_event_becomes_one_row_and_one_job(client: FlaskClient, factory: SessionFactory) -> None:
    assert post(client, body_of(text_event())) == 200
    assert stored(factory) == (1, 1)


def test_w02_w05_wrong_signatures_are_refused(client: FlaskClient, factory: SessionFactory) -> None:
    body = body_of(text_event())
    for wrong in ("", "x", "ü☃", "A" * 5000, signature(SECRET, body + b" "), signature("other", body)):
        assert post(client, body, wrong) == 401
    assert client.post("/callback", data=body).status_code == 401
    assert stored(factory) == (0, 0)


def test_w03_the_header_is_found_in_any_letter_case(client: FlaskClient) -> None:
    assert post(client, body_of(), header="X-LINE-SIGNATURE") == 200


def test_w07_bytes_are_signed_as_they_come(client: FlaskClient, factory: SessionFactory) -> None:
    raw = '{ "events":[{"type":"message","webhookEventId":"e","source":{"type":"user","userId":"U"},\r\n'
    raw += '"message":{"type":"text","id":"9","text":"\\ud83d\\ude00 a\\r\\nb \\ud800 \\u0000"}}] , "destination":"U"}'
    assert post(client, raw.encode()) == 200
    assert stored(factory) == (1, 1)
    assert post(client, b"\xff\xfe{}") == 400


def test_w09_a_huge_body_is_refused_before_it_is_read(client: FlaskClient) -> None:
    assert post(client, b"x" * (MAX_WEBHOOK_BYTES + 1)) == 413


def test_more_events_than_line_ever_sends_together_are_refused(client: FlaskClient, factory: SessionFactory) -> None:
    assert (
        post(client, body_of(*({"type": "beacon", "webhookEventId": str(n)} for n in range(MAX_WEBHOOK_EVENTS + 1))))
        == 413
    )
    assert stored(factory) == (0, 0)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b'{"events":null}', b'{"events":{}}', b"[" * 100_000])
def test_w10_a_signed_body_without_events_is_400(client: FlaskClient, body: bytes) -> None:
    assert post(client, body) == 400


def test_w11_no_events_is_the_connection_check(client: FlaskClient, factory: SessionFactory) -> None:
    assert post(client, body_of()) == 200
    assert stored(factory) == (0, 0)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_w12_other_methods_are_405(client: FlaskClient, method: str) -> None:
    assert getattr(client, method)("/callback").status_code == 405


def test_w15_all_events_of_a_batch_are_kept_odd_ones_too(client: FlaskClient, factory: SessionFactory) -> None:
    odd: list[Any] = [{}, {"type": 5}, {"type": "message", "message": "text"}, "x", None, {"type": "new", "source": 3}]
    assert post(client, body_of(text_event("a"), *odd, text_event("b", "Ub"))) == 200
    assert stored(factory) == (6, 6)


def test_w16_a_repeated_event_is_kept_once(client: FlaskClient, factory: SessionFactory) -> None:
    again = text_event(deliveryContext={"isRedelivery": True})
    assert post(client, body_of(text_event(), text_event())) == 200
    assert post(client, body_of(again)) == 200
    assert stored(factory) == (1, 1)


def test_w16_the_same_event_at_many_processes_at_once(factory: SessionFactory) -> None:
    app = Flask(__name__)
    app.register_blueprint(callback_blueprint(SECRET, factory))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(app.test_client(), body_of(text_event())), range(16)))
    assert answers == [200] * 16
    assert stored(factory) == (1, 1)


def test_w26_an_event_without_an_id_is_known_by_its_message(client: FlaskClient, factory: SessionFactory) -> None:
    event = text_event()
    del event["webhookEventId"]
    redelivered = {**event, "deliveryContext": {"isRedelivery": True}}
    assert post(client, body_of(event)) == post(client, body_of(redelivered)) == 200
    assert stored(factory) == (1, 1)


def test_w28_when_the_database_is_away_line_hears_of_it(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("bot.inbound.webhook.store_events", broken)
    assert post(client, body_of(text_event())) == 500
