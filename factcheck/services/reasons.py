"""Votes on the reasons that people give with a request: one a person, changeable, never on one's own."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.models import ReplyRequest, ReplyRequestFeedback, Status, User

SCORES = (1, 0, -1)


def vote_reason(session: Session, request_id: int, user: User, score: int, *, now: datetime) -> ReplyRequest:
    """Records or changes a vote. Raises NotFoundError, InvalidInputError, ForbiddenError (one's own)."""
    if score not in SCORES:
        raise InvalidInputError("score", "Choose helpful or not helpful.")
    request = session.get(ReplyRequest, request_id, with_for_update={"key_share": True}, populate_existing=True)
    if request is None or request.status != Status.NORMAL or request.article.status != Status.NORMAL:
        raise NotFoundError(f"no request {request_id}")
    if request.user_id == user.id:
        raise ForbiddenError("You cannot rate your own request.")
    vote = ReplyRequestFeedback
    row = insert(session, vote).values(reply_request_id=request_id, user_id=user.id, score=score, updated_at=now)
    again = {"score": score, "updated_at": now}
    session.execute(row.on_conflict_do_update(index_elements=["reply_request_id", "user_id"], set_=again))
    query = select(vote.score, func.count()).where(vote.reply_request_id == request_id).group_by(vote.score)
    counts: dict[int, int] = dict(session.execute(query).all())
    request.positive_feedback_count, request.negative_feedback_count = counts.get(1, 0), counts.get(-1, 0)
    return request
