import json
import sqlite3
from collections.abc import Collection
from typing import Any

import numpy as np

from factcheck.matching.text.tokens import bigrams
from factcheck.ports import Hit, SearchQuery, Vector, WordHits, WordQuery
from indexer.backends.embedded.file import count_rows
from indexer.backends.embedded.lists import Lists
from indexer.backends.embedded.vectors import unpack

MOST_URLS = 50
_FEWEST_ROWS = 100
_ROWS_A_HIT = 3
_MORE = 4
_SPARE = 20
"""The word index may still name documents that are gone."""


def candidates(connection: sqlite3.Connection, lists: Lists, query: SearchQuery) -> list[Hit]:
    """Searches in one transaction of the caller's, so that all lists are of one state."""
    found: dict[int, dict[str, Any]] = {}
    names: dict[int, str] = {}
    for rank, (number, article_id, score) in enumerate(by_words(connection, lists, query), 1):
        names[number] = article_id
        found.setdefault(number, {}).update(bm25=score, bm25_rank=rank)
    for number, article_id in by_fingerprint(connection, query):
        names[number] = article_id
        found.setdefault(number, {}).update(same_fingerprint=True)
    for number, article_id, shared in by_urls(connection, query):
        names[number] = article_id
        found.setdefault(number, {}).update(shared_urls=shared)
    if query.vector is not None:
        near = by_vector(connection, lists, query.vector, query.limit)
        names |= _article_ids(connection, near.keys() - names.keys())
        for rank, (number, cosine) in enumerate(near.items(), 1):
            found.setdefault(number, {}).update(cosine=cosine, cosine_rank=rank)
        others = cosines(connection, found.keys() - near.keys(), query.vector)
        for number, cosine in others.items():
            found[number]["cosine"] = cosine
    return [Hit(names[number], **values) for number, values in found.items()]


def by_words(connection: sqlite3.Connection, lists: Lists, query: SearchQuery) -> list[tuple[int, str, float]]:
    """(document, article id, BM25 score), best first."""
    scored = lists.words.search(bigrams(query.text), query.limit + _SPARE)
    names = _article_ids(connection, {number for number, _ in scored})
    return [(number, names[number], score) for number, score in scored if number in names][: query.limit]


def containing(connection: sqlite3.Connection, lists: Lists, query: WordQuery) -> WordHits:
    """Searches in one transaction of the caller's."""
    if not query.tokens:
        return WordHits(0, ())
    total, scored = lists.words.containing(query.tokens, query.part, query.limit)
    names = _article_ids(connection, {number for number, _ in scored})
    found = tuple(names[number] for number, _ in scored if number in names)
    return WordHits(total - len(scored) + len(found), found)


def by_fingerprint(connection: sqlite3.Connection, query: SearchQuery) -> list[tuple[int, str]]:
    if not query.fingerprint:
        return []
    statement = "SELECT id, article_id FROM documents WHERE fingerprint = ? ORDER BY id LIMIT ?"
    return connection.execute(statement, (query.fingerprint, query.limit)).fetchall()


def by_urls(connection: sqlite3.Connection, query: SearchQuery) -> list[tuple[int, str, int]]:
    """(document, article id, number of shared URLs), most first."""
    urls = query.urls[:MOST_URLS]
    if not urls:
        return []
    return connection.execute(
        "SELECT documents.id, documents.article_id, count(*)"
        " FROM json_each(?) AS wanted JOIN urls ON urls.url = wanted.value"
        " JOIN documents ON documents.id = urls.document"
        " GROUP BY documents.id ORDER BY count(*) DESC, documents.id LIMIT ?",
        (json.dumps(urls), query.limit),
    ).fetchall()


def by_vector(connection: sqlite3.Connection, lists: Lists, vector: Vector, limit: int) -> dict[int, float]:
    """document -> highest cosine of its windows, best first.

    Looks at more rows while many are free or belong to few documents.
    """
    rows, count = count_rows(connection), max(_FEWEST_ROWS, limit * _ROWS_A_HIT)
    while True:
        near = lists.vectors.nearest(vector, rows, count)
        statement = "SELECT DISTINCT document FROM windows WHERE row IN (SELECT value FROM json_each(?))"
        documents = {number for (number,) in connection.execute(statement, (json.dumps(near),))}
        if len(documents) >= limit or count >= rows:
            break
        count *= _MORE
    best = sorted(cosines(connection, documents, vector).items(), key=lambda pair: (-pair[1], pair[0]))
    return dict(best[:limit])


def cosines(connection: sqlite3.Connection, documents: Collection[int], vector: Vector) -> dict[int, float]:
    """document -> highest cosine of its windows."""
    statement = (
        "SELECT document, vector FROM windows WHERE document IN (SELECT value FROM json_each(?)) ORDER BY document"
    )
    stored = connection.execute(statement, (json.dumps(list(documents)),)).fetchall()
    if not stored:
        return {}
    numbers, starts = np.unique([number for number, _ in stored], return_index=True)
    best = np.maximum.reduceat(unpack([data for _, data in stored]) @ vector, starts)
    return dict(zip(numbers.tolist(), best.tolist(), strict=True))


def _article_ids(connection: sqlite3.Connection, documents: Collection[int]) -> dict[int, str]:
    statement = "SELECT id, article_id FROM documents WHERE id IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(statement, (json.dumps(list(documents)),)))
