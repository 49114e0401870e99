"""Searching, comparing a message, and Google's claim search."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from factcheck.api.quotas import Quotas
from factcheck.api.rest import models
from factcheck.api.rest.problems import ApiError
from factcheck.api.rest.reading import Reader
from factcheck.api.rest.routes import Api, Route
from factcheck.db.session import read_only
from factcheck.errors import EmbedderUnavailableError, IndexMismatchError, InvalidInputError, SearchUnavailableError
from factcheck.graphemes import excerpt
from factcheck.matching.decide.decision import Decision
from factcheck.matching.text.length import says_little
from factcheck.matching.text.normalise import extract_urls, normalise
from factcheck.models import Article, Status
from factcheck.ports import Part
from factcheck.services import asked_files
from factcheck.services.lookup import compare
from factcheck.services.matching import only_shown
from factcheck.services.searching import propose
from factcheck.wording import verdict_word

AWAY = (SearchUnavailableError, IndexMismatchError, EmbedderUnavailableError)
MOST_CLAIMS = 1_000
"""Messages that a claim search looks at."""
CLAIMS_AT_ONCE = 50
DAY = timedelta(days=1)


def search(api: Api, asked: models.SearchAsked) -> models.Found:
    part = Part.MESSAGE if asked.within == "messages" else Part.REPLIES
    found = propose(api.search, api.embedder, asked.q, part, with_near=True)
    ids = list(dict.fromkeys([*found.words.article_ids, *found.near]))
    with read_only(api.factory) as session:
        shown = _shown(session, ids)
        rows = _loaded(session, shown[asked.offset : asked.offset + asked.limit])
        items = Reader(session, api.base_url).articles(rows)
    return models.Found(total=len(shown), items=items, fallback=found.fallback)


def match(api: Api, asked: models.MatchAsked) -> models.Match:
    text = asked.text.strip()
    if not text or (says_little(normalise(text)) and not extract_urls(text)):
        raise ApiError(422, "That is too short to be compared.", [("text", "Send the whole message.")])
    return _compared(api, lambda: compare(api.factory, api.search, api.embedder, text)[0])


def match_picture(api: Api, sent: FileStorage) -> models.Match:
    """Compares a picture, by what is to be seen and to be read in it, as the pages do."""
    try:
        facts = asked_files.look_at(api.media, sent.save)
        decide = partial(asked_files.decision_on, api.factory, api.search, api.embedder, api.media, facts)
        return _compared(api, decide)
    except InvalidInputError as error:
        raise ApiError(422, "The picture cannot be compared.", [(error.field, error.reason)]) from None


def _compared(api: Api, look: Callable[[], Decision]) -> models.Match:
    try:
        decision = look()
    except AWAY:
        raise ApiError(503, "Messages cannot be compared at the moment. Nothing was kept; send it again.") from None
    with read_only(api.factory) as session:
        ids = [one.article_id for one in (*decision.candidates, *decision.perhaps)]
        rows = {row.id: row for row in _loaded(session, ids)}
        shown = only_shown(decision, rows.keys())
        articles = Reader(session, api.base_url).articles([rows[one] for one in ids if one in rows])
    return _matched(shown, {one.id: one for one in articles})


def _matched(decision: Decision, articles: dict[str, models.Article]) -> models.Match:
    differs = decision.difference.changes if decision.difference else ()
    candidates = [
        models.Candidate(
            probability=round(one.probability, 4),
            standing=one.standing.value,
            article=articles[one.article_id],
        )
        for one in (*decision.candidates, *decision.perhaps)
    ]
    changes = [models.Change(kind=one.kind, yours=one.yours, theirs=one.theirs) for one in differs]
    return models.Match(outcome=decision.outcome.value, changes=changes, candidates=candidates)


def claims_search(api: Api, asked: models.ClaimsAsked) -> models.GoogleClaims:
    """Answers as Google's Fact Check Tools do; only messages with a reply are claims with a review."""
    if asked.page_token and not asked.page_token.isdecimal():
        raise ApiError(422, "Some values cannot be used.", [("pageToken", "It is none of this list.")])
    start = min(int(asked.page_token or asked.offset), MOST_CLAIMS)
    end = start + asked.page_size
    ids = _claim_ids(api, asked.query)[:MOST_CLAIMS]
    with read_only(api.factory) as session:
        claims = list(islice(_claims(session, api, asked, ids), start, end + 1))
    following = str(end) if len(claims) > asked.page_size else ""
    return models.GoogleClaims(claims=claims[: asked.page_size], next_page_token=following)


def _claims(session: Session, api: Api, asked: models.ClaimsAsked, ids: Sequence[str]) -> Iterator[models.GoogleClaim]:
    """Gives claims with the reviews that are asked for; no more are loaded than are wanted, and some."""
    site = urlsplit(api.base_url).hostname or ""
    wanted_site = asked.review_publisher_site_filter.lower().removeprefix("www.")
    since = None if asked.max_age_days is None else api.clock() - DAY * asked.max_age_days
    for at in range(0, len(ids), CLAIMS_AT_ONCE):
        rows = [row for row in _loaded(session, ids[at : at + CLAIMS_AT_ONCE]) if _is_asked(row, asked)]
        for one in Reader(session, api.base_url).articles(rows):
            claim = _claim(one, site)
            is_of_site = not wanted_site or any(review.publisher.site == wanted_site for review in claim.claim_review)
            if claim.claim_review and is_of_site and (since is None or _is_young(claim, since)):
                yield claim


def _claim_ids(api: Api, query: str) -> list[str]:
    if query.strip():
        found = propose(api.search, api.embedder, query, Part.MESSAGE, with_near=True)
        return list(dict.fromkeys([*found.words.article_ids, *found.near]))
    newest = select(Article.id).where(Article.status == Status.NORMAL, Article.normal_article_reply_count > 0)
    with read_only(api.factory) as session:
        return list(session.scalars(newest.order_by(Article.created_at.desc(), Article.id).limit(MOST_CLAIMS)))


def _is_asked(row: Article, asked: models.ClaimsAsked) -> bool:
    language = asked.language_code
    spoken = (row.language or "").partition("-")[0]
    return row.normal_article_reply_count > 0 and (language is None or spoken == language.partition("-")[0].lower())


def _is_young(claim: models.GoogleClaim, since: datetime) -> bool:
    return any(review.review_date and review.review_date >= since for review in claim.claim_review)


def _claim(article: models.Article, site: str) -> models.GoogleClaim:
    reviews = [
        models.GoogleReview(
            publisher=_publisher(link.reply, site),
            url=link.reply.checked_by.url if link.reply.checked_by else link.reply.url,
            title=excerpt(link.reply.text.replace("\n", " "), 100, 1),
            review_date=link.reply.edited_at or link.created_at,
            textual_rating=verdict_word(str, link.reply.type),
            language_code=article.language,
        )
        for link in article.replies
        if link.reply.type != "NOT_ARTICLE"
    ]
    return models.GoogleClaim(text=excerpt(article.text, 300, 6), claim_date=article.created_at, claim_review=reviews)


def _publisher(reply: models.Reply, site: str) -> models.Publisher:
    if reply.checked_by is None:
        return models.Publisher(name="Factline", site=site)
    host = (urlsplit(reply.checked_by.url).hostname or "").removeprefix("www.")
    return models.Publisher(name=reply.checked_by.publisher, site=host)


def _shown(session: Session, ids: Sequence[str]) -> list[str]:
    shown = set(session.scalars(select(Article.id).where(Article.id.in_(ids), Article.status == Status.NORMAL)))
    return [one for one in ids if one in shown]


def _loaded(session: Session, ids: Sequence[str]) -> list[Article]:
    """Loads those that are shown, in the given order."""
    rows = session.scalars(select(Article).where(Article.id.in_(ids), Article.status == Status.NORMAL))
    found = {row.id: row for row in rows}
    return [found[one] for one in ids if one in found]


ROUTES = (
    Route(
        "/search",
        search,
        "Messages, or messages by their replies, that contain words",
        models.Found,
        models.SearchAsked,
        quota=Quotas.take_search,
    ),
    Route(
        "/match",
        match,
        "What the chat would make of a message",
        models.Match,
        body=models.MatchAsked,
        on_picture=match_picture,
        quota=Quotas.take_match,
        errors=(413, 415, 503),
    ),
    Route(
        "/claims:search",
        claims_search,
        "Claims and their reviews, in the form of Google's Fact Check Tools",
        models.GoogleClaims,
        models.ClaimsAsked,
        quota=Quotas.take_search,
    ),
)
