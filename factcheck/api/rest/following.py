"""What copies of the data follow: changes with tombstones, and reviews as schema.org's data feed."""

from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import joinedload

from factcheck.api.rest import models
from factcheck.api.rest.reading import Reader, in_order, page_of
from factcheck.api.rest.routes import Api, Route
from factcheck.claim_review import claim_review, is_review
from factcheck.db.base import time_key
from factcheck.db.session import read_only
from factcheck.models import ELSEWHERE, Article, ArticleReply, GoneArticle, Status
from factcheck.wording import verdict_word

FEED_TYPE = "application/ld+json"


def changes(api: Api, asked: models.ChangesAsked) -> models.Changes:
    """Gives messages by their last change. Changes get their numbers some seconds later, one after the other, so that
    whoever reads on never misses one that was under way."""
    query = select(Article).where(Article.change_number > asked.after, Article.app_id != ELSEWHERE)
    lost = select(GoneArticle).where(GoneArticle.change_number > asked.after)
    with read_only(api.factory) as session:
        rows = list(session.scalars(query.order_by(Article.change_number).limit(asked.limit + 1)))
        gone = list(session.scalars(lost.order_by(GoneArticle.change_number).limit(asked.limit + 1)))
        shown = Reader(session, api.base_url).articles(rows)
    items = [
        models.ChangedArticle(
            number=row.change_number or 0,
            id=row.id,
            deleted=row.status != Status.NORMAL,
            article=one if row.status == Status.NORMAL else None,
        )
        for row, one in zip(rows, shown, strict=True)
    ]
    items += [
        models.ChangedArticle(number=row.change_number or 0, id=row.article_id, deleted=True, article=None)
        for row in gone
    ]
    items.sort(key=lambda one: one.number)
    kept = items[: asked.limit]
    return models.Changes(items=kept, last=kept[-1].number if kept else asked.after, more=len(items) > asked.limit)


def claim_reviews(api: Api, asked: models.Paged) -> dict[str, Any]:
    link = ArticleReply
    keys = in_order(time_key(link.created_at), link.article_id, "newest")
    keys.append(in_order(link.reply_id, link.reply_id, "newest")[0])
    here = exists().where(and_(Article.id == link.article_id, Article.status == Status.NORMAL))
    query = select(link).where(link.status == Status.NORMAL, link.app_id != ELSEWHERE, here)
    query = query.options(joinedload(link.reply), joinedload(link.article))
    with read_only(api.factory) as session:
        items, following = page_of(session, query, keys, asked, lambda rows: [_item(api, row) for row in rows])
    reviews = [one for one in items if one]
    feed = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": "Factline",
        "license": "https://creativecommons.org/licenses/by-sa/4.0/",
        "dataFeedElement": reviews,
    }
    return {**feed, "next": following} if following else feed


def _item(api: Api, link: ArticleReply) -> dict[str, Any] | None:
    if not is_review(link):
        return None
    review = claim_review(
        link,
        link.article,
        verdict=verdict_word(str, link.reply.type),
        author="",
        site=api.base_url,
        reply_url=f"{api.base_url}/reply/{link.reply_id}",
        article_url=f"{api.base_url}/article/{link.article_id}",
    )
    dates = {"dateCreated": link.created_at, "dateModified": link.reply.edited_at or link.updated_at}
    dated = {name: moment.isoformat() for name, moment in dates.items() if moment}
    return {"@type": "DataFeedItem", **dated, "item": review}


ROUTES = (
    Route("/changes", changes, "Changes in their order, with tombstones", models.Changes, models.ChangesAsked),
    Route(
        "/claim-reviews",
        claim_reviews,
        "Replies with references as a DataFeed of schema.org's ClaimReview",
        None,
        models.Paged,
        media_type=FEED_TYPE,
    ),
)
