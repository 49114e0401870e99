"""Counts whom replies reached in chats."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from factcheck.models import Article, ArticleReply, ArticleView, Notice, NoticeKind


@dataclass
class Reach:
    """People, each once: `told` by a notice that there is this reply, and who have `seen` it when they asked."""

    told: int = 0
    seen: int = 0


def reach_of(session: Session, reply_ids: Collection[str]) -> Mapping[str, Reach]:
    """Counts for each reply, at all messages that it is attached to and their copies."""
    clusters = select(Article.cluster_id).join(ArticleReply).where(ArticleReply.reply_id.in_(reply_ids))
    places = select(Article.id).where(Article.cluster_id.in_(clusters))
    found: dict[str, Reach] = defaultdict(Reach)
    if not reply_ids:
        return found
    told = select(Notice.shown_reply_id, func.count(distinct(Notice.user_id))).where(
        Notice.article_id.in_(places), Notice.shown_reply_id.in_(reply_ids), Notice.kind == NoticeKind.REPLY
    )
    for reply_id, number in session.execute(told.group_by(Notice.shown_reply_id)):
        found[reply_id].told = number
    seen = select(ArticleView.reply_id, func.count(distinct(ArticleView.user_id))).where(
        ArticleView.article_id.in_(places), ArticleView.reply_id.in_(reply_ids)
    )
    for reply_id, number in session.execute(seen.group_by(ArticleView.reply_id)):
        found[reply_id].seen = number
    return found
