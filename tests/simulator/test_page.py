"""The chat page as a browser without JavaScript sees it: every kind of message, and every form."""

import html
import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.simulator.page.chat_view import initial, linkify
from bot.simulator.testing import FakeLine
from bot.simulator.world.chats import Chat
from tests.simulator.conftest import Api, Listener, MovableClock
from tests.simulator.samples import (
    bubble,
    button,
    buttons,
    carousel,
    column,
    columns,
    flex,
    postback,
    quick_reply,
    text,
)
from tests.waiting import wait_until


def page(client: FlaskClient, chat: Chat, query: str = "") -> str:
    answer = client.get(f"/simulator/chat/{chat.id}{query}")
    assert answer.status_code == 200
    return answer.text


def do(client: FlaskClient, chat: Chat, name: str, **form: object) -> TestResponse:
    answer = client.post(f"/simulator/chat/{chat.id}/{name}", data=form)
    assert answer.status_code == 303, answer.text
    return answer


def said(line: FakeLine, client: FlaskClient, chat: Chat, *messages: dict) -> str:
    for message in messages:
        line.store.history.add(chat.id, "out", message, line.store.clock())
    return page(client, chat)


def arrived(listener: Listener, count: int) -> list[dict]:
    """Webhooks of the page are sent in the background, so they take a moment."""
    wait_until(lambda: len(listener.events) >= count, 60, "their arrival", pause=0.01)
    assert len(listener.events) == count
    return listener.events


def test_home_leads_to_a_chat(client: FlaskClient, mary: Chat) -> None:
    assert client.get("/simulator/").location == f"/simulator/chat/{mary.id}"
    assert "Simulator: not the real LINE" in page(client, mary)
    assert client.get("/simulator/chat/nobody").status_code == 404


def test_text_is_escaped_with_links_and_line_breaks(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    words = '<script>alert(1)</script>\nsee https://example.org/a?b=1&c=2。 "quoted" \ud83d'
    shown = said(line, client, mary, text(words))
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsee " in shown
    address = "https://example.org/a?b=1&amp;c=2"
    assert f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>。' in shown
    assert "\ufffd" in shown


def test_linkify() -> None:
    assert linkify("no link") == "no link"
    assert "https://a.example/x</a>." in linkify("see https://a.example/x.")
    assert "<a" not in linkify("javascript:alert(1)")
    quoted = linkify('https://a.example/"onmouseover="x')
    assert 'href="https://a.example/"' in quoted
    assert "onmouseover=&#34;x" in quoted


def test_flex_is_drawn(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    spans = {"type": "text", "contents": [{"type": "span", "text": "bold part", "weight": "bold"}]}
    picture = {"type": "image", "url": "https://example.org/p.png", "size": "full", "aspectRatio": "20:13"}
    body = bubble(
        text("Title & more", weight="bold", size="xl", color="#AA0000", wrap=True, maxLines=2),
        spans,
        {"type": "separator", "margin": "lg"},
        button(postback("Press <me>"), style="primary", color="#00AA00"),
        button({"type": "uri", "label": "Open", "uri": "https://example.org/x"}),
        hero=picture,
        size="kilo",
        styles={"body": {"backgroundColor": "#EEEEEE"}},
    )
    shown = said(line, client, mary, flex(body))
    (message,) = line.store.history.of_chat(mary.id)
    assert "fx-size-kilo" in shown
    assert "Title &amp; more" in shown
    assert re.search(r'style="[^"]*font-size:22px;font-weight:700;color:#AA0000[^"]*-webkit-line-clamp:2', shown)
    assert '<span style="font-weight:700">bold part</span>' in shown
    assert 'src="https://example.org/p.png"' in shown
    assert "aspect-ratio:20 / 13" in shown
    assert "background-color:#EEEEEE" in shown
    press = f'form="press" name="press" value="{message.id}:contents.body.contents.3.action">Press &lt;me&gt;</button>'
    assert press in shown
    assert re.search(r'<a class="fx-button fx-link"[^>]* href="https://example.org/x" target="_blank"', shown)


def test_carousel_draws_every_bubble(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    assert said(line, client, mary, flex(carousel(5))).count('class="fx-bubble') == 5


def test_values_that_are_no_style_are_left_out(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    """The store may hold what the API would have refused; the page still draws nothing harmful."""
    evil = 'red;background:url(https://evil.example/)"onclick="x'
    component = text("x", color=evil, size=evil, margin=evil, offsetTop=evil)
    link = button({"type": "uri", "label": "bad", "uri": "javascript:alert(1)"})
    shown = said(line, client, mary, flex(bubble(component, link, backgroundColor=evil)))
    chat = shown.split('id="messages"')[1].split('id="below"')[0]
    assert "evil.example" not in chat
    assert "javascript:" not in chat


def test_templates_are_drawn(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    shown = said(line, client, mary, buttons(title="Head", text="Body"), columns(column(text="C1"), column(text="C2")))
    assert "<strong>Head</strong>" in shown
    assert all(f"<p>{words}</p>" in shown for words in ("Body", "C1", "C2"))
    assert shown.count('class="card-button"') == 3


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"type": "sticker", "packageId": "11", "stickerId": "22"}, "Sticker 11/22"),
        ({"type": "image", "previewImageUrl": "https://example.org/i.png"}, 'src="https://example.org/i.png"'),
        ({"type": "video", "previewImageUrl": "https://e.org/i.png", "originalContentUrl": "https://e.org/v"}, "Video"),
        ({"type": "audio", "originalContentUrl": "https://e.org/a", "duration": 61000}, "Audio · 61 s"),
        ({"type": "location", "title": "Here", "address": "There", "latitude": 1, "longitude": 2}, "There"),
        ({"type": "imagemap"}, "(imagemap) cannot be shown"),
        ({"type": "textV2", "text": "Hi {who} {{x}}", "substitution": {"who": {"type": "mention"}}}, "Hi @who {x}"),
        (text("from", sender={"name": "Helper"}), "Helper"),
    ],
)
def test_other_kinds(line: FakeLine, client: FlaskClient, mary: Chat, message: dict, words: str) -> None:
    assert words in said(line, client, mary, message)


def test_every_kind_that_people_send_is_drawn(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    for sent in (line.phone.text(mary, "words"), line.phone.sticker(mary), line.phone.location(mary)):
        assert sent.message.content["type"] in ("text", "sticker", "location")
    picture = line.phone.image(mary)
    line.phone.attach(mary, "<b>.pdf", b"1234")
    line.phone.say(mary, {"type": "hologram"})
    unsent = line.phone.text(mary, "secret")
    line.phone.unsend(unsent.message)
    shown = page(client, mary)
    assert f'src="/simulator/media/{picture.message.id}"' in shown
    assert "&lt;b&gt;.pdf <small>4 bytes</small>" in shown
    assert "(hologram) cannot be shown" in shown
    assert "Message unsent" in shown
    assert "secret" not in shown.split('id="traffic"')[0]


def test_quick_replies_only_on_phones_and_of_the_newest_message(
    line: FakeLine, client: FlaskClient, mary: Chat
) -> None:
    offer = text("?", quickReply=quick_reply(postback("Yes")))
    assert ">Yes</button>" in said(line, client, mary, offer)
    do(client, mary, "device", device="desktop")
    shown = page(client, mary)
    assert ">Yes</button>" not in shown
    assert "where LINE does not show them" in shown
    do(client, mary, "device", device="phone")
    line.phone.text(mary, "later")
    assert ">Yes</button>" not in page(client, mary)


def test_send_text(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    do(client, mary, "text", text="two\r\nlines")
    (event,) = arrived(listener, 1)
    assert event["message"]["text"] == "two\nlines"
    assert "two\nlines" in page(client, mary)


def test_long_texts_can_be_pasted(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    do(client, mary, "text", text="字" * 10_000)
    assert len(arrived(listener, 1)[0]["message"]["text"]) == 10_000
    assert "error=LINE+sends+at+most" in do(client, mary, "text", text="字" * 10_001).location
    assert "error=Write" in do(client, mary, "text", text=" \n").location
    assert len(line.store.history.of_chat(mary.id)) == 1


def test_press_a_postback(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    said(line, client, mary, flex(bubble(button(postback("Go", "data", displayText="I go")))))
    value = re.search(r'name="press" value="([^"]+)"', page(client, mary))
    assert value
    do(client, mary, "press", press=html.unescape(value[1]))
    assert arrived(listener, 1)[0]["postback"] == {"data": "data"}
    assert "I go" in page(client, mary)


def test_a_button_of_another_chat_cannot_be_pressed(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    other = line.person()
    message = line.store.history.add(other.id, "out", buttons(), 0)
    press = f"{message.id}:template.actions.0"
    assert "error=This+button+is+gone." in do(client, mary, "press", press=press).location
    assert "error" in do(client, mary, "press", press="x").location
    assert "error" in do(client, mary, "press").location
    assert "error" not in do(client, other, "press", press=press).location


@pytest.mark.parametrize("name", ["sticker", "image", "location"])
def test_send_something_else(client: FlaskClient, mary: Chat, listener: Listener, name: str) -> None:
    do(client, mary, name)
    assert arrived(listener, 1)[0]["message"]["type"] == name


def test_send_a_file(line: FakeLine, client: FlaskClient, mary: Chat, api: Api) -> None:
    do(client, mary, "attach", file=(io.BytesIO(b"<svg onload=x>"), "a.svg", "image/svg+xml"))
    (message,) = line.store.history.of_chat(mary.id)
    assert api.get(f"message/{message.id}/content").raw == b"<svg onload=x>"
    served = client.get(f"/simulator/media/{message.id}")
    assert served.headers["Content-Disposition"] == "attachment"
    assert served.mimetype == "application/octet-stream"
    assert "error=Choose" in do(client, mary, "attach").location


def test_friendship(line: FakeLine, client: FlaskClient, listener: Listener) -> None:
    stranger = line.person("New", status="stranger")
    assert "Add friend" in page(client, stranger)
    do(client, stranger, "follow")
    do(client, stranger, "block")
    assert "Unblock" in page(client, stranger)
    assert "error=The+bot+is+blocked." in do(client, stranger, "text", text="hi").location
    do(client, stranger, "follow")
    kinds = sorted(event["type"] for event in arrived(listener, 3))
    assert kinds == ["follow", "follow", "unfollow"]


def test_new_person(line: FakeLine, client: FlaskClient, listener: Listener) -> None:
    form = {"name": "<i>Ann</i>", "language": "th", "device": "desktop", "friend": "1"}
    answer = client.post("/simulator/people", data=form, follow_redirects=True)
    assert "&lt;i&gt;Ann&lt;/i&gt;" in answer.text
    (person,) = line.store.chats.all()
    assert (person.name, person.language, person.device, person.status) == ("<i>Ann</i>", "th", "desktop", "friend")
    assert arrived(listener, 1)[0]["type"] == "follow"


def test_forward_to_another_person(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    other = line.person("Other")
    message = line.store.history.add(mary.id, "out", text("pass it on"), 0)
    assert f'name="to" value="{other.id}"' in page(client, mary, f"?forward={message.id}")
    answer = do(client, mary, "forward", message=message.id, to=other.id)
    assert other.id in answer.location
    event = arrived(listener, 1)[0]
    assert (event["source"]["userId"], event["message"]["text"]) == (other.id, "pass it on")


def test_unsend(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    own = line.phone.text(mary, "oops").message
    theirs = line.store.history.add(mary.id, "out", text("bot"), 0)
    assert "error" in do(client, mary, "unsend", message=theirs.id).location
    do(client, mary, "unsend", message=own.id)
    assert arrived(listener, 1)[0]["unsend"] == {"messageId": own.id}


def test_groups(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    joe = line.person("Joe")
    group = line.group("Family", [mary, joe])
    assert f'<option value="{joe.id}" selected>' in page(client, group, f"?as={joe.id}")
    do(client, group, "text", text="hi all", **{"as": joe.id})
    event = arrived(listener, 1)[0]
    assert event["source"] == {"type": "group", "groupId": group.id, "userId": joe.id}
    do(client, group, "leave")
    assert "Invite bot" in page(client, group)
    assert "error" in do(client, group, "text", text="hi", **{"as": joe.id}).location
    do(client, group, "join")
    assert sorted(event["type"] for event in arrived(listener, 3)) == ["join", "leave", "message"]


def test_traffic_shows_webhooks_and_refusals(line: FakeLine, client: FlaskClient, mary: Chat, api: Api) -> None:
    api.push(mary.id, text(""))
    line.webhook_url = "http://127.0.0.1:9/hook"
    line.send_text(mary, "<hi>")
    shown = page(client, mary)
    assert "POST /v2/bot/message/push" in shown
    assert "messages[0].text" in shown
    assert "could_not_connect" in shown
    assert "&lt;hi&gt;" in shown
    assert line.access_token not in shown


def test_deliver_again(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    line.send_text(mary, "once")
    (entry,) = line.webhooks()
    do(client, mary, "redeliver", entry=entry.id)
    first, again = arrived(listener, 2)
    assert again["webhookEventId"] == first["webhookEventId"]
    assert again["deliveryContext"] == {"isRedelivery": True}
    assert "error" in do(client, mary, "redeliver", entry=9999).location


def test_make_trouble(line: FakeLine, client: FlaskClient, mary: Chat, api: Api) -> None:
    do(client, mary, "trouble", what="fault", pattern="message/push", kind="status", times="1")
    assert "message/push</code>, 1 more" in page(client, mary)
    assert api.push(mary.id, text()).status == 500
    do(client, mary, "trouble", what="quota", limit="0")
    assert api.push(mary.id, text()).status == 429
    assert "error" in do(client, mary, "trouble", what="quota", limit="many").location
    do(client, mary, "trouble", what="quota", limit="")
    assert api.push(mary.id, text()).status == 200
    token = str(line.phone.text(mary, "hi").event["replyToken"])
    do(client, mary, "trouble", what="expire")
    assert api.reply(token, text()).status == 400


def test_updates_come_only_when_something_changed(
    line: FakeLine, client: FlaskClient, mary: Chat, clock: MovableClock
) -> None:
    path = f"/simulator/chat/{mary.id}/updates"
    first = client.get(path)
    etag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=etag).status_code == 304
    line.phone.text(mary, "news")
    changed = client.get(path, headers=etag)
    assert changed.status_code == 200
    assert "news" in changed.text
    assert "<html" not in changed.text
    # The end of the loading animation is a change that nobody writes.
    line.store.chats.show_loading(mary.id, clock.now + 5)
    loading = client.get(path)
    assert 'id="loading"' in loading.text
    clock.now += 6
    etag = {"If-None-Match": loading.headers["ETag"]}
    assert 'id="loading"' not in client.get(path, headers=etag).text


def test_only_the_newest_messages_are_drawn(line: FakeLine, client: FlaskClient, mary: Chat) -> None:
    for index in range(201):
        line.store.history.add(mary.id, "out", text(f"number {index}."), 0)
    shown = page(client, mary)
    assert "number 0." not in shown
    assert "number 200." in shown
    assert "Older messages are not shown." in shown


def test_rich_menu_is_shown_and_pressed(line: FakeLine, client: FlaskClient, mary: Chat, listener: Listener) -> None:
    area = {"bounds": {"x": 0, "y": 0, "width": 400, "height": 270}, "action": postback("Settings", "settings")}
    menu = {"size": {"width": 800, "height": 270}, "chatBarText": "Open menu", "areas": [area]}
    menu_id = line.store.menus.add(menu)
    line.store.menus.set_image(menu_id, "image/png", b"png")
    line.store.menus.link("all", menu_id)
    shown = page(client, mary)
    assert "Open menu" in shown
    assert "left:0.000%;top:0.000%;width:50.000%;height:100.000%" in shown
    do(client, mary, "press", press=f"{menu_id}:areas.0.action")
    assert arrived(listener, 1)[0]["postback"]["data"] == "settings"


def test_other_sites_cannot_post(client: FlaskClient, mary: Chat, line: FakeLine) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = client.post(f"/simulator/chat/{mary.id}/text", data={"text": "hi"}, headers=headers)
    assert answer.status_code == 403
    assert line.store.history.of_chat(mary.id) == []
    own = {"Origin": "http://localhost"}
    assert client.post(f"/simulator/chat/{mary.id}/text", data={"text": "hi"}, headers=own).status_code == 303


def test_nothing_may_run_that_is_not_ours(client: FlaskClient, mary: Chat) -> None:
    policy = client.get(f"/simulator/chat/{mary.id}").headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert not re.search(r"<script(?! src=)", page(client, mary))


def test_initials() -> None:
    assert (initial("陳阿嬤"), initial("👩‍⚕️ Dr"), initial(" ")) == ("陳", "👩‍⚕️", "?")
