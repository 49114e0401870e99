"""Whoever is blocked stays so when they close the account, or have all erased, and come back by the same name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.backup.aftermath import erase_again
from factcheck.db.base import Base
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import ForbiddenError, InvalidInputError
from factcheck.models import (
    BlockedName,
    Identity,
    Job,
    ModerationAction,
    ModerationKind,
    Reason,
    Report,
    TargetKind,
    User,
)
from factcheck.moderation.actions import undo
from factcheck.moderation.reports import appeal
from factcheck.services import erasure, housekeeping
from factcheck.services.accounts import finish_login, start_login
from factcheck.services.blocks import KEEP
from factcheck.services.erasure_log import NOTE_ERASURE, ErasureLog
from factcheck.services.identities import Proved, enter, remove_identity
from factcheck.services.own_account import close_account
from factcheck.services.roles import Action, may
from factcheck.services.traces import FORGET_PERSON
from factcheck.services.users import get_or_create_line_user, get_or_create_volunteer
from factcheck.settings import Settings
from tests.conftest import MovableClock
from tests.factcheck.moderating import KEY, do, reviewer, target
from tests.stored import everything

AMY = "amy.lee@example.org"
AT_PROVIDER = Proved("https://accounts.example", "amy-at-the-provider")


class Place:
    """Where people come, are blocked and leave; each step is a transaction."""

    def __init__(self, factory: SessionFactory, clock: MovableClock) -> None:
        self.factory, self.clock = factory, clock

    def by_mail(self, email: str = AMY) -> str:
        with transaction(self.factory) as session:
            return get_or_create_volunteer(session, email, secret_key=KEY, locale="en", now=self.clock()).id

    def by_provider(self, proved: Proved = AT_PROVIDER) -> str:
        with transaction(self.factory) as session:
            return enter(session, proved, secret_key=KEY, locale="en", now=self.clock()).id

    def by_chat(self, name: str = "Uamy") -> str:
        with transaction(self.factory) as session:
            return get_or_create_line_user(session, name, secret_key=KEY, locale="en", now=self.clock()).id

    def block(self, user_id: str, reason: Reason = Reason.SCAM) -> int:
        with transaction(self.factory) as session:
            name = session.get_one(User, user_id).published_id
            about = target(TargetKind.USER, name)
            return do(session, ModerationKind.BLOCK, about, None, reason=reason, now=self.clock()).id

    def close(self, user_id: str) -> None:
        with transaction(self.factory) as session:
            close_account(session, session.get_one(User, user_id), secret_key=KEY, now=self.clock())

    def erase(self, user_id: str) -> None:
        """Deletes all that was sent in LINE, and does what follows ten minutes later."""
        with transaction(self.factory) as session:
            person = session.get_one(User, user_id)
            erasure.erase_person_messages(session, person, now=self.clock(), received_until=self.clock())
            session.flush()
            newest = select(Job.payload).where(Job.kind == FORGET_PERSON).order_by(Job.id.desc()).limit(1)
            payload = session.scalars(newest).one()
        [forget] = [kind for kind in erasure.job_kinds(self.clock, None, KEY) if kind.name == FORGET_PERSON]
        effects = forget.handler(payload)
        with transaction(self.factory) as session:
            effects(session)

    def is_blocked(self, user_id: str) -> bool:
        with read_only(self.factory) as session:
            return not may(session.get_one(User, user_id), Action.CONTRIBUTE)

    def decision_about(self, user_id: str) -> ModerationAction:
        with read_only(self.factory) as session:
            name = session.get_one(User, user_id).published_id
            return session.scalars(select(ModerationAction).where(ModerationAction.target_id == name)).one()

    def take_back(self, action_id: int) -> None:
        with transaction(self.factory) as session:
            undo(session, action_id, None, now=self.clock())

    def names(self) -> int:
        with read_only(self.factory) as session:
            return len(session.scalars(select(BlockedName)).all())


@pytest.fixture
def place(factory: SessionFactory, clock: MovableClock) -> Place:
    return Place(factory, clock)


@pytest.mark.parametrize("back_as", [AMY, "amy.lee+again@example.org", "amy.lee+@example.org"])
def test_who_was_blocked_comes_back_blocked_and_nothing_else_is_known(place: Place, back_as: str) -> None:
    before = place.by_mail()
    place.block(before)
    place.clock.advance(days=1)
    place.close(before)
    left = everything(place.factory)
    assert "amy.lee" not in left
    assert "example.org" not in left
    back = place.by_mail(back_as)
    assert back != before
    assert place.is_blocked(back)
    assert place.decision_about(back).reason == Reason.SCAM
    assert not place.is_blocked(place.by_mail("bob@example.org"))


@pytest.mark.parametrize("come", [Place.by_mail, Place.by_provider, Place.by_chat], ids=["mail", "provider", "chat"])
def test_by_every_way_and_until_somebody_takes_it_back(place: Place, come: Callable[[Place], str]) -> None:
    leave = Place.erase if come is Place.by_chat else Place.close
    first = come(place)
    place.block(first)
    leave(place, first)
    second = come(place)
    assert place.is_blocked(second)
    assert come(place) == second
    leave(place, second)
    third = come(place)
    assert place.is_blocked(third), "as often as they like"
    place.take_back(place.decision_about(third).id)
    assert not place.is_blocked(third)
    assert place.names() == 0
    leave(place, third)
    assert not place.is_blocked(come(place))


def test_who_comes_back_can_object_and_is_free_when_a_reviewer_agrees(place: Place) -> None:
    first = place.by_mail()
    place.block(first)
    place.close(first)
    again = place.by_mail()
    decision = place.decision_about(again)
    with transaction(place.factory) as session:
        person = session.get_one(User, again)
        appeal(session, decision.id, person, note="I did not write that.", now=place.clock())
    with transaction(place.factory) as session:
        undo(session, decision.id, reviewer(session), now=place.clock())
        session.flush()
        assert session.scalars(select(Report.upheld)).one() is True
    assert not place.is_blocked(again)
    place.close(again)
    assert not place.is_blocked(place.by_mail())


def test_a_block_that_is_taken_back_before_they_return_ends_it(place: Place) -> None:
    first = place.by_mail()
    action = place.block(first)
    place.close(first)
    assert place.names() == 1
    place.take_back(action)
    assert place.names() == 0
    assert not place.is_blocked(place.by_mail())


def test_a_second_mailbox_of_who_is_blocked_now_is_none(place: Place) -> None:
    """They need not close anything: a tag would do."""
    place.block(place.by_mail())
    assert place.is_blocked(place.by_mail("amy.lee+2@example.org"))
    assert not place.is_blocked(place.by_mail("amylee@example.org")), "a dot matters there"
    place.block(place.by_mail("cat.chen@gmail.com"))
    assert place.is_blocked(place.by_mail("catchen+x@googlemail.com"))
    place.block(place.by_mail("50%_off@example.org"))
    assert place.is_blocked(place.by_mail("50%_off+now@example.org"))


def test_who_is_blocked_cannot_slip_out_of_a_log_in(place: Place) -> None:
    """Neither by parting with it, nor into an account that is free, nor by giving that the address."""
    known = place.by_provider()
    place.by_mail("other@example.org")
    place.block(known)
    with transaction(place.factory) as session:
        row = session.scalars(select(Identity)).one()
        with pytest.raises(ForbiddenError):
            remove_identity(session, session.get_one(User, known), row.issuer, row.subject)
        token = start_login(session, "other@example.org", now=place.clock(), joins=known)
    with transaction(place.factory) as session, pytest.raises(InvalidInputError, match="blocked account"):
        finish_login(session, token, secret_key=KEY, locale="en", now=place.clock(), viewer_id=known)
    assert place.by_provider() == known
    assert place.is_blocked(known)


def test_an_address_that_was_blocked_blocks_the_account_that_takes_it(place: Place) -> None:
    first = place.by_mail()
    place.block(first)
    place.close(first)
    other = place.by_provider()
    assert not place.is_blocked(other)
    with transaction(place.factory) as session:
        token = start_login(session, AMY, now=place.clock(), joins=other)
    with transaction(place.factory) as session:
        finish_login(session, token, secret_key=KEY, locale="en", now=place.clock(), viewer_id=other)
    assert place.is_blocked(other)
    place.take_back(place.decision_about(other).id)
    assert place.names() == 0


def test_a_backup_of_before_has_them_come_back_blocked_and_not_who_was_freed(place: Place, tmp_path: Path) -> None:
    """What was noted beside the database is applied to its state of before."""
    log = ErasureLog(tmp_path / "notes", KEY)
    [note] = [kind for kind in erasure.job_kinds(place.clock, log, KEY) if kind.name == NOTE_ERASURE]
    people = {email: place.by_mail(email) for email in (AMY, "bob@example.org", "cat@example.org")}
    began = place.clock()
    place.clock.advance(hours=1)
    for email in (AMY, "bob@example.org"):
        place.block(people[email])
        place.clock.advance(minutes=1)
        place.close(people[email])
    place.clock.advance(hours=1)
    freed = place.by_mail("bob@example.org")
    place.take_back(place.decision_about(freed).id)
    with read_only(place.factory) as session:
        for payload in session.scalars(select(Job.payload).where(Job.kind == NOTE_ERASURE).order_by(Job.id)):
            note.handler(payload)
    with transaction(place.factory) as session:  # as it was: all are there, and nobody is blocked
        session.delete(session.get_one(User, freed))
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in ("blocked_names", "moderation_actions", "moderation_changes", "jobs"):
                session.execute(table.delete())
        session.flush()
        for email, user_id in people.items():
            user = session.get_one(User, user_id)
            user.email, user.blocked_at = email, None
    with transaction(place.factory) as session:
        erase_again(session, log, log.since(began), now=place.clock())
    assert place.is_blocked(place.by_mail())
    assert not place.is_blocked(place.by_mail("bob@example.org"))
    assert place.by_mail("cat@example.org") == people["cat@example.org"]


def test_it_is_forgotten_after_two_years(place: Place) -> None:
    first = place.by_mail()
    place.block(first)
    place.close(first)

    def housekeep() -> None:
        [kind] = housekeeping.job_kinds(place.factory, Settings(), place.clock)
        effects = kind.handler({})
        with transaction(place.factory) as session:
            effects(session)

    place.clock.advance(days=KEEP.days - 1)
    housekeep()
    assert place.names() == 1
    place.clock.advance(days=2)
    housekeep()
    assert place.names() == 0
    assert not place.is_blocked(place.by_mail())
