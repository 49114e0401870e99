"""The API around sending: authorisation, loading animation, profiles, groups, menus, faults, the log."""

import struct
import uuid
import zlib
from http.client import HTTPException

import pytest

from bot.simulator.testing import FakeLine
from bot.simulator.world.chats import Chat
from bot.simulator.world.menus import image_size
from tests.simulator.conftest import Api, Listener, MovableClock
from tests.simulator.samples import postback, text


def test_right_token_or_401(line: FakeLine, api: Api) -> None:
    for wrong in ("", "Bearer", "Bearer wrong", f"Basic {line.access_token}", "Bearer \xff"):
        answer = api.call("GET", "info", headers={"Authorization": wrong})
        assert answer.status == 401
        assert answer.headers["x-line-request-id"]
    assert api.get("info").status == 200


def test_request_ids_differ(api: Api) -> None:
    ids = {api.get(path).headers["x-line-request-id"] for path in ("info", "message/quota", "nothing/here")}
    assert len(ids) == 3
    assert all(uuid.UUID(one) for one in ids)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_body_that_is_no_json_object(api: Api, body: bytes) -> None:
    answer = api.post("message/push", body)
    assert answer.status == 400
    assert answer.message


def test_body_over_two_megabytes(line: FakeLine, api: Api) -> None:
    person = line.person()
    filler = b" " * (2 * 1024 * 1024)
    assert api.post("message/push", filler).status == 400
    assert api.post("message/push", filler + b" ").status == 413
    assert line.received(person) == []


def test_unknown_path(api: Api) -> None:
    assert api.get("nothing/here").status == 404
    assert api.call("PUT", "message/push", {}).status == 404


def test_bot_info(line: FakeLine, api: Api) -> None:
    assert api.get("info").json["userId"] == line.store.bot_user_id()


def test_loading_animation(line: FakeLine, api: Api, clock: MovableClock) -> None:
    person = line.person()
    answer = api.post("chat/loading/start", {"chatId": person.id, "loadingSeconds": 10})
    assert (answer.status, answer.json) == (202, {})
    assert line.is_loading(person)
    clock.now += 11
    assert not line.is_loading(person)
    api.post("chat/loading/start", {"chatId": person.id})
    clock.now += 19
    assert line.is_loading(person)
    api.push(person.id, text())
    assert not line.is_loading(person)


@pytest.mark.parametrize("seconds", [0, 4, 7, 65, "5", 5.0, True])
def test_loading_seconds(line: FakeLine, api: Api, seconds: object) -> None:
    answer = api.post("chat/loading/start", {"chatId": line.person().id, "loadingSeconds": seconds})
    assert (answer.status, answer.properties) == (400, ["loadingSeconds"])


def test_no_loading_animation_in_groups(line: FakeLine, api: Api) -> None:
    group = line.group("G", [line.person()])
    assert api.post("chat/loading/start", {"chatId": group.id}).properties == ["chatId"]
    assert api.post("chat/loading/start", {"chatId": "U" + "0" * 32}).status == 400


def test_mark_as_read(line: FakeLine, api: Api) -> None:
    person = line.person()
    first, second, third = (line.phone.text(person, words) for words in "abc")
    token = second.event["message"]["markAsReadToken"]  # type: ignore[index]
    assert api.post("chat/markAsRead", {"markAsReadToken": token}).status == 200
    read = [message.is_read for message in line.store.history.of_chat(person.id)]
    assert read == [True, True, False]
    assert api.post("chat/markAsRead", {"markAsReadToken": "unknown"}).status == 400
    assert first.message.id < second.message.id < third.message.id


def test_profile(line: FakeLine, api: Api) -> None:
    person = line.person("Mary", "en")
    assert api.get(f"profile/{person.id}").json == {"displayName": "Mary", "userId": person.id, "language": "en"}
    line.phone.block(person)
    assert api.get(f"profile/{person.id}").status == 404
    stranger = line.person(status="stranger")
    assert api.get(f"profile/{stranger.id}").status == 404
    line.phone.text(stranger, "hi")
    assert api.get(f"profile/{stranger.id}").status == 200
    assert api.get("profile/U0").status == 404


def test_groups_and_rooms_have_paths_of_their_own(line: FakeLine, api: Api) -> None:
    people = [line.person("A"), line.person("B")]
    for kind, other in (("group", "room"), ("room", "group")):
        chat = line.group("G", people, kind)
        assert api.get(f"{kind}/{chat.id}/members/count").json == {"count": 2}
        assert api.get(f"{other}/{chat.id}/members/count").status == 404
        assert api.get(f"{kind}/{chat.id}/member/{people[1].id}").json["displayName"] == "B"
        assert api.post(f"{other}/{chat.id}/leave").status == 404
        assert api.call("POST", f"{kind}/{chat.id}/leave").status == 200
        assert api.post(f"{kind}/{chat.id}/leave").status == 404
        assert api.get(f"{kind}/{chat.id}/members/count").status == 404


def test_group_summary(line: FakeLine, api: Api) -> None:
    group = line.group("Family", [])
    assert api.get(f"group/{group.id}/summary").json == {"groupId": group.id, "groupName": "Family"}


def test_webhook_settings(line: FakeLine, api: Api, listener: Listener) -> None:
    assert api.get("channel/webhook/endpoint").json == {"endpoint": listener.url, "active": True}
    good = api.post("channel/webhook/test").json
    assert (good["success"], good["statusCode"]) == (True, 200)
    assert listener.events == []
    assert len(listener.bodies) == 1
    listener.status = 500
    bad = api.post("channel/webhook/test").json
    assert (bad["success"], bad["statusCode"]) == (False, 500)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + b"\0" * 3 * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


MENU = {
    "size": {"width": 800, "height": 270},
    "selected": True,
    "name": "menu",
    "chatBarText": "Menu",
    "areas": [{"bounds": {"x": 0, "y": 0, "width": 400, "height": 270}, "action": postback("Settings", "settings")}],
}


def test_rich_menu_life(line: FakeLine, api: Api) -> None:
    person = line.person()
    menu_id = api.post("richmenu", MENU).json["richMenuId"]
    assert api.post(f"user/all/richmenu/{menu_id}").status == 400
    as_png = {"Content-Type": "image/png"}
    assert api.post(f"richmenu/{menu_id}/content", b"x", headers={"Content-Type": "image/gif"}).status == 415
    assert api.post(f"richmenu/{menu_id}/content", png(801, 270), headers=as_png).status == 400
    assert api.post(f"richmenu/{menu_id}/content", png(800, 270), headers=as_png).status == 200
    assert api.get(f"richmenu/{menu_id}/content").raw == png(800, 270)
    assert api.post(f"user/all/richmenu/{menu_id}").status == 200
    assert api.get("user/all/richmenu").json == {"richMenuId": menu_id}
    assert api.get(f"user/{person.id}/richmenu").status == 404
    assert line.store.menus.shown_to(person.id) is not None
    assert [menu["richMenuId"] for menu in api.get("richmenu/list").json["richmenus"]] == [menu_id]
    assert api.call("DELETE", f"richmenu/{menu_id}").status == 200
    assert api.get(f"richmenu/{menu_id}").status == 404
    assert line.store.menus.shown_to(person.id) is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"chatBarText": "b" * 15}, "chatBarText"),
        ({"name": "n" * 301}, "name"),
        ({"size": {"width": 799, "height": 270}}, "size.width"),
        ({"size": {"width": 800, "height": 249}}, "size.height"),
        ({"size": {"width": 800, "height": 600}}, "size"),
        ({"areas": MENU["areas"] * 21}, "areas"),  # type: ignore[operator]
        ({"selected": "yes"}, "selected"),
        (
            {"areas": [{"bounds": {"x": 700, "y": 0, "width": 101, "height": 1}, "action": postback()}]},
            "areas[0].bounds",
        ),
    ],
)
def test_rich_menu_limits(api: Api, change: dict, where: str) -> None:
    assert api.post("richmenu/validate", MENU).status == 200
    assert api.post("richmenu/validate", {**MENU, **change}).properties == [where]


def test_image_sizes() -> None:
    assert image_size(png(3, 5)) == (3, 5)
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x07\x00\x09\x01\x01\x11\x00"
    assert image_size(jpeg) == (9, 7)
    assert image_size(b"GIF89a") is None
    assert image_size(b"\xff\xd8\xff") is None


def pushed(line: FakeLine, api: Api, person: Chat, **options: object) -> int:
    return api.push(person.id, text(), **options).status


def test_fault_status_happens_as_often_as_told(line: FakeLine, api: Api) -> None:
    person = line.person()
    line.add_fault("message/push", "status", 2, status=503, retry_after=3600)
    answer = api.push(person.id, text())
    assert (answer.status, answer.headers["retry-after"]) == (503, "3600")
    assert api.get("message/quota").status == 200
    assert pushed(line, api, person) == 503
    assert pushed(line, api, person) == 200
    assert len(line.received(person)) == 1


def test_fault_done_then_500(line: FakeLine, api: Api) -> None:
    person, headers = line.person(), {"X-Line-Retry-Key": str(uuid.uuid4())}
    line.add_fault("message/push", "done_then_500")
    assert pushed(line, api, person, headers=headers) == 500
    assert pushed(line, api, person, headers=headers) == 409
    assert len(line.received(person)) == 1


@pytest.mark.parametrize(("kind", "raw"), [("empty", b""), ("json", b"{}")])
def test_fault_with_an_unexpected_success(line: FakeLine, api: Api, kind: str, raw: bytes) -> None:
    person = line.person()
    line.add_fault("message/push", kind)
    answer = api.push(person.id, text())
    assert (answer.status, answer.raw) == (200, raw)
    assert len(line.received(person)) == 1


def test_fault_html(line: FakeLine, api: Api) -> None:
    person = line.person()
    line.add_fault("*/message/*", "html", status=502)
    answer = api.push(person.id, text())
    assert (answer.status, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert line.received(person) == []


@pytest.mark.parametrize("done", [False, True])
def test_fault_drop(line: FakeLine, api: Api, done: bool) -> None:
    person = line.person()
    line.add_fault("message/push", "drop", done=done)
    with pytest.raises((ConnectionError, HTTPException)):
        api.push(person.id, text())
    assert len(line.received(person)) == int(done)
    assert [entry.status for entry in line.calls("message/push")] == [None]


def test_fault_delay(line: FakeLine, api: Api) -> None:
    person = line.person()
    line.add_fault("message/push", "delay", seconds=0.6)
    with pytest.raises(TimeoutError):
        api.push(person.id, text(), timeout=0.1)
    # LINE does what it was asked although nobody waits for the answer any more.
    line.wait_for(person, 1)


def test_a_share_of_the_calls_goes_wrong_the_same_ones_each_time(line: FakeLine, api: Api) -> None:
    person = line.person()
    runs = []
    for seed in (7, 7, 8):
        line.store.faults.clear()
        line.add_fault("message/push", "status", times=None, share=0.3, seed=seed, status=500)
        runs.append([pushed(line, api, person) for _ in range(40)])
    assert runs[0] == runs[1] != runs[2]
    assert set(runs[0]) == {200, 500}
    assert 4 <= runs[0].count(500) <= 20


def test_unknown_fault_is_an_error(line: FakeLine) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        line.add_fault("*", "explode")


def test_traffic_is_logged_without_the_token(line: FakeLine, api: Api) -> None:
    api.push("someone", text("hi"), headers={"X-Other": "1"})
    (entry,) = line.calls("message/push")
    assert (entry.method, entry.path, entry.status) == ("POST", "/v2/bot/message/push", 400)
    assert entry.request == {"to": "someone", "messages": [text("hi")]}
    assert isinstance(entry.response, dict)
    assert entry.response["details"][0]["property"] == "to"
    assert entry.headers["x-other"] == "1"
    assert line.access_token not in str(entry)


def test_old_traffic_is_dropped(line: FakeLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.simulator.world.traffic.KEPT", 3)
    for index in range(5):
        line.store.traffic.begin("call", "GET", f"/{index}", {}, None, 0)
    assert [entry.path for entry in line.calls()] == ["/2", "/3", "/4"]
