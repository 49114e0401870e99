"""Drafts of replies and reasons: kept on the server for their writer alone, so that they survive another device."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.errors import InvalidInputError, StaleError
from factcheck.limits import MAX_DRAFT_LENGTH
from factcheck.models import Article, Draft, User
from factcheck.services.replies import ReplyDraft

NEW_REPLY, EDIT, REASON = "reply", "edit:", "reason"
WRITING = timedelta(hours=1)
"""Whoever saved a draft within this time counts as writing."""


@dataclass(frozen=True)
class DraftKey:
    """A person, an article and a form: NEW_REPLY, EDIT and the id of the reply, or REASON (why one asks)."""

    user_id: str
    article_id: str
    form: str


def find_draft(session: Session, key: DraftKey) -> Draft | None:
    return session.scalar(select(Draft).where(*_at(key)))


def drafts_at(session: Session, user_id: str, article_id: str) -> dict[str, Draft]:
    """Maps forms to drafts."""
    query = select(Draft).where(Draft.user_id == user_id, Draft.article_id == article_id)
    return {draft.form: draft for draft in session.scalars(query)}


def _at(key: DraftKey) -> tuple[ColumnElement[bool], ...]:
    return (Draft.user_id == key.user_id, Draft.article_id == key.article_id, Draft.form == key.form)


def save_draft(session: Session, key: DraftKey, content: ReplyDraft, *, seen_version: int, now: datetime) -> Draft:
    """Saves what was typed into a form opened at this version (0: there was no draft). Raises StaleError when another
    device has saved something else since, InvalidInputError for what is far too long."""
    for field, value in (("text", content.text), ("reference", content.reference)):
        if len(value) > MAX_DRAFT_LENGTH:
            raise InvalidInputError(field, "Please use at most %(limit)d characters.", limit=MAX_DRAFT_LENGTH)
    draft = _locked(session, key, now)
    if is_same(draft, content):
        return draft
    if draft.version not in (0, seen_version):
        raise StaleError
    draft.type, draft.text, draft.reference = content.type, content.text, content.reference
    draft.form_key = content.form_key
    draft.version = max(draft.version, seen_version) + 1
    draft.updated_at = now
    return draft


def _locked(session: Session, key: DraftKey, now: datetime) -> Draft:
    """Locks the row, which two devices may be about to make."""
    empty = {
        "type": "",
        "text": "",
        "reference": "",
        "form_key": "",
        "version": 0,
        "created_at": now,
        "updated_at": now,
    }
    names = {"user_id": key.user_id, "article_id": key.article_id, "form": key.form}
    session.execute(insert(session, Draft).values({**names, **empty}).on_conflict_do_nothing())
    query = select(Draft).where(*_at(key)).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def is_same(draft: Draft, content: ReplyDraft) -> bool:
    return (draft.type, draft.text, draft.reference) == (content.type, content.text, content.reference)


def finish_draft(session: Session, key: DraftKey, published: ReplyDraft, *, seen_version: int) -> None:
    """Deletes the published draft. What another device saved since the form was opened stays."""
    draft = find_draft(session, key)
    if draft is not None and (draft.version == seen_version or is_same(draft, published)):
        session.delete(draft)


def discard_draft(session: Session, key: DraftKey) -> None:
    session.execute(delete(Draft).where(*_at(key)))


def drafts_of(session: Session, user_id: str) -> list[tuple[Draft, Article]]:
    """Lists the newest first, also those at messages no longer shown."""
    query = select(Draft, Article).join(Article, Article.id == Draft.article_id).where(Draft.user_id == user_id)
    return [(draft, article) for draft, article in session.execute(query.order_by(Draft.updated_at.desc()))]


def givers_of(session: Session, drafts: Iterable[Draft]) -> dict[int, str]:
    """Maps drafts that somebody handed on to the name of who did."""
    given = {draft.id: draft.given_by_id for draft in drafts if draft.given_by_id}
    if not given:
        return {}
    names = dict(session.execute(select(User.id, User.name).where(User.id.in_(given.values()))).all())
    return {draft_id: names[giver_id] for draft_id, giver_id in given.items() if giver_id in names}


def others_writing(session: Session, article_id: str, user_id: str, *, now: datetime) -> int:
    """Counts the others with a fresh draft of a new reply; who they are is theirs to say."""
    query = select(func.count()).select_from(Draft)
    fresh = (Draft.article_id == article_id, Draft.form == NEW_REPLY, Draft.updated_at > now - WRITING)
    return session.scalar(query.where(*fresh, Draft.user_id != user_id)) or 0
