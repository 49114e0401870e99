"""Questions as rows: what the release before wrote is read, answered and written as it was."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.buttons.question import CLOSING, NUMBERED, TRANSITIONS, Act, Choice, encode
from bot.buttons.rows import Stored, read, write, write_closed
from bot.buttons.state import (
    TYPES,
    Burst,
    Choosing,
    Erasing,
    Found,
    FoundMessage,
    Question,
    Rating,
    SentMessage,
    Separate,
    Several,
    State,
    Together,
    Waiting,
    messages_of,
    state_of,
    without,
)
from bot.private.question_pressed import ANSWERS, HINTS
from factcheck.db.session import transaction
from factcheck.models import Dialogue, Match
from tests.bot.chatting import Chatting, words

GOLDEN = Path(__file__).parent / "data" / "questions_of_before.jsonl"
"""A row of each shape that the conversation tests left in the database when the release before ran them."""

NEW = {State.DIFFERING}
"""Not asked by the release before."""

ROWS: list[dict[str, Any]] = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
OPEN = [row for row in ROWS if not row["closed"]]
CLAIM = "Putting a silver spoon into the fridge makes all vegetables stay fresh for three months, says a new study."


def message(number: int, **more: Any) -> SentMessage:
    return SentMessage(f"text {number}", number, f"message-{number}", **more)


def test_the_rows_of_before_are_of_every_state() -> None:
    assert {row["state"] for row in OPEN} == set(State) - NEW
    assert {row["state"] for row in ROWS if row["closed"]} == set(State) - NEW


@pytest.mark.parametrize("row", OPEN, ids=lambda row: row["state"])
def test_an_open_row_of_before_is_read_and_would_be_written_the_same(row: dict[str, Any]) -> None:
    stored = read(row["state"], row["data"])
    assert stored.question is not None
    assert type(stored.question) is TYPES[State(row["state"])]
    assert write(stored.question, stored.last_choice) == row["data"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["closed"]], ids=lambda row: row["state"])
def test_a_closed_row_of_before_tells_a_repeated_press(row: dict[str, Any]) -> None:
    stored = read(row["state"], row["data"])
    assert stored.last_choice == row["data"].get("last_choice")
    assert stored.numbered == len(row["data"].get("messages") or row["data"].get("article_ids", []))
    assert stored.question is None or not messages_of(stored.question)


@given(st.from_type(Question), st.none() | st.sampled_from([*Choice, "0", "12"]))
def test_what_is_written_is_read(question: Question, last_choice: str | None) -> None:
    data = json.loads(json.dumps(write(question, last_choice)))
    stored = read(state_of(question), data)
    assert stored == Stored(question, last_choice, stored.numbered)


@given(st.from_type(Question), st.text(min_size=1))
def test_a_closed_question_says_nothing_that_was_sent(question: Question, last_choice: str) -> None:
    stored = read(state_of(question), write(question))
    closed = read(state_of(question), write_closed(question, last_choice))
    assert closed.last_choice == last_choice
    assert closed.question is None or not messages_of(closed.question)
    if NUMBERED.get(state_of(question)):
        assert closed.numbered == stored.numbered


@pytest.mark.parametrize(
    ("state", "data"),
    [
        ("SOURCE", {}),
        ("SOURCE", {"text": "without a match"}),
        ("TOGETHER", {}),
        ("WRITING", {"purpose": "poem"}),
        ("OF_LATER", {}),
    ],
)
def test_what_cannot_be_read_is_no_question(state: str, data: dict[str, Any]) -> None:
    assert read(state, data) == Stored(None, None, 0)


def test_a_message_that_is_gone_leaves_its_place() -> None:
    two = Separate((message(1), message(2)))
    left = without(two, lambda one: one.match_id == 1)
    assert left == Separate((None, message(2)))
    assert without(left, lambda one: one.match_id == 2) is None
    found = Found((FoundMessage(message(1), "a"), FoundMessage(message(2), "b")))
    assert without(found, lambda one: one.message_id == "message-1") == Found((None, FoundMessage(message(2), "b")))
    assert write(Found((None,))) == {"messages": [{}]}


def test_a_question_about_one_message_goes_with_it() -> None:
    burst = Burst(("a",), (1, 2))
    for question in (Choosing(message(1, burst=burst), ("a",)), Waiting(message(1), "a"), Rating(message(1), "a", "b")):
        assert without(question, lambda one: one.match_id == 1) is None
        assert without(question, lambda one: one.match_id == 2) is question
    assert without(Erasing(), lambda _one: True) == Erasing()
    assert without(Together((message(1), None)), lambda one: one.match_id == 2) == Together((message(1), None))


def test_every_act_answers_the_questions_that_lead_to_it() -> None:
    acts = [(state, act) for (state, _), act in TRANSITIONS.items()] + list(NUMBERED.items())
    for state, act in acts:
        assert issubclass(TYPES[state], ANSWERS[act].kind), (state, act)
    assert set(ANSWERS) == set(Act) - set(HINTS)


def pressed(row: dict[str, Any]) -> list[str]:
    """All choices that do something about a row."""
    question = read(row["state"], row["data"]).question
    numbers = [str(n) for n in range(read(row["state"], row["data"]).numbered)] if row["state"] in NUMBERED else []
    can_resubmit = bool(question and messages_of(question))
    named = [
        str(choice)
        for (state, choice), act in TRANSITIONS.items()
        if state == row["state"] and (act != Act.REFUSE or can_resubmit)
    ]
    return [choice for choice in [*named, *numbers] if choice != row["data"].get("last_choice")]


@pytest.mark.parametrize("row", OPEN, ids=lambda row: row["state"])
def test_the_buttons_of_before_are_answered(chat: Chatting, row: dict[str, Any]) -> None:
    chat.say("hello")
    reply = chat.reply(chat.publish(CLAIM), "A spoon does nothing of the kind.")
    data = known_here(row["data"], reply.article_id, reply.reply_id)
    question = read(row["state"], data).question
    assert question is not None
    for number, choice in enumerate(pressed(row)):
        said, was_closed = press(chat, f"{number:012}", row["state"], data, choice)
        of_several = isinstance(question, Several | Found) and choice.isdecimal()
        place = question.messages[int(choice)] if of_several else question
        assert ("no longer available" in said) == (place is None), choice
        assert said
        assert "I do not know this button" not in said
        assert "already answered" not in said
        assert was_closed == (TRANSITIONS.get((State(row["state"]), choice)) in CLOSING), choice


def press(chat: Chatting, dialogue_id: str, state: str, data: dict[str, Any], choice: str) -> tuple[str, bool]:
    """What the bot says when the question is open and is answered so, and whether it is closed then."""
    question = read(state, data).question
    chat.clock.advance(minutes=5)
    now = chat.clock()
    with transaction(chat.factory) as session:
        user_id = chat.user().id
        session.execute(delete(Dialogue))
        for match_id in {one.match_id for one in messages_of(question)} if question else ():
            fields = {"outcome": "UNKNOWN", "candidates": [], "text_length": 9, "submitted": False}
            session.merge(Match(id=match_id, user_id=user_id, created_at=now, **fields))
        never = now.replace(year=2100)
        session.add(Dialogue(id=dialogue_id, user_id=user_id, state=state, data=data, created_at=now, expires_at=never))
    said = words(chat.send(chat.event("postback", postback={"data": encode(dialogue_id, choice)})))
    with transaction(chat.factory) as session:
        return said, session.get_one(Dialogue, dialogue_id).closed_at is not None


def known_here(data: dict[str, Any], article_id: str, reply_id: str) -> dict[str, Any]:
    """The row's data about an article and a reply that there are."""
    known = dict(data)
    for key, value in data.items():
        if key in ("article_id", "reply_id") and value:
            known[key] = article_id if key == "article_id" else reply_id
        elif key == "article_ids":
            known[key] = [article_id for _ in value]
        elif key == "messages":
            known[key] = [known_here(place, article_id, reply_id) for place in value]
    return known
