"""Handing a draft of a reply to another volunteer. Why somebody cannot take one is theirs to say, so every refusal that
has to do with them sounds the same."""

import re
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError, NotFoundError
from factcheck.models import WEBSITE, Article, Draft, Identity, JoinedChat, Status, User
from factcheck.services.drafts import NEW_REPLY
from factcheck.services.pseudonyms import stored_name
from factcheck.services.replies import new_form_key

MOST_GIVEN = 20
"""Drafts of one person that others have at a time, so that nobody's page is filled by a stranger."""

_PROFILE = re.compile(r"/people/([^/?#\s]+)")


def find_receiver(session: Session, typed: str, giver: User, tag: str) -> User:
    """Finds whom somebody names: by the address of a profile, or by a public name as pages in this language say it.
    Raises InvalidInputError."""
    typed = " ".join(typed.split())
    if not typed:
        raise InvalidInputError("receiver", "Say who shall have it.")
    profile = _PROFILE.search(typed)
    if profile:
        named: ColumnElement[bool] = (User.published_id == profile[1]) & User.is_public
    else:
        named = User.name.in_({typed, stored_name(typed, tag)})
    able = (User.app_id == WEBSITE, User.blocked_at.is_(None), _comes_back())
    found = session.scalars(select(User).where(named, *able).limit(2)).all()
    if len(found) > 1:
        raise InvalidInputError("receiver", "Several people have this name. Give the address of a profile.")
    if not found:
        raise _cannot()
    if found[0].id == giver.id:
        raise InvalidInputError("receiver", "That is you.")
    return found[0]


def _comes_back() -> ColumnElement[bool]:
    """Leaves out who closed their account, and can never find the draft."""
    log_ins = (exists().where(Identity.user_id == User.id), exists().where(JoinedChat.user_id == User.id))
    return or_(User.email.is_not(None), *log_ins)


def _cannot() -> InvalidInputError:
    return InvalidInputError(
        "receiver",
        "Nobody of this name can take this draft now. Look how the name is written, or give the address of a profile.",
    )


def hand_on(session: Session, draft_id: int, giver: User, receiver: User, *, now: datetime) -> Draft:
    """Makes it the receiver's, whose own drafts are left alone. Raises NotFoundError, InvalidInputError."""
    draft = own_draft(session, draft_id, giver)
    article = session.get_one(Article, draft.article_id)
    if draft.form != NEW_REPLY or article.status != Status.NORMAL:
        raise InvalidInputError("receiver", "This draft cannot be handed on.")
    given = select(func.count()).select_from(Draft).where(Draft.given_by_id == giver.id)
    if (session.scalar(given) or 0) >= MOST_GIVEN:
        raise InvalidInputError(
            "receiver", "Others have %(limit)d drafts of yours. Wait until some of them are done.", limit=MOST_GIVEN
        )
    if receiver.blocked_at is not None:
        raise _cannot()
    try:
        with session.begin_nested():
            draft.user_id, draft.given_by_id = receiver.id, giver.id
            draft.given_at = draft.updated_at = now
            draft.form_key = new_form_key()  # the old one may be in a form that is still open
            draft.version += 1
    except IntegrityError:  # they write there themselves
        raise _cannot() from None
    return draft


def own_draft(session: Session, draft_id: int, user: User) -> Draft:
    """Locks a draft of this person. Raises NotFoundError."""
    query = select(Draft).where(Draft.id == draft_id, Draft.user_id == user.id).with_for_update()
    draft = session.scalar(query.execution_options(populate_existing=True))
    if draft is None:
        raise NotFoundError(f"no draft {draft_id}")
    return draft


def giver_of(session: Session, draft: Draft) -> User:
    """Finds who handed it on. Raises InvalidInputError when nobody did, or they can no longer take it."""
    giver = session.get(User, draft.given_by_id) if draft.given_by_id else None
    if giver is None or session.scalar(select(User.id).where(User.id == giver.id, _comes_back())) is None:
        raise _cannot()
    return giver
