from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons.question import Act, Choice, Standing, decide, decode, encode
from bot.buttons.state import State

OPEN: dict[str, Any] = {"closed": False, "expired": False, "last_choice": None, "can_resubmit": True, "numbered": 0}


def standing(state: State, **changes: Any) -> Standing:
    return Standing(state=state, **{**OPEN, **changes})


@pytest.mark.parametrize(
    ("state", "choice", "act"),
    [
        (State.CHOOSING, Choice.NONE, Act.REFUSE),
        (State.SOURCE, Choice.FORWARDED, Act.ASK_CONSENT),
        (State.SOURCE, Choice.TYPED, Act.ASK_CONSENT),
        (State.CONSENT, Choice.YES, Act.SUBMIT),
        (State.CONSENT, Choice.NO, Act.DECLINE),
        (State.RATING, Choice.UP, Act.VOTE),
        (State.RATING, Choice.DOWN, Act.VOTE),
        (State.RATING, Choice.NONE, Act.REFUSE),
        (State.WAITING, Choice.NONE, Act.REFUSE),
        (State.WAITING, Choice.UP, Act.SAY_UNKNOWN),
        (State.CONSENT, Choice.UP, Act.SAY_UNKNOWN),
        (State.SOURCE, "0", Act.SAY_UNKNOWN),
    ],
)
def test_each_choice_has_one_meaning(state: State, choice: str, act: Act) -> None:
    assert decide(standing(state), choice) == act


def test_candidates_can_be_looked_at_one_after_the_other() -> None:
    assert decide(standing(State.CHOOSING, numbered=2, last_choice="0"), "1") == Act.SHOW_ARTICLE
    assert decide(standing(State.CHOOSING, numbered=2), "2") == Act.SAY_UNKNOWN


def test_a_repeated_press_is_said_to_be_one() -> None:
    assert decide(standing(State.CONSENT, closed=True), Choice.YES) == Act.SAY_REPEATED
    assert decide(standing(State.CHOOSING, numbered=2, last_choice="0"), "0") == Act.SAY_REPEATED
    assert decide(standing(State.RATING, last_choice=Choice.UP), Choice.UP) == Act.SAY_REPEATED
    assert decide(standing(State.RATING, last_choice=Choice.UP), Choice.DOWN) == Act.VOTE


def test_expired_and_foreign_buttons_are_explained() -> None:
    assert decide(standing(State.CONSENT, expired=True), Choice.YES) == Act.SAY_EXPIRED
    assert decide(None, Choice.YES) == Act.SAY_UNKNOWN


def test_a_reply_that_was_pushed_cannot_be_refused_as_not_mine() -> None:
    assert decide(standing(State.RATING, can_resubmit=False), Choice.NONE) == Act.SAY_UNKNOWN


@given(st.text(max_size=400))
def test_p01_any_postback_data_is_ours_or_nothing(data: str) -> None:
    pressed = decode(data)
    assert pressed is None or encode(pressed.dialogue_id, pressed.choice) == data


def test_buttons_are_short() -> None:
    data = encode("a" * 12, Choice.FORWARDED)
    assert len(data) < 30
    assert decode(data) is not None


@pytest.mark.parametrize("data", [None, "", "{}", '{"a":1}', "1:short:yes", "2:aaaaaaaaaaaa:yes", "x" * 5000])
def test_what_is_not_ours_is_none(data: str | None) -> None:
    assert decode(data) is None
