"""The lists of candidates that one file of the embedded index gives: by words, by fingerprint, by URL."""

import json
import sqlite3
from collections.abc import Sequence

from factcheck.matching.tokens import bigrams
from factcheck.ports import SearchQuery

MOST_TERMS = 60
"""Of a long text only its rarest tokens are looked for: the others cost time and change little."""
MOST_LOOKED_UP = 1500
MOST_URLS = 50


def by_words(connection: sqlite3.Connection, query: SearchQuery) -> list[tuple[int, str, float]]:
    """(document, article id, BM25 score) best first; a higher score is better."""
    terms = rarest(connection, list(dict.fromkeys(bigrams(query.text)))[:MOST_LOOKED_UP])
    if not terms:
        return []
    rows = connection.execute(
        "SELECT documents.id, documents.article_id, found.score FROM ("
        "  SELECT rowid AS number, bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
        ") AS found JOIN documents ON documents.id = found.number ORDER BY found.score, documents.id",
        (" OR ".join(map(quoted, terms)), query.limit),
    )
    return [(number, article_id, -score) for number, article_id, score in rows]


def by_fingerprint(connection: sqlite3.Connection, query: SearchQuery) -> list[tuple[int, str]]:
    if not query.fingerprint:
        return []
    statement = "SELECT id, article_id FROM documents WHERE fingerprint = ? ORDER BY id LIMIT ?"
    return connection.execute(statement, (query.fingerprint, query.limit)).fetchall()


def by_urls(connection: sqlite3.Connection, query: SearchQuery) -> list[tuple[int, str, int]]:
    """(document, article id, how many URLs it shares), most first."""
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


def rarest(connection: sqlite3.Connection, tokens: Sequence[str]) -> list[str]:
    """The tokens that are in the index, rarest first, at most MOST_TERMS."""
    statement = "SELECT term, doc FROM json_each(?) AS wanted JOIN vocabulary ON vocabulary.term = wanted.value"
    counts: dict[str, int] = dict(connection.execute(statement, (json.dumps(tokens),)))
    known = [token for token in tokens if token in counts]
    return sorted(known, key=lambda token: counts[token])[:MOST_TERMS]


def quoted(token: str) -> str:
    """A token as an FTS5 string: inside double quotes nothing is an operator, and a quote is doubled."""
    return '"' + token.replace('"', '""') + '"'
