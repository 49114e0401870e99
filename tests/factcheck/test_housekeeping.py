from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs import queue
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.models import (
    LINE_BOT,
    Delivery,
    DeliveryState,
    Dialogue,
    Group,
    GroupMatch,
    InboxEvent,
    Job,
    JobState,
    LoginToken,
    Notice,
    PendingReply,
    Report,
    UsageEvent,
    WorkerSign,
)
from factcheck.services import housekeeping
from factcheck.services.housekeeping import BATCH, KEEP_DIALOGUES, KEEP_GROUP_MATCHES, KEEP_USAGE, find_old, remove
from factcheck.services.login_sessions import lifetimes
from factcheck.services.notices import people_to_tell
from factcheck.settings import Settings
from tests.conftest import MovableClock
from tests.factcheck.world import NOW, add_article, add_user, user

SECOND = timedelta(seconds=1)
KEEP = timedelta(days=30)


def clean(session: Session, *, now: datetime, keep: timedelta = KEEP) -> None:
    session.flush()
    remove(session, find_old(session, lifetimes(Settings()), now=now, keep=keep), now=now)


def add_dialogue(session: Session, key: str, expires_at: datetime, closed_at: datetime | None = None) -> None:
    data: dict[str, Any] = {"text": "what somebody wrote"} if closed_at is None else {"last_choice": "yes"}
    session.add(
        Dialogue(
            id=key,
            user_id=user(session, "a").id,
            state="CONSENT",
            data=data,
            created_at=NOW,
            expires_at=expires_at,
            closed_at=closed_at,
        )
    )


def add_event(session: Session, key: str, received_at: datetime, handled_at: datetime | None = None) -> None:
    session.add(InboxEvent(id=key, chat_id="c", payload={}, received_at=received_at, handled_at=handled_at))


def add_delivery(session: Session, created_at: datetime, state: DeliveryState = DeliveryState.SENT) -> Delivery:
    delivery = Delivery(to="U-a", retry_key="key", messages=[], state=state, created_at=created_at)
    session.add(delivery)
    session.flush()
    return delivery


def keys(session: Session, model: type[Any]) -> set[Any]:
    return {row.id for row in session.scalars(select(model))}


def test_expired_questions_lose_what_they_hold_and_later_their_row(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        add_dialogue(session, "open", NOW + SECOND)
        add_dialogue(session, "expired", NOW - SECOND)
        add_dialogue(session, "answered", NOW - SECOND, closed_at=NOW - timedelta(days=1))
        add_dialogue(session, "old", NOW - KEEP_DIALOGUES - SECOND)
    with transaction(factory) as session:
        clean(session, now=NOW)
    with read_only(factory) as session:
        rows = {row.id: row for row in session.scalars(select(Dialogue))}
        assert set(rows) == {"open", "expired", "answered"}
        assert (rows["open"].data, rows["open"].closed_at) == ({"text": "what somebody wrote"}, None)
        assert (rows["expired"].data, rows["expired"].closed_at) == ({}, NOW)
        assert rows["answered"].data == {"last_choice": "yes"}
        assert rows["answered"].closed_at == NOW - timedelta(days=1)


@pytest.mark.parametrize("keep", [timedelta(days=1), timedelta(days=365)])
def test_events_are_kept_as_long_as_the_setting_says_handled_or_not(factory: SessionFactory, keep: timedelta) -> None:
    with transaction(factory) as session:
        add_event(session, "recent", NOW - keep + SECOND, NOW)
        add_event(session, "waiting", NOW - keep + SECOND)
        add_event(session, "old", NOW - keep - SECOND, NOW)
        add_event(session, "given up", NOW - keep - SECOND)
        clean(session, now=NOW, keep=keep)
        assert keys(session, InboxEvent) == {"waiting", "recent"}


def test_what_groups_said_and_how_often_things_happened_is_forgotten_in_time(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        session.add(Group(id="C1", kind="group", joined_at=NOW))
        session.flush()
        for name, age in (("old", SECOND), ("recent", -SECOND)):
            at = NOW - KEEP_GROUP_MATCHES - age
            session.add(GroupMatch(message_id=name, group_id="C1", candidates=[], outcome="ANSWER", event_at=at))
            session.add(UsageEvent(kind=name, at=NOW - KEEP_USAGE - age))
        clean(session, now=NOW)
        assert session.scalars(select(GroupMatch.message_id)).all() == ["recent"]
        assert session.scalars(select(UsageEvent.kind)).all() == ["recent"]


def test_much_is_removed_little_by_little_by_jobs_that_follow_each_other(
    factory: SessionFactory, clock: MovableClock
) -> None:
    with transaction(factory) as session:
        for number in range(2 * BATCH + 1):
            add_event(session, str(number), clock() - timedelta(days=4))
        plan(session, housekeeping.job_kinds(factory, Settings(retention_days=30), clock), now=clock())
    worker = Worker(
        factory, handlers_of(housekeeping.job_kinds(factory, Settings(retention_days=3), clock), clock), clock=clock
    )
    left = []
    while worker.run_due_jobs(limit=1):
        with read_only(factory) as session:
            left.append(len(keys(session, InboxEvent)))
    assert left == [BATCH + 1, 1, 0]


def test_links_are_forgotten_a_day_after_they_expired(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        for age in (timedelta(hours=23), timedelta(hours=25)):
            session.add(LoginToken(token_hash=str(age), email="a", created_at=NOW, expires_at=NOW - age))
        clean(session, now=NOW)
        assert session.scalars(select(LoginToken.token_hash)).all() == ["23:00:00"]


def test_what_was_sent_is_forgotten_but_not_that_a_person_was_told(factory: SessionFactory) -> None:
    before = NOW - KEEP - SECOND
    with transaction(factory) as session:
        add_user(session, "a", app_id=LINE_BOT)
        article = add_article(session, "a message", "a")
        told = add_delivery(session, before)
        session.add(Notice(user_id="a", article_id=article.id, delivery_id=told.id, created_at=before))
        kept = {add_delivery(session, before, DeliveryState.PENDING).id, add_delivery(session, NOW).id}
        add_delivery(session, before, DeliveryState.FAILED)
        add_delivery(session, before, DeliveryState.UNCERTAIN)
    with transaction(factory) as session:
        clean(session, now=NOW)
    with read_only(factory) as session:
        assert keys(session, Delivery) == kept
        assert session.scalars(select(Notice)).one().delivery_id is None
        assert people_to_tell(session, article, 10) == []


def test_signs_of_workers_that_were_killed_are_forgotten(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        for key, age in (("alive", timedelta(0)), ("killed", timedelta(days=2))):
            session.add(WorkerSign(id=key, host="h", started_at=NOW - age, seen_at=NOW - age))
        clean(session, now=NOW)
        assert keys(session, WorkerSign) == {"alive"}


def test_it_runs_every_hour(factory: SessionFactory, clock: MovableClock) -> None:
    for _ in range(2):  # two workers start
        with transaction(factory) as session:
            plan(session, housekeeping.job_kinds(factory, Settings(retention_days=30), clock), now=clock())
    worker = Worker(
        factory, handlers_of(housekeeping.job_kinds(factory, Settings(retention_days=30), clock), clock), clock=clock
    )
    assert worker.run_due_jobs() == 1
    for _ in range(3):
        clock.advance(minutes=59)
        assert worker.run_due_jobs() == 0
        with transaction(factory) as session:
            plan(session, housekeeping.job_kinds(factory, Settings(retention_days=30), clock), now=clock())
        clock.advance(minutes=1)
        assert worker.run_due_jobs() == 1


def test_it_is_tried_again_until_it_works(
    factory: SessionFactory, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(factory) as session:
        plan(session, housekeeping.job_kinds(factory, Settings(retention_days=30), clock), now=clock())
    worker = Worker(
        factory, handlers_of(housekeeping.job_kinds(factory, Settings(retention_days=30), clock), clock), clock=clock
    )
    with monkeypatch.context() as patch:
        patch.setattr(housekeeping, "forget_old_signs", lambda *_args, **_kwargs: 1 / 0)
        for _ in range(50):
            assert worker.run_due_jobs() == 1
            clock.advance(minutes=15)
    assert worker.run_due_jobs() == 1
    with read_only(factory) as session:
        following = session.scalars(select(Job)).one()
        assert (following.attempts, following.due_at) == (0, clock() + housekeeping.EVERY)


def test_dead_jobs_are_kept_as_long_as_what_they_were_about(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        for kind, state, age in (
            ("old", JobState.DEAD, KEEP + SECOND),
            ("young", JobState.DEAD, KEEP),
            ("waiting", JobState.READY, 2 * KEEP),
            ("in hand", JobState.RUNNING, 2 * KEEP),
        ):
            job = queue.enqueue(session, kind, {}, now=NOW - 2 * KEEP, delay=2 * KEEP - age)
            session.get_one(Job, job).state = state
    with transaction(factory) as session:
        clean(session, now=NOW)
    with read_only(factory) as session:
        assert set(session.scalars(select(Job.kind))) == {"young", "waiting", "in hand"}


def test_refused_replies_and_old_reports_go(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, author = add_article(session, "soup"), user(session, "author")
        for number, refused_at in enumerate((NOW, NOW + timedelta(days=300), None)):
            row = PendingReply(id=f"p{number}", kind="NEW", article_id=article.id, user_id=author.id, type="RUMOR")
            row.text = row.reference = row.mark = ""
            row.version, row.created_at, row.refused_at = 0, NOW, refused_at
            session.add(row)
        for number, closed_at in enumerate((NOW, NOW + timedelta(days=300), None)):
            report = Report(target_kind="ARTICLE", target_id=article.id, source="PERSON", reason="SPAM", note="")
            report.open_key, report.created_at, report.closed_at = str(number), NOW, closed_at
            session.add(report)
        clean(session, now=NOW + timedelta(days=401))
        assert session.scalars(select(PendingReply.id).order_by(PendingReply.id)).all() == ["p1", "p2"]
        assert session.scalars(select(Report.open_key).order_by(Report.id)).all() == ["1", "2"]
