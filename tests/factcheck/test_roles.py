"""Who may do what."""

import pytest
from sqlalchemy import select

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import ForbiddenError, InvalidInputError
from factcheck.models import LINE_BOT, Role, User
from factcheck.services.roles import Action, has_reviewer, may, require, set_role
from factcheck.services.users import get_or_create_volunteer
from tests.factcheck.world import NOW, add_user


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VOLUNTEER, {Action.CONTRIBUTE}),
        (Role.REVIEWER, {Action.CONTRIBUTE, Action.REVIEW}),
        (Role.ADMIN, set(Action)),
    ],
)
def test_each_role_may_do_its_part_and_who_is_blocked_nothing(
    factory: SessionFactory, role: Role, allowed: set[Action]
) -> None:
    with transaction(factory) as session:
        user = add_user(session, "amy")
        user.role = role
        assert {action for action in Action if may(user, action)} == allowed
        user.blocked_at = NOW
        assert not any(may(user, action) for action in Action)
        with pytest.raises(ForbiddenError, match="blocked"):
            require(user, Action.CONTRIBUTE)


def test_who_asks_in_line_has_no_role(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        user = add_user(session, "asker", app_id=LINE_BOT)
        user.role = Role.ADMIN
        assert not may(user, Action.REVIEW)
        with pytest.raises(ForbiddenError, match="does not allow"):
            require(user, Action.REVIEW)


def test_a_role_is_given_by_address(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        get_or_create_volunteer(session, "amy@example.org", secret_key="k", locale="en", now=NOW)
        assert not has_reviewer(session)
        set_role(session, " Amy@Example.org", Role.REVIEWER)
        assert has_reviewer(session)
        amy = session.scalars(select(User).where(User.email == "amy@example.org")).one()
        amy.blocked_at = NOW
        session.flush()
        assert not has_reviewer(session)
        with pytest.raises(InvalidInputError, match="Nobody"):
            set_role(session, "nobody@example.org", Role.ADMIN)
