"""Publishing pictures, films and sounds, but for what was removed for good."""

from datetime import datetime

from sqlalchemy.orm import Session

from factcheck.errors import NotFoundError
from factcheck.matching.decide.pictures import bits_between
from factcheck.matching.decide.thresholds import LIKE_REMOVED, SAME_AS_REMOVED
from factcheck.models import Article, MediaFile, ModerationKind, Reason, ReportSource, TargetKind, User
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.signals import Signal
from factcheck.moderation.targets import Target
from factcheck.services.clusters import lock_membership
from factcheck.services.media_articles import find_by_file, submit_file
from factcheck.services.removed import hashes_of, removed_pictures

HELD = Decision(ModerationKind.HOLD, Reason.ILLEGAL, Signal.REMOVED)


def publish_file(
    session: Session, file_id: str, user: User, *, now: datetime, channel: str = "LINE", secret_key: str = ""
) -> Article:
    """Publishes a file as `submit_file` does, whose errors it raises. A copy of what was removed for good is refused
    with NotFoundError; what only looks like that comes back BLOCKED, and is published once a reviewer says so."""
    file = session.get(MediaFile, file_id)
    if file is None or find_by_file(session, file_id) is not None:  # what is shown, a person may have put back
        return submit_file(session, file_id, user, now=now, channel=channel, secret_key=secret_key)
    bits = bits_between(hashes_of(file), removed_pictures(session))
    if bits <= SAME_AS_REMOVED:
        raise NotFoundError("this file may not be shown")
    is_held = bits <= LIKE_REMOVED
    if is_held:
        lock_membership(session)  # as whoever decides does, before any row
    article = submit_file(session, file_id, user, now=now, channel=channel, secret_key=secret_key)
    if is_held:
        decide(session, Target(TargetKind.ARTICLE, article.id), HELD, None, now=now, source=ReportSource.SIGNAL)
    return article
