"""Replies that may already say what somebody is writing."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from factcheck.errors import NotFoundError
from factcheck.models import Article, ArticleReply, Reply, Status
from factcheck.services.articles import load_articles
from factcheck.services.cooccurrences import sent_with
from factcheck.services.replies import replies_for
from factcheck.services.similar import similar_to

NEAR = 90.0
"""Of a hundred parts of two texts, how many must be the same."""

OWN_REPLIES = 100
"""A person's newest ones, which they may be about to write again."""


@dataclass(frozen=True)
class Nearby:
    """Messages whose replies may fit an article, loaded with them: those like it, and those sent together with it."""

    similar: list[Article]
    together: list[Article]


def nearby(session: Session, article_id: str) -> tuple[Article, Nearby]:
    """Loads a shown article, with its replies, and what is near it. Raises NotFoundError."""
    alike, together = similar_to(session, article_id), sent_with(session, article_id)
    loaded = {other.id: other for other in load_articles(session, [article_id, *alike, *together])}
    if article_id not in loaded:
        raise NotFoundError(f"no article {article_id!r}")
    article = loaded[article_id]
    similar = [loaded[one] for one in alike if one in loaded]
    known = {article.cluster_id, *(other.cluster_id for other in similar)}
    sent = [loaded[one] for one in together if one in loaded and loaded[one].cluster_id not in known]
    return article, Nearby(similar, sent)


def near_identical(session: Session, article: Article, text: str, user_id: str) -> list[ArticleReply]:
    """Lists replies with nearly this text: of the article, of messages near it, and the person's own. The likest comes
    first."""
    _, around = nearby(session, article.id)
    links = [link for each in (article, *around.similar, *around.together) for link in replies_for(each)]
    wanted = _plain(text)
    scored = {
        link.reply_id: (score, link)
        for link in (*_own(session, user_id), *links)
        if (score := fuzz.ratio(wanted, _plain(link.reply.text), score_cutoff=NEAR))
    }
    return [link for _, link in sorted(scored.values(), key=lambda pair: (-pair[0], pair[1].reply_id))]


def _own(session: Session, user_id: str) -> Iterable[ArticleReply]:
    query = (
        select(ArticleReply)
        .join(Reply)
        .join(Article)
        .where(Reply.user_id == user_id, ArticleReply.status == Status.NORMAL, Article.status == Status.NORMAL)
        .options(joinedload(ArticleReply.reply))
    )
    return session.scalars(query.order_by(ArticleReply.created_at.desc()).limit(OWN_REPLIES))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
