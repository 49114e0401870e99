"""Each row of LINE's table of errors, and crashes between LINE's answer and our noting it."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery import DELIVER, Address, deliver_handler, send
from bot.line_client import LineError, LineUnreachableError
from factcheck.db.session import SessionFactory, reading, transaction
from factcheck.models import Delivery, DeliveryState, Job, JobState
from factcheck.worker import Worker
from tests.conftest import MovableClock
from tests.fakes.line import RecordingLine

HELLO: list[dict[str, Any]] = [{"type": "text", "text": "hello"}]


class Post:
    """A delivery, and a worker that delivers it."""

    def __init__(self, factory: SessionFactory, clock: MovableClock) -> None:
        self.factory, self.clock, self.line = factory, clock, RecordingLine()
        self.worker = Worker(factory, {DELIVER: deliver_handler(factory, self.line, clock)}, clock=clock)

    def send(self, token: str | None = "token", messages: list[dict[str, Any]] = HELLO) -> None:
        with transaction(self.factory) as session:
            send(session, Address("Ua", token, self.clock()), messages, now=self.clock(), priority=0)

    def run(self) -> None:
        self.worker.run_due_jobs()

    def delivery(self) -> Delivery:
        with reading(self.factory) as session:
            return session.scalars(select(Delivery)).one()

    def job(self) -> Job | None:
        with reading(self.factory) as session:
            return session.scalar(select(Job))


@pytest.fixture
def post(factory: SessionFactory, clock: MovableClock) -> Post:
    return Post(factory, clock)


def test_an_event_is_answered_by_reply_and_its_text_forgotten(post: Post) -> None:
    post.send()
    post.run()
    assert post.line.sent == [("reply", "token", HELLO)]
    delivery = post.delivery()
    assert (delivery.state, delivery.messages, delivery.request_id) == (DeliveryState.SENT, None, "request-1")
    assert post.job() is None


def test_without_a_token_it_is_pushed_with_its_retry_key(post: Post) -> None:
    post.send(token=None)
    post.run()
    assert post.line.sent == [("push", "Ua", HELLO)]
    assert post.line.retry_keys == [post.delivery().retry_key]


def test_t01_an_expired_token_is_not_tried_but_pushed(post: Post) -> None:
    post.send()
    post.clock.advance(seconds=51)
    post.run()
    assert [way for way, *_ in post.line.sent] == ["push"]


def test_t01_a_token_that_line_does_not_take_is_pushed_instead_at_once(post: Post) -> None:
    post.send()
    post.line.failures = [LineError(400, "Invalid reply token")]
    post.run()
    assert [way for way, *_ in post.line.sent] == ["push"]
    assert post.delivery().state == DeliveryState.SENT


def test_t01_a_push_in_place_of_a_reply_is_tried_until_it_arrives(post: Post) -> None:
    post.send()
    post.line.failures = [LineError(400, "Invalid reply token"), LineUnreachableError("timeout")]
    post.run()
    assert post.line.sent == []
    post.clock.advance(seconds=2)
    post.run()
    assert [way for way, *_ in post.line.sent] == ["push"]
    assert len(set(post.line.retry_keys)) == 1
    assert post.delivery().state == DeliveryState.SENT


def test_t06_a_reply_that_was_sent_but_not_confirmed_is_not_sent_twice(post: Post) -> None:
    post.send()
    post.line.fail_after_sending = [LineUnreachableError("timeout")]
    post.run()
    assert post.delivery().state == DeliveryState.PENDING
    post.clock.advance(seconds=2)
    post.run()
    assert len(post.line.sent) == 1
    assert post.delivery().state == DeliveryState.SENT


def test_t06_a_reply_that_was_not_sent_is_sent_again_within_its_minute(post: Post) -> None:
    post.send()
    post.line.failures = [LineUnreachableError("refused")]
    post.run()
    post.clock.advance(seconds=2)
    post.run()
    assert [way for way, *_ in post.line.sent] == ["reply"]


def test_t06_after_the_minute_an_unconfirmed_reply_is_uncertain_and_never_pushed(post: Post) -> None:
    post.send()
    post.line.fail_after_sending = [LineUnreachableError("timeout")]
    post.run()
    post.clock.advance(seconds=60)
    post.run()
    assert len(post.line.sent) == 1
    assert post.delivery().state == DeliveryState.UNCERTAIN
    assert post.job() is None


def test_t07_a_push_is_repeated_with_the_same_key_and_arrives_once(post: Post) -> None:
    post.send(token=None)
    post.line.fail_after_sending = [LineUnreachableError("timeout")]
    post.line.failures = []
    post.run()
    post.clock.advance(seconds=2)
    post.run()
    assert len(post.line.sent) == 1
    assert len(set(post.line.retry_keys)) == 1
    assert len(post.line.retry_keys) == 2


@pytest.mark.parametrize("error", [LineError(429, "The API rate limit has been exceeded."), LineError(401, "no")])
def test_t09_t11_rate_limit_and_bad_token_are_tried_later(post: Post, error: LineError) -> None:
    post.send(token=None)
    post.line.failures = [error]
    post.run()
    job = post.job()
    assert job is not None
    assert (job.state, job.attempts) == (JobState.READY, 1)
    post.clock.advance(seconds=2)
    post.run()
    assert len(post.line.sent) == 1


@pytest.mark.parametrize(
    "error",
    [
        LineError(403, "Not available for your account"),
        LineError(404, "Not found"),
        LineError(400, "Failed to send messages"),
    ],
)
def test_t10_t11_what_cannot_be_sent_is_given_up_and_noted(post: Post, error: LineError) -> None:
    post.send(token=None)
    post.line.failures = [error]
    post.run()
    assert post.line.sent == []
    delivery = post.delivery()
    assert delivery.state == DeliveryState.FAILED
    assert error.message in (delivery.error or "")
    assert post.job() is None


def test_t10_a_notice_beyond_the_monthly_limit_waits_for_the_next_month(post: Post) -> None:
    post.send(token=None)
    post.line.failures = [LineError(429, "You have reached your monthly limit.")]
    post.run()
    job = post.job()
    assert job is not None
    assert (job.attempts, job.due_at.isoformat()) == (0, "2026-03-31T15:10:00+00:00")
    post.send()
    post.run()
    assert [way for way, *_ in post.line.sent] == ["reply"]
    post.clock.now = job.due_at
    post.run()
    assert [way for way, *_ in post.line.sent] == ["reply", "push"]


def test_t10_an_answer_that_comes_too_late_for_its_token_is_not_kept_for_a_month(post: Post) -> None:
    post.send()
    post.clock.advance(minutes=2)
    post.line.failures = [LineError(429, "You have reached your monthly limit.")]
    post.run()
    assert post.delivery().state == DeliveryState.FAILED
    assert post.job() is None


@pytest.mark.parametrize(
    "error",
    [LineError(401, "no"), LineError(429, "too many requests"), LineUnreachableError("refused", maybe_sent=False)],
)
def test_t01_a_reply_that_was_surely_not_sent_is_pushed_after_its_minute(
    post: Post, error: LineError | LineUnreachableError
) -> None:
    post.send()
    post.line.failures = [error, error]
    post.run()
    post.clock.advance(seconds=3)
    post.run()
    post.clock.advance(minutes=2)
    post.run()
    assert [way for way, *_ in post.line.sent] == ["push"]
    assert post.delivery().state == DeliveryState.SENT


def test_t01_a_refusal_after_an_uncertain_try_stays_uncertain(post: Post) -> None:
    post.send()
    post.line.failures = [LineUnreachableError("timeout"), LineError(429, "too many requests")]
    post.run()
    post.clock.advance(seconds=3)
    post.run()
    post.clock.advance(minutes=2)
    post.run()
    assert post.line.sent == []
    assert post.delivery().state == DeliveryState.UNCERTAIN


def test_t13_a_refused_card_is_said_as_plain_text(post: Post) -> None:
    post.send(messages=[*HELLO, {"type": "flex", "altText": "a card", "contents": {}}])
    post.line.failures = [LineError(400, "The request body has 1 error(s)", details="messages[1].contents")]
    post.run()
    assert post.line.sent == [("reply", "token", [*HELLO, {"type": "text", "text": "a card"}])]
    assert post.delivery().state == DeliveryState.SENT


def test_a_message_that_is_refused_even_as_text_is_given_up(post: Post) -> None:
    post.send()
    post.line.failures = [LineError(400, "bad"), LineError(400, "bad")]
    post.run()
    assert post.delivery().state == DeliveryState.FAILED


@pytest.mark.parametrize("count", [0, 6])
def test_l05_line_takes_one_to_five_messages(factory: SessionFactory, clock: MovableClock, count: int) -> None:
    with pytest.raises(ValueError, match="LINE takes"), transaction(factory) as session:
        send(session, Address("Ua"), HELLO * count, now=clock(), priority=0)


def test_messages_to_one_person_keep_their_order_when_the_first_one_fails(post: Post) -> None:
    post.send(token=None)
    post.send(token=None, messages=[{"type": "text", "text": "second"}])
    post.line.failures = [LineUnreachableError("down")]
    post.run()
    assert post.line.sent == []
    post.clock.advance(seconds=2)
    post.run()
    assert [messages[0]["text"] for _, _, messages in post.line.sent] == ["hello", "second"]
