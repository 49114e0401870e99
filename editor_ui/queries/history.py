"""What happened to an article, from the rows that are there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from editor_ui.queries.replies import NOBODY, Writers
from factcheck.models import Article, ArticleReply, ReplyRevision, Status


class Happened(StrEnum):
    REPORTED = "REPORTED"
    ASKED = "ASKED"
    """The last time somebody asked."""
    ADDED = "ADDED"
    CHANGED = "CHANGED"
    TAKEN_BACK = "TAKEN_BACK"
    HIDDEN = "HIDDEN"


@dataclass(frozen=True)
class Happening:
    what: Happened
    at: datetime | None
    link: ArticleReply | None = None
    who: str = ""
    number: int = 0
    """The version of the reply that came of a change."""


def history_of(session: Session, article: Article, writers: Writers) -> list[Happening]:
    """Lists it from the beginning, for the article without its copies, and without texts taken back. `writers`: of all
    replies of the cluster."""
    links = [link for link in article.cluster_replies if link.article_id == article.id]
    found = [Happening(Happened.REPORTED, article.created_at)]
    if article.last_requested_at and article.last_requested_at != article.created_at:
        found.append(Happening(Happened.ASKED, article.last_requested_at, number=article.reply_request_count))
    for link in links:
        found += _of_link(link, writers)
    changed = {link.reply_id: link for link in links if link.reply.version > 1}
    of_these = select(ReplyRevision).where(ReplyRevision.reply_id.in_(changed))
    for revision in session.scalars(of_these) if changed else ():
        link = changed[revision.reply_id]
        if link.status == Status.NORMAL:
            who = writers.get(link.reply.user_id or "", NOBODY).name
            found.append(Happening(Happened.CHANGED, revision.replaced_at, link, who, revision.number + 1))
    return sorted(found, key=lambda one: (one.at is not None, one.at.timestamp() if one.at else 0.0))


def _of_link(link: ArticleReply, writers: Writers) -> Iterator[Happening]:
    is_hidden = link.status == Status.BLOCKED  # and a name may be an advertisement, too
    who = "" if is_hidden else writers.get(link.user_id or "", NOBODY).name
    yield Happening(Happened.ADDED, link.created_at, link, who)
    if link.status == Status.DELETED:
        yield Happening(Happened.TAKEN_BACK, link.updated_at, None, who)
    elif is_hidden:
        yield Happening(Happened.HIDDEN, link.updated_at)
