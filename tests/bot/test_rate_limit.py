"""Whom the bot hears, and how much of it in a minute."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.inbound.events import Event, parse_event
from bot.inbound.rate_limit import GROUP_FACTOR, Admission, decide, place_in_minute
from bot.inbound.webhook import store_events
from bot.private.burst_question import MOST
from factcheck.db.session import read_only, transaction
from factcheck.models import Match
from tests.bot.chatting import Chatting, words

NOBODY: frozenset[str] = frozenset()


def event(kind: str = "message", user: str = "Ua", **source: str) -> Event:
    return parse_event({"type": kind, "source": {"type": "user", "userId": user, **source}})


@given(place=st.integers(1, 100), limit=st.integers(1, 100))
def test_exactly_one_event_over_the_limit_is_answered_with_a_sentence(place: int, limit: int) -> None:
    said = decide(event(), place, limit=limit, blocked=NOBODY)
    expected = Admission.HANDLE if place <= limit else Admission.IGNORE
    assert said == (Admission.SAY_TOO_FAST if place == limit + 1 else expected)


@pytest.mark.parametrize("kind", ["follow", "unfollow", "unsend", "join", "leave"])
def test_what_costs_nothing_is_always_heard(kind: str) -> None:
    assert decide(event(kind), 1000, limit=1, blocked=NOBODY) == Admission.HANDLE


def test_groups_are_not_lectured() -> None:
    in_group = event("message", type="group", groupId="C1")
    assert decide(in_group, GROUP_FACTOR + 1, limit=1, blocked=NOBODY) == Admission.IGNORE


def test_groups_are_many_people() -> None:
    in_group = event("message", type="group", groupId="C1")
    assert decide(in_group, GROUP_FACTOR, limit=1, blocked=NOBODY) == Admission.HANDLE


def test_a_blocked_person_is_heard_only_when_taking_back() -> None:
    for kind in ("message", "postback", "follow"):
        assert decide(event(kind), 1, limit=9, blocked=frozenset({"Ua"})) == Admission.IGNORE
    assert decide(event("unsend"), 1, limit=9, blocked=frozenset({"Ua"})) == Admission.HANDLE
    assert decide(event("message", "Ub"), 1, limit=9, blocked=frozenset({"Ua"})) == Admission.HANDLE
    nameless = parse_event({"type": "message", "source": {"type": "group", "groupId": "C1"}})
    assert decide(nameless, 1, limit=9, blocked=frozenset({"Ua"})) == Admission.HANDLE


def send_at_once(chat: Chatting, number: int) -> str:
    claim = "from tomorrow on every bicycle in town needs a bell and a blue flag."
    sent = [{"type": "text", "id": f"m{n}", "text": f"Number {n}: {claim}"} for n in range(number)]
    return words(chat.send(*(chat.event("message", message=message) for message in sent)))


def test_f10_as_many_messages_as_a_question_holds_can_be_forwarded_in_one_go(chat: Chatting) -> None:
    chat.clock.advance(seconds=-chat.clock().second)
    send_at_once(chat, MOST)
    chat.clock.advance(seconds=10)
    chat.worker.run_due_jobs()
    asked = chat.line.sent[-1][2]
    assert f"{MOST}" in words(asked)
    said = words(chat.press(asked, "No, they are separate"))
    assert "Number 0:" in said
    assert "wait a minute" not in "".join(words(messages) for _, _, messages in chat.line.sent)


def test_u04_a_flood_ends_at_the_limit_with_one_sentence(chat: Chatting) -> None:
    chat.clock.advance(seconds=-chat.clock().second)
    limit = chat.context.messages_a_minute
    send_at_once(chat, 2 * limit)
    chat.clock.advance(seconds=10)
    chat.worker.run_due_jobs()
    with read_only(chat.factory) as session:
        assert session.scalar(select(func.count()).select_from(Match)) == limit
    said = [words(messages) for _, _, messages in chat.line.sent]
    assert sum("wait a minute" in each for each in said) == 1


def test_places_are_counted_by_chat_and_minute_whenever_they_are_asked_for(chat: Chatting) -> None:
    at, places = {}, {}
    for second, user, kind in (
        (0, "Ua", "message"),
        (0, "Ua", "postback"),
        (30, "Ub", "message"),
        (30, "Ua", "unsend"),
        (59, "Ua", "message"),
        (60, "Ua", "message"),
    ):
        start = chat.clock()
        chat.clock.advance(seconds=second)
        raw = chat.event(kind, user)
        with transaction(chat.factory) as session:
            store_events(session, [raw], now=chat.clock())
        at[raw["webhookEventId"]] = (user, chat.clock())
        chat.clock.now = start
    with read_only(chat.factory) as session:
        for name, (user, when) in at.items():
            places[name] = place_in_minute(session, user, name, when)
    assert list(places.values()) == [1, 2, 1, 2, 3, 1]
