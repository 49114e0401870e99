"""Searching the messages and their replies. All that contain the words are found, counted and paged: the index names
them, and the database says which of them are shown and meet the filters. Meaning only adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ARRAY, JSON, FromClause, Select, String, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from factcheck.db.aliases import shared_alias
from factcheck.db.insert import insert
from factcheck.errors import IndexMismatchError, SearchUnavailableError
from factcheck.ids import base36
from factcheck.matching.decide.thresholds import NEAR_ENOUGH
from factcheck.matching.text.normalise import extract_urls, normalise
from factcheck.matching.text.tokens import wanted_words
from factcheck.matching.text.urls import find_urls
from factcheck.models import Article, ArticleHyperlink, ArticleReply, KeptQuery, Reply, ReplyHyperlink, Status
from factcheck.ports import Part, QueryEmbedder, SearchReader, WordHits, WordQuery
from factcheck.services.matching import find_hits
from factcheck.services.queue import PAGE_SIZE, Order, Page, Wanted, in_order, load_in_order

MOST_WORDS = 60
"""A text of more words is a message, which is looked for by likeness alone."""

MOST_NEAR = 10
MOST_READ = 10_000
"""Texts, the newest, that are read without the index: to read all would hold up every page of a large site."""
MOST_FOUND = 1_000
"""Articles that are found by that."""

NOTHING = WordHits(0, ())

_COPY = shared_alias(Article)
"""Made once, for a new alias costs milliseconds."""


@dataclass(frozen=True)
class Proposed:
    """What the index names; `fallback`: it is away. Call it outside of transactions."""

    words: WordHits
    near: tuple[str, ...] = ()
    fallback: bool = False


@dataclass(frozen=True)
class Results:
    page: Page
    matched: Mapping[str, str]
    """Listed article -> the copy that has the words."""


def propose(search: SearchReader, embedder: QueryEmbedder, text: str, part: Part, *, with_near: bool) -> Proposed:
    words = wanted_words(normalise(text))
    try:
        hits = search.containing(WordQuery(words, part)) if len(words) <= MOST_WORDS else NOTHING
    except (SearchUnavailableError, IndexMismatchError):
        return Proposed(NOTHING, fallback=True)
    near = _near(search, embedder, text) if with_near and part == Part.MESSAGE else ()
    return Proposed(hits, near)


def _near(search: SearchReader, embedder: QueryEmbedder, text: str) -> tuple[str, ...]:
    """Takes what is near enough, with the floor under which nothing is found. What has the words stands without it."""
    try:
        hits = find_hits(search, embedder, text, need_vector=False)
    except (SearchUnavailableError, IndexMismatchError):
        return ()
    return tuple(
        hit.article_id
        for hit in hits
        if hit.same_fingerprint or hit.shared_urls or (hit.cosine is not None and hit.cosine >= NEAR_ENOUGH)
    )


def address_in(text: str) -> list[str]:
    """Gives the address that is all of a query, as written and as it is stored; else nothing."""
    found = find_urls(text)
    if len(found) != 1 or text.strip() != text[found[0].start : found[0].end]:
        return []
    return list(dict.fromkeys([found[0].written, *extract_urls(text)]))


def with_address(session: Session, urls: Sequence[str], part: Part) -> list[str]:
    """Lists articles that have an address in their text, or in a reply."""
    if part == Part.REPLIES:
        link = ReplyHyperlink
        query = select(ArticleReply.article_id).join(link, link.reply_id == ArticleReply.reply_id)
        query = query.where(link.url.in_(urls), ArticleReply.status == Status.NORMAL)
    else:
        query = select(ArticleHyperlink.article_id).where(ArticleHyperlink.url.in_(urls))
    return list(session.scalars(query.distinct().order_by(query.selected_columns[0])))


def with_words(session: Session, text: str, part: Part, proposed: Proposed) -> Sequence[str]:
    """Lists articles that have the words of a text: those that the index names, if it is there."""
    return literally(session, text, part) if proposed.fallback else proposed.words.article_ids


def literally(session: Session, text: str, part: Part) -> list[str]:
    """Lists articles that contain a text as it is written, in any case, the newest first; of the newest alone."""
    columns: tuple[InstrumentedAttribute[str], ...]
    if part == Part.MESSAGE:
        key, article_id, columns, newest = Article.id, Article.id, (Article.text,), Article.last_requested_at
        read, query = select(key).where(Article.status == Status.NORMAL), select(article_id)
    else:
        key, article_id, columns = Reply.id, ArticleReply.article_id, (Reply.text, Reply.reference)
        newest, read = Reply.created_at, select(key)
        query = select(article_id).join(Reply, Reply.id == ArticleReply.reply_id)
        query = query.where(ArticleReply.status == Status.NORMAL)
    read = read.order_by(newest.desc().nulls_last(), key).limit(MOST_READ)
    query = query.where(key.in_(read), or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return list(
        dict.fromkeys(session.scalars(query.order_by(newest.desc().nulls_last(), article_id).limit(MOST_FOUND)))
    )


def results(session: Session, wanted: Wanted, article_ids: Sequence[str], number: int) -> Results:
    """Gives one page of what is shown of these, one a cluster. `Order.WANTED` keeps their order: the best first."""
    if not article_ids:
        return Results(Page([], 0, 1, 1), {})
    named = _in_places(session, article_ids)
    places = select(_COPY.cluster_id, func.min(named.c.place).label("place")).join(named, named.c.id == _COPY.id)
    first = places.group_by(_COPY.cluster_id).subquery()
    query: Select[Any] = select(Article.id, first.c.place, func.count().over().label("total"))
    query = query.join(first, first.c.cluster_id == Article.cluster_id).where(*wanted.conditions())
    query = query.order_by(first.c.place) if wanted.order == Order.WANTED else in_order(query, wanted.order)
    number = max(number, 1)
    rows = session.execute(query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:  # behind the last page
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        return results(session, wanted, article_ids, -(-total // PAGE_SIZE))
    total = rows[0].total if rows else 0
    page = Page(load_in_order(session, [row.id for row in rows]), total, number, max(1, -(-total // PAGE_SIZE)))
    copies = {row.id: article_ids[row.place] for row in rows}
    return Results(page, {article.id: copies[article.id] for article in page.articles})


def _in_places(session: Session, article_ids: Sequence[str]) -> FromClause:
    """Makes a table of ids and their places, from 0, as one parameter: thousands are found many times as fast."""
    if session.get_bind().dialect.name == "postgresql":
        ids = func.unnest(literal([*article_ids], ARRAY(String)))
        rows = ids.table_valued("id", with_ordinality="place", name="named").render_derived()
        return select(rows.c.id, (rows.c.place - 1).label("place")).subquery()
    rows = func.json_each(literal([*article_ids], JSON)).table_valued("key", "value", name="named")
    return select(rows.c.value.label("id"), rows.c.key.label("place")).subquery()


def keep_query(session: Session, text: str, *, now: datetime) -> str:
    """Keeps a long text under a short key, the same for the same text."""
    key = base36(int.from_bytes(sha256(text.encode()).digest(), "big"))[:20]
    row = insert(session, KeptQuery).values(id=key, text=text, created_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"created_at": now}))
    return key


def kept_query(session: Session, key: str) -> str:
    """Gives '' for one that is gone."""
    row = session.get(KeptQuery, key)
    return row.text if row else ""
