"""Keyed digests of what was taken away for good: they know it again and tell nobody what it was."""

import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.errors import ForbiddenError
from factcheck.matching.text.normalise import fingerprint
from factcheck.models import RemovedContent


def digest_of(secret_key: str, text: str) -> str:
    """The same for texts that differ in signs, spaces and width alone."""
    what = f"removed text: {fingerprint(text) or text.strip()}"
    return hmac.new(secret_key.encode(), what.encode(), "sha256").hexdigest()[:40]


def digest_of_id(secret_key: str, name: str) -> str:
    """Makes that of an id, by which an import would bring it back."""
    return hmac.new(secret_key.encode(), f"removed id: {name}".encode(), "sha256").hexdigest()[:40]


def list_removed(session: Session, digests: list[str], *, now: datetime) -> None:
    for digest in dict.fromkeys(digests):
        if session.get(RemovedContent, digest) is None:
            session.add(RemovedContent(digest=digest, removed_at=now))
    session.flush()


def refuse_removed(session: Session, text: str, secret_key: str) -> None:
    """Raises ForbiddenError for words that were removed for good."""
    if text.strip() and any_removed(session, [digest_of(secret_key, text)]):
        raise ForbiddenError("These words were removed for good, and are not published again.")


def any_removed(session: Session, digests: list[str]) -> bool:
    found = select(RemovedContent.digest).where(RemovedContent.digest.in_(digests))
    return session.scalar(found.limit(1)) is not None
