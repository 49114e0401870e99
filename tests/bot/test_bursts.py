"""Which messages are one burst, as a function of times and states."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.inbound.events import ImageSet
from bot.understanding.bursts import ALBUM, JOINING, MOMENT, Message, Step, Timing, media_step, text_step

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(seconds: float, *, held: float | None = None, **more: object) -> Message:
    held_at = None if held is None else NOON + timedelta(seconds=held)
    return Message(NOON + timedelta(seconds=seconds), held_at, **more)  # type: ignore[arg-type]


def picture(seconds: float, index: int | None, total: int | None = 3, **more: object) -> Message:
    return at(seconds, id=f"picture-{seconds}", image_set=ImageSet("album", index, total), **more)  # type: ignore[arg-type]


def test_a_single_text_is_answered_at_once() -> None:
    assert text_step(at(0), [], None) == Step.ALONE


@pytest.mark.parametrize(("seconds", "step"), [(0, Step.HOLD), (-1.9, Step.HOLD), (2, Step.HOLD), (2.1, Step.ALONE)])
def test_a_text_waits_for_another_of_its_moment_that_has_come_already(seconds: float, step: Step) -> None:
    assert text_step(at(0), [at(seconds)], None) == step


def test_the_last_of_several_takes_those_that_waited() -> None:
    assert text_step(at(1), [at(0, held=0), at(0.5, held=1)], None) == Step.GATHER


@pytest.mark.parametrize(("several", "seconds", "step"), [
    (True, 5, Step.HOLD), (True, 5.1, Step.ALONE), (False, 2, Step.GATHER), (False, 2.1, Step.ALONE),
])  # fmt: skip
def test_what_comes_just_after_a_question_joins_it(several: bool, seconds: float, step: Step) -> None:
    assert text_step(at(seconds), [], Timing(NOON, about_several=several)) == step


def test_what_waited_for_a_question_about_several_joins_it_when_no_more_come() -> None:
    asked = Timing(NOON, about_several=True)
    assert text_step(at(3, held=3), [at(4, held=4)], asked) == Step.HOLD
    assert text_step(at(4, held=4), [at(3, held=3)], asked) == Step.GATHER


def test_what_waited_for_one_that_never_got_its_turn_is_answered() -> None:
    assert text_step(at(0, held=0), [at(1)], None) == Step.ALONE


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_the_last_picture_of_an_album_answers_for_all_in_any_order(order: tuple[int, ...]) -> None:
    arrived: list[Message] = []
    steps = []
    for seconds, index in enumerate(order):
        own = picture(seconds, index)
        steps.append(media_step(own, arrived))
        arrived.append(picture(seconds, index, held=seconds))
    assert steps == [Step.HOLD, Step.HOLD, Step.GATHER]


def test_an_album_with_a_missing_picture_is_taken_as_it_is_after_a_while() -> None:
    first, second = picture(0, 1, held=0), picture(1, 2, held=1)
    assert media_step(first, [second]) == Step.HOLD  # the newer one has not waited long enough
    assert media_step(second, [first]) == Step.GATHER
    assert media_step(picture(9, 3), [picture(0, 1, handled=True)]) == Step.QUIET


def test_an_album_of_an_old_app_has_no_total_and_goes_by_time() -> None:
    assert media_step(picture(0, None, None), []) == Step.HOLD
    assert media_step(picture(1, None, None, held=1), [picture(0, None, None, held=0)]) == Step.GATHER


def test_pictures_without_an_album_belong_together_if_they_come_within_a_moment() -> None:
    assert media_step(at(0), []) == Step.GATHER
    assert media_step(at(0), [at(1)]) == Step.HOLD
    assert media_step(at(1), [at(0, handled=True)]) == Step.QUIET
    assert media_step(at(3), [at(0, handled=True)]) == Step.GATHER
    assert media_step(at(0), [picture(1, 1)]) == Step.HOLD
    assert media_step(picture(0, 1), [at(3)]) == Step.HOLD


def test_two_albums_at_once_are_two() -> None:
    other = Message(NOON, NOON, id="x", image_set=ImageSet("other", 1, 1), handled=True)
    assert media_step(picture(0, 1, 1), [other]) == Step.GATHER


def test_windows() -> None:
    assert MOMENT < JOINING <= ALBUM
