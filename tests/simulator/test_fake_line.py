"""The driver of the tests: pressing what a person can see, and waiting for what the bot sends."""

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.simulator.testing import FakeLine
from bot.simulator.world.store import Store
from tests.simulator.conftest import Api, Listener
from tests.simulator.samples import bubble, button, buttons, flex, postback, quick_reply, text

YES_NO = quick_reply(postback("Yes", "yes", displayText="Yes, please"), postback("No", "no"))


def test_press_in_flex_template_and_quick_reply(line: FakeLine, api: Api, listener: Listener) -> None:
    person = line.person()
    link = {"type": "uri", "label": "Open", "uri": "https://example.org/"}
    say = {"type": "message", "label": "Say", "text": "words"}
    api.push(person.id, flex(bubble(button(postback("Deep", "deep")), button(link))), buttons(actions=[say]))
    api.push(person.id, text("sure?", quickReply=YES_NO))
    assert line.labels(person) == ["Yes", "No", "Say", "Deep", "Open"]
    line.press(person, "Yes")
    line.press(person, "Say")
    line.press(person, "Deep")
    assert [event["type"] for event in listener.events] == ["postback", "message", "postback"]
    assert listener.events[0]["postback"] == {"data": "yes"}
    assert listener.events[1]["message"]["text"] == "words"
    assert listener.events[2]["postback"] == {"data": "deep"}
    assert line.link(person, "Open") == "https://example.org/"
    with pytest.raises(AssertionError, match="sends nothing"):
        line.press(person, "Open")


def test_display_text_is_seen_but_not_sent(line: FakeLine, api: Api, listener: Listener) -> None:
    person = line.person()
    api.push(person.id, text(quickReply=YES_NO))
    line.press(person, "Yes")
    last = line.store.history.of_chat(person.id)[-1]
    assert (last.direction, last.content["text"]) == ("shown", "Yes, please")
    assert "Yes, please" not in str(listener.events)


def test_quick_replies_are_gone_after_the_next_message(line: FakeLine, api: Api) -> None:
    person = line.person()
    api.push(person.id, text(quickReply=YES_NO), text("later"))
    with pytest.raises(AssertionError, match="sees no button 'Yes'"):
        line.press(person, "Yes")
    api.push(person.id, text(quickReply=YES_NO))
    line.phone.text(person, "never mind")
    assert line.labels(person) == []


def test_a_desktop_shows_no_quick_replies(line: FakeLine, api: Api) -> None:
    person = line.person(device="desktop")
    api.push(person.id, text(quickReply=YES_NO), flex(bubble(button()), quickReply=YES_NO))
    assert line.labels(person) == ["Yes"]
    line.store.chats.set_device(person.id, "phone")
    assert sorted(line.labels(person)) == ["No", "Yes", "Yes"]


def test_the_newest_of_two_equal_buttons_is_pressed(line: FakeLine, api: Api, listener: Listener) -> None:
    person = line.person()
    api.push(person.id, flex(bubble(button(postback("Go", "old")))))
    api.push(person.id, flex(bubble(button(postback("Go", "new")))))
    line.press(person, "Go")
    assert listener.events[0]["postback"]["data"] == "new"


def test_all_kinds_of_actions(line: FakeLine, api: Api, listener: Listener) -> None:
    person = line.person()
    picker = {"type": "datetimepicker", "label": "When", "data": "d", "mode": "date", "initial": "2026-01-01"}
    actions = [picker, {"type": "camera", "label": "Cam"}, {"type": "location", "label": "Where"}]
    for label in ("When", "Cam", "Where"):
        api.push(person.id, text(quickReply=quick_reply(*actions)))
        line.press(person, label)
    assert listener.events[0]["postback"] == {"data": "d", "params": {"date": "2026-01-01"}}
    assert [event["message"]["type"] for event in listener.events[1:]] == ["image", "location"]


def test_wait_for(line: FakeLine, api: Api) -> None:
    person = line.person("Mary")
    api.push(person.id, text("one"), flex(bubble(text("inside"))))
    assert len(line.wait_for(person, 2)) == 2
    assert line.wait_for(person, "inside")
    assert line.wait_for(person, lambda messages: messages[0]["text"] == "one")
    with pytest.raises(AssertionError, match=r"'never'; Mary got \['one', 'inside'\].*message/push -> 200"):
        line.wait_for(person, "never", timeout=0.05)


def test_texts_hold_all_words_of_a_card(line: FakeLine, api: Api) -> None:
    person = line.person()
    api.push(person.id, flex(bubble(text("title"), button(postback("Press"))), quickReply=YES_NO))
    assert line.texts(person) == ["title\nPress\nYes\nNo"]


def test_state_survives_a_restart(tmp_path: Path) -> None:
    with FakeLine(tmp_path) as line:
        person = line.person("Mary", "en")
        bot = line.store.bot_user_id()
        Api(line).push(person.id, text("kept"))
    with FakeLine(tmp_path) as line:
        assert line.store.chats.find(person.id) == person
        assert line.texts(person) == ["kept"]
        assert line.store.bot_user_id() == bot


def test_people_are_seeded_once(tmp_path: Path) -> None:
    first = Store(tmp_path / "s.sqlite").chats.all()
    assert [chat.kind for chat in first] == ["user"] * 5 + ["group"]
    assert Store(tmp_path / "s.sqlite").chats.all() == first


def work(path: Path, token: str, keys: list[str], results: "multiprocessing.Queue[tuple[int, int]]") -> None:
    """One of several processes: everyone opens the store at once, tries the same token and adds messages."""
    store = Store(path, seed=True)
    person = store.chats.people()[0]
    used = 0
    with store.transaction():
        if store.reply_tokens.chat_of_usable(token, 0):
            store.reply_tokens.use(token, 0)
            used = 1
    for key in keys:
        store.history.add(person.id, "out", {"type": "text", "text": key}, 0)
    results.put((used, len(keys)))


def test_two_processes_on_one_store(tmp_path: Path) -> None:
    path = tmp_path / "line.sqlite"
    token = Store(path, seed=False).reply_tokens.issue("U", 0, 0)
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[tuple[int, int]] = context.Queue()
    names = [[f"{worker}-{index}" for index in range(40)] for worker in range(3)]
    workers = [context.Process(target=work, args=(path, token, keys, results)) for keys in names]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=300) for _ in workers]
    for worker in workers:
        worker.join()
    results.close()
    results.join_thread()
    store = Store(path)
    assert sum(used for used, _ in found) == 1
    assert len(store.chats.people()) == 5
    messages = store.history.of_chat(store.chats.people()[0].id)
    assert {message.content["text"] for message in messages} == {name for keys in names for name in keys}
    assert len({message.id for message in messages}) == 120
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite", seed=False)
    before = store.sequence()
    with pytest.raises(RuntimeError, match="broken"), store.transaction():
        store.chats.add_person("A", "en")
        raise RuntimeError("broken")
    assert store.chats.all() == []
    assert store.sequence() == before
