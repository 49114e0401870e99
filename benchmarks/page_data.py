"""A database in which pages are measured: a real dataset, and made articles with all that belongs to them beside it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from benchmarks.articles import CACHE
from benchmarks.scale_data import Article as MadeArticle
from benchmarks.scale_data import Articles
from factcheck import ids
from factcheck.clock import utc_now
from factcheck.dataset.importer import import_dataset
from factcheck.db.session import SessionFactory, open_database, transaction
from factcheck.models import (
    LINE_BOT,
    WEBSITE,
    Article,
    ArticleCategory,
    ArticleHyperlink,
    ArticleReply,
    ArticleReplyFeedback,
    Category,
    Cooccurrence,
    CooccurrenceArticle,
    Reply,
    ReplyHyperlink,
    ReplyRequest,
    ReplyType,
    SimilarArticle,
    User,
)
from factcheck.ports import SearchDocument
from factcheck.services.clusters import VERDICT_BITS
from factcheck.services.cooccurrences import SEPARATOR
from factcheck.services.sorting import sort_all
from factcheck.settings import Settings
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.factory import build_local_embedder, build_search

SEED = 13
PEOPLE = 1_000
ANSWERED, LINKS, BATCH = 0.6, 4, 2_000
"""Six of ten articles have a reply, and article and reply together four links."""
KINDS = (*[ReplyType.RUMOR] * 5, *[ReplyType.NOT_RUMOR] * 2, *[ReplyType.OPINIONATED] * 2, ReplyType.NOT_ARTICLE)
DAYS = 13
"""Made articles were asked about in the days before, so that none is stuck or set aside."""

Rows = dict[type, list[dict[str, Any]]]


def fill(settings: Settings, dataset: Path, messages: Path, made: int) -> None:
    """Fills an empty, migrated database and builds the index. The worker has nothing left to compare."""
    factory = open_database(settings)
    import_dataset(factory, dataset, progress=False)
    embedder = CachedEmbedder(build_local_embedder(settings), CACHE)
    articles = Articles(messages, embedder)
    real = [ids.article_id(one) for one in articles.texts]
    rng, search = random.Random(SEED), build_search(settings, factory)
    with transaction(factory) as session:
        session.execute(update(Article).values(cluster_checked=True, similar_checked=True))
        replies = list(session.scalars(select(Reply.text).order_by(Reply.id).limit(5_000)))
        topics = list(session.scalars(select(Category.id).order_by(Category.id)))
        there = set(session.scalars(select(Article.id)))
        add_people(session)
    build = search.rebuild()
    for batch in batches(articles.first(len(articles.sources) + made)):
        rows, documents = made_rows(batch, real, there, replies, topics, rng)
        with transaction(factory, durable=False) as session:
            for model, found in rows.items():
                session.execute(insert(model), found)
        build.index(documents)
    build.finish()
    build.switch()
    settle(factory)


def add_people(session: Session) -> None:
    people = [
        {"id": f"person{n}", "app_id": LINE_BOT if n % 2 else WEBSITE, "name": f"writer{n}", "published_id": f"p{n}"}
        for n in range(PEOPLE)
    ]
    session.execute(insert(User), people)


def settle(factory: SessionFactory) -> None:
    sort_all(factory, now=utc_now())
    with transaction(factory) as session:
        session.execute(text("ANALYZE"))


def batches(articles: Iterator[MadeArticle]) -> Iterator[list[MadeArticle]]:
    while batch := list(islice(articles, BATCH)):
        yield batch


def made_rows(
    batch: Sequence[MadeArticle],
    real: Sequence[str],
    there: set[str],
    replies: Sequence[str],
    topics: Sequence[str],
    rng: random.Random,
) -> tuple[Rows, list[SearchDocument]]:
    """Makes the rows of the made articles, and what the index has of all of them. `real`: the ids of the messages that
    they are copies of, of which those in `there` are in the database."""
    rows: Rows = {model: [] for model in _ORDER}
    documents = []
    for article in batch:
        is_real = article.number < len(real)
        if is_real and real[article.number] not in there:
            continue
        key = real[article.number] if is_real else f"made{article.number}"
        words = ""
        if not is_real:
            origin = real[article.origin]
            words = _add(rows, key, origin if origin in there else "", article, replies, topics, rng)
        documents.append(replace(article.document, article_id=key, replies=words))
    return {model: found for model, found in rows.items() if found}, documents


_ORDER = (
    *(Article, Reply, ArticleReply, ArticleReplyFeedback, ReplyRequest, ArticleCategory, SimilarArticle),
    *(ArticleHyperlink, ReplyHyperlink, Cooccurrence, CooccurrenceArticle),
)


def _add(
    rows: Rows,
    key: str,
    origin: str,
    article: MadeArticle,
    replies: Sequence[str],
    topics: Sequence[str],
    rng: random.Random,
) -> str:
    """Adds a made article and what belongs to it; returns the text of its reply, if it has one."""
    asked = utc_now() - timedelta(days=rng.uniform(0, DAYS))
    person = f"person{rng.randrange(PEOPLE)}"
    by = {"user_id": person, "app_id": LINE_BOT, "created_at": asked}
    kind = rng.choice(KINDS) if rng.random() < ANSWERED else None
    ups = rng.randrange(5) if kind else 0
    counted = {"normal_article_reply_count": int(bool(kind)), "cluster_helpful": int(ups > 0), "cluster_votes": ups}
    verdicts = VERDICT_BITS[kind] if kind else 0
    checked = {"cluster_checked": True, "similar_checked": True, "cluster_verdicts": verdicts, "references": ["LINE"]}
    text_of = {"text": article.document.text, "fingerprint": article.document.fingerprint, "reply_request_count": 1}
    rows[Article].append({"id": key, "last_requested_at": asked, **text_of, **by, **counted, **checked})
    asking = {"article_id": key, "user_id": person, "reason": "是真的嗎？" if rng.random() < 0.2 else ""}
    rows[ReplyRequest].append({**asking, "created_at": asked, "updated_at": asked})
    topic = {"category_id": rng.choice(topics), "ai_model": "made", "app_id": LINE_BOT, "created_at": asked}
    rows[ArticleCategory].append({"article_id": key, **topic})
    if origin:
        pairs = ((key, origin), (origin, key))
        rows[SimilarArticle] += [{"article_id": a, "other_id": b, "probability": 0.9} for a, b in pairs]
    links = [f"https://site{rng.randrange(500)}.example/{key}/{n}" for n in range(LINKS)]
    own = links if kind is None else links[: LINKS // 2]
    rows[ArticleHyperlink] += [{"article_id": key, "url": url, "normalized_url": url} for url in own]
    together = [row["id"] for row in rows[Article][-2:]]
    if len(together) == 2:
        sent = {"user_id": person, "article_ids": SEPARATOR.join(together), "created_at": asked, "updated_at": asked}
        rows[Cooccurrence].append({"id": article.number, **sent})
        rows[CooccurrenceArticle] += [{"article_id": one, "cooccurrence_id": article.number} for one in together]
    return _reply(rows, key, kind, ups, by, links[len(own) :], rng.choice(replies)) if kind else ""


def _reply(rows: Rows, key: str, kind: str, ups: int, by: dict[str, Any], links: Sequence[str], said: str) -> str:
    reply_id, reference = f"r{key}", "\n".join(links)
    rows[Reply].append({"id": reply_id, "type": kind, "text": said, "reference": reference, **by})
    rows[ArticleReply].append({"article_id": key, "reply_id": reply_id, "positive_feedback_count": ups, **by})
    rows[ArticleReplyFeedback] += [
        {
            "article_id": key,
            "reply_id": reply_id,
            "user_id": f"person{n}",
            "score": 1,
            "comment": "清楚" if n == 0 else "",
        }
        for n in range(ups)
    ]
    rows[ReplyHyperlink] += [{"reply_id": reply_id, "url": url, "normalized_url": url} for url in links]
    return f"{said}\n{reference}"
