"""Each row of LINE's table of errors, and crashes between LINE's answer and our noting it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.line.client import LineError, LineUnreachableError
from bot.outbound.outbox import DELIVER, Address, send, send_to_many
from bot.outbound.sender import deliver_handler
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import Delivery, DeliveryState, Job, JobState, User
from factcheck.services.users import get_or_create_line_user
from tests.bot.chatting import alerts
from tests.conftest import MovableClock
from tests.fakes.line import RecordingLine

HELLO: list[dict[str, Any]] = [{"type": "text", "text": "hello"}]


class Post:
    """A delivery, and a worker that delivers it."""

    def __init__(self, factory: SessionFactory, clock: MovableClock) -> None:
        self.factory, self.clock, self.line = factory, clock, RecordingLine()
        self.worker = Worker(factory, {DELIVER: deliver_handler(factory, self.line, clock)}, clock=clock)

    def send(
        self,
        token: str | None = "token",
        messages: list[dict[str, Any]] = HELLO,
        *,
        to: str = "Ua",
        reply_only: bool = False,
    ) -> None:
        address = Address(to, token, self.clock() if token else None, reply_only=reply_only)
        with transaction(self.factory) as session:
            send(session, address, messages, now=self.clock(), priority=0)

    def send_to_many(self, *people: str) -> None:
        with transaction(self.factory) as session:
            send_to_many(session, people, HELLO, now=self.clock())

    def run(self) -> None:
        self.worker.run_due_jobs()

    def delivery(self) -> Delivery:
        with read_only(self.factory) as session:
            return session.scalars(select(Delivery)).one()

    def deliveries(self) -> list[Delivery]:
        with read_only(self.factory) as session:
            return list(session.scalars(select(Delivery)))

    def job(self) -> Job | None:
        with read_only(self.factory) as session:
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


def test_t06_a_late_reply_that_broke_off_is_repeated_and_arrives(post: Post) -> None:
    post.send()
    post.clock.advance(seconds=49)
    post.line.failures = [LineUnreachableError("timeout")]
    post.run()
    post.clock.advance(seconds=12)
    post.run()
    assert [way for way, *_ in post.line.sent] == ["reply"]
    assert post.delivery().state == DeliveryState.SENT


def test_t06_a_late_repeat_that_line_refuses_tells_nothing(post: Post) -> None:
    post.send()
    post.clock.advance(seconds=49)
    post.line.failures = [LineUnreachableError("timeout"), LineError(400, "Invalid reply token")]
    post.run()
    post.clock.advance(seconds=12)
    post.run()
    assert (post.line.sent, post.line.failures) == ([], [])
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


def test_t09_a_rate_limit_is_tried_later(post: Post) -> None:
    post.send(token=None)
    post.line.failures = [LineError(429, "The API rate limit has been exceeded.")]
    post.run()
    job = post.job()
    assert job is not None
    assert (job.state, job.attempts) == (JobState.READY, 1)
    post.clock.advance(seconds=2)
    post.run()
    assert len(post.line.sent) == 1


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (LineError(429, "The API rate limit has been exceeded.", retry_after=40), 40),
        (LineUnreachableError("503", retry_after=40), 40),
        (LineUnreachableError("503", retry_after=3600), 300),
    ],
)
def test_t15_a_pause_that_line_asks_for_is_kept_up_to_five_minutes(
    post: Post, error: LineError | LineUnreachableError, pause: int
) -> None:
    post.send(token=None)
    post.line.failures = [error]
    post.run()
    job = post.job()
    assert job is not None
    assert (job.due_at - post.clock()).total_seconds() == pause


def test_t11_a_bad_access_token_stops_all_sending_for_a_minute_and_is_told_once(
    post: Post,
) -> None:
    before = alerts("access_token")
    for person in ("Ua", "Ub", "Uc"):
        post.send(token=None, to=person)
    post.line.failures = [LineError(401, "Authentication failed")] * 2
    post.run()
    assert len(post.line.retry_keys) == 1
    post.clock.advance(seconds=61)
    post.run()
    assert len(post.line.retry_keys) == 2
    assert alerts("access_token") == before + 1
    post.clock.advance(seconds=61)
    post.run()
    assert [to for _, to, _ in post.line.sent] == ["Ua", "Ub", "Uc"]
    assert {delivery.state for delivery in post.deliveries()} == {DeliveryState.SENT}


def test_a_group_is_never_pushed_to(post: Post) -> None:
    post.send(reply_only=True)
    post.line.failures = [LineError(400, "Invalid reply token")]
    post.run()
    assert (post.line.sent, post.delivery().state) == ([], DeliveryState.FAILED)
    assert "token" in (post.delivery().error or "")
    assert post.job() is None


def test_a_group_gets_no_answer_after_its_minute(post: Post) -> None:
    post.send(reply_only=True)
    post.line.failures = [LineUnreachableError("refused", maybe_sent=False)]
    post.run()
    post.clock.advance(seconds=60)
    post.run()
    assert (post.line.sent, post.delivery().state) == ([], DeliveryState.FAILED)
    assert post.job() is None


def test_what_is_cancelled_while_it_waits_is_not_sent(post: Post) -> None:
    post.send()
    with transaction(post.factory) as session:
        session.execute(update(Delivery).values(state=DeliveryState.CANCELLED))
    post.run()
    assert (post.line.sent, post.delivery().state) == ([], DeliveryState.CANCELLED)
    assert post.job() is None


def test_t07_a_push_is_not_repeated_when_line_has_forgotten_its_key(post: Post) -> None:
    post.send(token=None)
    post.line.fail_after_sending = [LineUnreachableError("timeout")]
    post.run()
    post.clock.advance(hours=24)
    post.run()
    assert len(post.line.sent) == 1
    assert post.delivery().state == DeliveryState.UNCERTAIN


def test_t08_a_409_is_success(post: Post) -> None:
    post.send(token=None)
    post.line.failures = [LineError(409, "The retry key is already accepted", "request-0")]
    post.run()
    assert (post.delivery().state, post.delivery().request_id) == (DeliveryState.SENT, "request-0")


def test_t19_many_people_get_one_call(post: Post) -> None:
    post.send_to_many("Ua", "Ub")
    post.run()
    assert post.line.multicasts == [["Ua", "Ub"]]
    assert post.delivery().state == DeliveryState.SENT


def test_one_person_whom_line_does_not_know_does_not_cost_the_others_their_message(post: Post) -> None:
    people = [f"U{number}" for number in range(20)]
    with transaction(post.factory) as session:
        for line_id in people:
            get_or_create_line_user(session, line_id, secret_key="k", locale="en", now=post.clock())
    post.line.unknown = {"U7"}
    post.send_to_many(*people)
    post.run()
    assert sorted(to for _, to, _ in post.line.sent) == sorted(set(people) - {"U7"})
    assert len(post.line.retry_keys) == len(set(post.line.retry_keys)) < 12
    with read_only(post.factory) as session:
        assert session.scalars(select(User.app_user_id).where(~User.is_friend)).all() == ["U7"]


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
    assert (job.attempts, job.due_at - post.clock()) == (0, timedelta(days=1))  # somebody may buy more
    post.send()
    post.run()
    assert [way for way, *_ in post.line.sent] == ["reply"]
    calls = len(post.line.retry_keys)
    post.send(token=None, to="Ub")
    post.clock.advance(days=2)
    post.run()
    assert len(post.line.retry_keys) == calls, "LINE is not asked again in this month"
    post.clock.now = datetime(2026, 3, 31, 15, 10, tzinfo=UTC)
    post.run()
    assert [way for way, *_ in post.line.sent] == ["reply", "push", "push"]


def test_t10_an_answer_that_comes_too_late_for_its_token_is_not_kept_for_a_month(post: Post) -> None:
    post.send()
    post.clock.advance(minutes=2)
    post.line.failures = [LineError(429, "You have reached your monthly limit.")]
    post.run()
    assert post.delivery().state == DeliveryState.FAILED
    assert post.job() is None


@pytest.mark.parametrize("error", [LineError(429, "too many"), LineUnreachableError("refused", maybe_sent=False)])
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
