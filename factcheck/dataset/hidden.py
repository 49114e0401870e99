"""An import brings back nothing that moderation hid or removed here."""

from collections.abc import Sequence

from sqlalchemy import or_, select, update

from factcheck.dataset.data_file import DataFile
from factcheck.dataset.record import Draft
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import ArticleReply, ArticleReplyFeedback, RemovedContent, Reply, ReplyRequest, Status, User
from factcheck.services.removed import digest_of, digest_of_id

REMOVED = "removed here for good"
"""The reason for leaving out such a row."""

KINDS = {"articles": "article", "replies": "reply"}


class Removed:
    """The digests of what may not be here again."""

    def __init__(self, factory: SessionFactory, secret_key: str) -> None:
        self._secret_key = secret_key
        with read_only(factory) as session:
            self._digests = frozenset(session.scalars(select(RemovedContent.digest)) if secret_key else ())

    def without(self, file: DataFile, drafts: Sequence[Draft]) -> list[Draft]:
        """Takes out what is listed. To make digests of every text costs nothing as long as the list is empty."""
        kind = KINDS.get(file.name)
        if kind is None or not self._digests:
            return list(drafts)
        return [draft for draft in drafts if not self._is_listed(kind, draft)]

    def _is_listed(self, kind: str, draft: Draft) -> bool:
        by_id = digest_of_id(self._secret_key, f"{kind}:{draft.values['id']}")
        return by_id in self._digests or digest_of(self._secret_key, draft.values["text"]) in self._digests


def keep_hidden(factory: SessionFactory) -> None:
    """Hides links that came for replies blocked here, and all that came from people who are."""
    people = select(User.id).where(User.blocked_at.is_not(None))
    replies = select(Reply.id).where(or_(Reply.blocked_at.is_not(None), Reply.user_id.in_(people)))
    with transaction(factory) as session:
        for model, which in (
            (ArticleReply, or_(ArticleReply.reply_id.in_(replies), ArticleReply.user_id.in_(people))),
            (ReplyRequest, ReplyRequest.user_id.in_(people)),
            (ArticleReplyFeedback, ArticleReplyFeedback.user_id.in_(people)),
        ):
            shown = update(model).where(model.status == Status.NORMAL, which).values(status=Status.BLOCKED)
            session.execute(shown.execution_options(synchronize_session=False))
