"""Says who may do what. A volunteer writes and votes; a reviewer decides what stays; an admin says who is what, too."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.errors import ForbiddenError, InvalidInputError
from factcheck.models import WEBSITE, User
from factcheck.models.enums import Role
from factcheck.services.accounts import normalise_email


class Action(StrEnum):
    """CONTRIBUTE: write, attach, vote, comment, sort. REVIEW: see reports and what waits, and decide on both. APPOINT:
    give roles, and say who speaks for an organisation."""

    CONTRIBUTE = "contribute"
    REVIEW = "review"
    APPOINT = "appoint"


_MAY = {
    Role.VOLUNTEER: frozenset({Action.CONTRIBUTE}),
    Role.REVIEWER: frozenset({Action.CONTRIBUTE, Action.REVIEW}),
    Role.ADMIN: frozenset(Action),
}


def may(user: User, action: Action) -> bool:
    """Tells whether a person may do this. Who is blocked may do nothing, and whoever asks in LINE has no role there."""
    if user.blocked_at is not None:
        return False
    return action in _MAY[Role(user.role or Role.VOLUNTEER) if user.app_id == WEBSITE else Role.VOLUNTEER]


def require(user: User, action: Action) -> None:
    """Lets nobody go on who may not. Raises ForbiddenError."""
    if user.blocked_at is not None:
        raise blocked()
    if not may(user, action):
        raise ForbiddenError("Your account does not allow it.")


def blocked() -> ForbiddenError:
    """Says why somebody may publish nothing."""
    return ForbiddenError("Your account is blocked. What you can do about it stands on your page.")


def set_role(session: Session, email: str, role: Role) -> User:
    """Gives the volunteer with this address a role. Raises InvalidInputError when nobody has logged in with it."""
    user = session.scalar(select(User).where(User.email == normalise_email(email)).with_for_update())
    if user is None:
        raise InvalidInputError("email", "Nobody has logged in with this address yet.")
    user.role = role
    return user


def has_reviewer(session: Session) -> bool:
    """Tells whether anybody could decide about what waits."""
    reviewers = select(User.id).where(
        User.role.in_((Role.REVIEWER, Role.ADMIN)), User.blocked_at.is_(None), User.email.is_not(None)
    )
    return session.scalar(reviewers.limit(1)) is not None
