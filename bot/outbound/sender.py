"""The job that sends a delivery and does what LINE's answer asks for (`bot.outbound.error_policy`)."""

import threading
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy import bindparam, null, select, update
from sqlalchemy.orm import Session

from bot.line.client import Line, LineError, LineUnreachableError, Receipt
from bot.outbound.error_policy import (
    Failure,
    Verdict,
    Way,
    asked_pause,
    judge,
    next_month,
    plain_text,
    surely_not_sent,
)
from bot.outbound.outbox import Attempt, DeliveryOutcome, begin, send_to_many
from bot.outbound.quota import note_exhausted, room_again_at
from factcheck.clock import Clock
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, transaction
from factcheck.jobs.queue import Effects, Handler, no_effects
from factcheck.jobs.worker import PostponeJobError, RetryJobError
from factcheck.models import LINE_BOT, Delivery, DeliveryState, Notice, SaidMessage, User
from factcheck.services.line_quota import load_quota
from factcheck.services.notices import plan_again

log = structlog.get_logger()

LOCKED_PAUSE = timedelta(minutes=1)
DELIVERIES = Counter("factline_deliveries_total", "Calls that hand messages to LINE", ["way", "outcome"])
ALERTS = Counter("factline_line_alerts_total", "What an operator should look at", ["kind"])


class Lock:
    """Shut for a while when LINE refuses our access token, so that not every message asks again. Reported once, until
    LINE takes a message again. One for each process."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._until: datetime | None = None
        self._told = False

    def check(self, now: datetime) -> None:
        """Raises PostponeJobError while it is shut."""
        with self._mutex:
            until = self._until
        if until is not None and now < until <= now + LOCKED_PAUSE:  # a clock set back opens it, too
            raise PostponeJobError(until, "LINE does not take our access token")

    def shut(self, now: datetime, request_id: str | None) -> datetime:
        with self._mutex:
            news, self._told = not self._told, True
            self._until = now + LOCKED_PAUSE
        if news:
            alert("access_token", line_request_id=request_id)
        return now + LOCKED_PAUSE

    def open(self) -> None:
        with self._mutex:
            self._until, self._told = None, False


@dataclass(frozen=True)
class Refusal:
    verdict: Verdict
    error: Failure

    @property
    def request_id(self) -> str | None:
        return self.error.request_id if isinstance(self.error, LineError) else None


def deliver_handler(factory: SessionFactory, line: Line, clock: Clock, *, blocked: Set[str] = frozenset()) -> Handler:
    """`blocked` holds LINE user ids that nothing is sent to."""
    lock = Lock()

    def handle(payload: dict[str, Any]) -> Effects:
        delivery_id = int(payload["delivery_id"])
        lock.check(clock())
        while True:
            with transaction(factory) as session:
                attempt = begin(session, delivery_id, clock(), blocked=blocked)
            if attempt is None:
                return no_effects
            if isinstance(attempt, DeliveryOutcome):
                return _settled(delivery_id, attempt, clock)
            result = call_line(line, attempt)
            if isinstance(result, DeliveryOutcome):
                lock.open()
                return _settled(delivery_id, result, clock)
            if not attempt.tried_before and surely_not_sent(result.error):
                _note(factory, delivery_id, attempted_at=None)
            if result.verdict != Verdict.REPLY_IMPOSSIBLE:
                return _refused(factory, lock, attempt, result, clock)
            _note(factory, delivery_id, reply_token=None)  # from now on only pushes

    return handle


def call_line(line: Line, attempt: Attempt) -> DeliveryOutcome | Refusal:
    """Make one call, and a second one in plain text if LINE refuses the first."""
    messages: Sequence[dict[str, Any]] = attempt.messages
    plain = False
    while True:
        try:
            receipt = _call(line, attempt, messages)
        except (LineError, LineUnreachableError) as error:
            simpler = [] if plain else plain_text(attempt.messages)
            verdict = judge(error, attempt.way, tried_before=attempt.tried_before, plain=not simpler)
            DELIVERIES.labels(attempt.way, verdict).inc()
            refusal = Refusal(verdict, error)
            if verdict != Verdict.REFUSED:
                return refusal
            alert("message_refused", line_request_id=refusal.request_id, error=str(error))
            messages, plain = simpler, True
            continue
        DELIVERIES.labels(attempt.way, "sent").inc()
        how = "sent as plain text" if plain else None
        return DeliveryOutcome(DeliveryState.SENT, receipt.request_id, how, message_ids=receipt.message_ids)


def _call(line: Line, attempt: Attempt, messages: Sequence[dict[str, Any]]) -> Receipt:
    if attempt.way == Way.REPLY:
        return line.reply(attempt.reply_token, messages)
    if attempt.way == Way.MULTICAST:
        return line.multicast(attempt.recipients, messages, attempt.retry_key)
    return line.push(attempt.to, messages, attempt.retry_key)


def _refused(factory: SessionFactory, lock: Lock, attempt: Attempt, refusal: Refusal, clock: Clock) -> Effects:
    """Raises what tells the worker when to try again."""
    verdict, error, now = refusal.verdict, refusal.error, clock()
    reason = str(error)
    if verdict == Verdict.TRY_LATER:
        raise RetryJobError(asked_pause(error), reason)
    if verdict == Verdict.LOCKED_OUT:
        raise PostponeJobError(lock.shut(now, refusal.request_id), reason)
    if verdict == Verdict.QUOTA:
        until = _no_quota(factory, now, refusal.request_id)
        if attempt.way == Way.MULTICAST and not attempt.tried_before:
            outcome = DeliveryOutcome(DeliveryState.CANCELLED, refusal.request_id, reason, plan_again=True)
            return _settled(attempt.delivery_id, outcome, clock)
        if not attempt.is_answer:
            raise PostponeJobError(until, reason)
    if verdict == Verdict.UNKNOWN_RECIPIENT and attempt.way == Way.MULTICAST:
        return _without_unknown(attempt, reason, clock)
    if verdict == Verdict.GIVE_UP:
        alert("call_refused", line_request_id=refusal.request_id, error=reason, way=attempt.way)
    state = DeliveryState.FAILED
    if verdict == Verdict.SENT_BEFORE:
        state = DeliveryState.UNCERTAIN if attempt.way == Way.REPLY and attempt.is_late else DeliveryState.SENT
    outcome = DeliveryOutcome(state, refusal.request_id, None if state == DeliveryState.SENT else reason)
    return _settled(attempt.delivery_id, outcome, clock)


def _no_quota(factory: SessionFactory, now: datetime, request_id: str | None) -> datetime:
    """Returns when to look again."""
    with transaction(factory) as session:
        news = note_exhausted(session, now=now)
        quota = load_quota(session)
    if news:
        alert("monthly_quota", line_request_id=request_id)
    return room_again_at(now) if quota is not None else next_month(now)


def _without_unknown(attempt: Attempt, reason: str, clock: Clock) -> Effects:
    """LINE refuses a multicast as a whole without saying whom it does not know: halves are sent apart, until only the
    unknown are left. They are written to again when they write to us."""

    def effects(session: Session) -> None:
        now, people = clock(), attempt.recipients
        if len(people) == 1:
            stranger = update(User).where(User.app_id == LINE_BOT, User.app_user_id == people[0])
            session.execute(stranger.values(is_friend=False))
        else:
            middle = len(people) // 2
            for part in (people[:middle], people[middle:]):
                half = send_to_many(session, part, attempt.messages, now=now)
                these = select(User.id).where(User.app_id == LINE_BOT, User.app_user_id.in_(part))
                told = update(Notice).where(Notice.delivery_id == attempt.delivery_id, Notice.user_id.in_(these))
                session.execute(told.values(delivery_id=half.id))
        _settled(attempt.delivery_id, DeliveryOutcome(DeliveryState.FAILED, error=reason), clock)(session)

    return effects


def _settled(delivery_id: int, outcome: DeliveryOutcome, clock: Clock) -> Effects:
    log.info("delivery", delivery=delivery_id, state=outcome.state, line_request_id=outcome.request_id)

    def effects(session: Session) -> None:
        sent_at = clock() if outcome.state == DeliveryState.SENT else None
        what = {"new_state": outcome.state, "told_id": outcome.request_id, "why_not": outcome.error, "at": sent_at}
        row = session.execute(_SETTLE, {"of_delivery": delivery_id, **what}).one_or_none()
        if row is None:  # its chat was erased meanwhile
            return
        if row.article_id is not None and outcome.message_ids:
            said = [{"message_id": message_id, "delivery_id": delivery_id} for message_id in outcome.message_ids]
            session.execute(insert(session, SaidMessage).values(said).on_conflict_do_nothing())
        if outcome.plan_again:
            plan_again(session, delivery_id, now=clock())

    return effects


_SETTLE = (
    update(Delivery)
    .where(Delivery.id == bindparam("of_delivery"))
    .values(state=bindparam("new_state"), request_id=bindparam("told_id"), error=bindparam("why_not"))
    .values(sent_at=bindparam("at"), messages=null())  # they quote what the person sent
    .returning(Delivery.article_id)
    .execution_options(synchronize_session=False)
)


def _note(factory: SessionFactory, delivery_id: int, **values: datetime | None) -> None:
    """Records at once what must survive a crash before the job's end."""
    with transaction(factory) as session:
        session.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values))


def alert(kind: str, **details: str | None) -> None:
    ALERTS.labels(kind).inc()
    log.error(f"line_{kind}", **details)
