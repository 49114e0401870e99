"""Elasticsearch requests for a SearchQuery, and Hits from their answers."""

from collections.abc import Sequence
from typing import Any

from factcheck.matching.text.tokens import bigrams, pattern_of
from factcheck.ports import Hit, Part, SearchQuery, Vector, WordQuery

MOST_TERMS = 60
"""As in `embedded.words`."""
MOST_URLS = 50
MOST_TOKENS = 1500
_FINGERPRINT = 1000
"""More than MOST_URLS, so that one score tells both."""
_CANDIDATES_A_HIT = 20
_FEWEST_CANDIDATES = 400

Response = dict[str, Any]


def bodies(query: SearchQuery) -> list[dict[str, Any]]:
    vector = [] if query.vector is None else [by_vector(query, query.vector)]
    return [by_words(query), by_mark(query), *vector]


def by_words(query: SearchQuery) -> dict[str, Any]:
    # more_like_this picks the terms with the highest tf-idf; nothing in `like` is an operator.
    tokens = list(dict.fromkeys(bigrams(query.text)))[:MOST_TOKENS]
    like = {
        "fields": ["tokens"],
        "like": " ".join(tokens),
        "analyzer": "tokens",
        "max_query_terms": MOST_TERMS,
        "min_term_freq": 1,
        "min_doc_freq": 1,
        "minimum_should_match": 1,
    }
    return _body(query.limit) | {"query": {"more_like_this": like} if tokens else {"match_none": {}}}


def containing(query: WordQuery) -> dict[str, Any]:
    """Counts all, and does not look for more than that."""
    name = {Part.MESSAGE: "tokens", Part.REPLIES: "replies"}[query.part]
    patterns = {token: pattern_of(token) for token in query.tokens}
    terms = [{"regexp": {name: p}} if p else {"term": {name: token}} for token, p in patterns.items()]
    found = {"query": {"bool": {"must": terms}} if terms else {"match_none": {}}}
    order = {"sort": [{"version": "desc"}]} if all(patterns.values()) else {}
    return _body(query.limit) | found | order | {"track_total_hits": True}


def by_vector(query: SearchQuery, vector: Vector) -> dict[str, Any]:
    knn = {
        "field": "windows.vector",
        "query_vector": vector.tolist(),
        "k": query.limit,
        "num_candidates": min(10_000, max(_FEWEST_CANDIDATES, query.limit * _CANDIDATES_A_HIT)),
    }
    return _body(query.limit) | {"knn": knn}


def by_mark(query: SearchQuery) -> dict[str, Any]:
    """Scores the same fingerprint _FINGERPRINT, and each shared URL 1."""
    marks = [("urls", url, 1) for url in query.urls[:MOST_URLS]]
    if query.fingerprint:
        marks.append(("fingerprint", query.fingerprint, _FINGERPRINT))
    should = [{"constant_score": {"filter": {"term": {name: value}}, "boost": points}} for name, value, points in marks]
    wanted = {"bool": {"should": should, "minimum_should_match": 1}} if should else {"match_none": {}}
    return _body(2 * query.limit) | {"query": wanted}


def cosines_of(article_ids: Sequence[str], vector: Vector) -> dict[str, Any]:
    """Asks for cosines of articles found by words alone."""
    nearest_window = {
        "nested": {
            "path": "windows",
            "score_mode": "max",
            "query": {
                "script_score": {
                    "query": {"match_all": {}},
                    "script": {
                        "source": "cosineSimilarity(params.vector, 'windows.vector') + 1.0",
                        "params": {"vector": vector.tolist()},
                    },
                }
            },
        }
    }
    wanted = {"bool": {"must": nearest_window, "filter": {"ids": {"values": list(article_ids)}}}}
    return _body(len(article_ids)) | {"query": wanted}


def _body(limit: int) -> dict[str, Any]:
    return {"size": limit, "_source": False, "track_total_hits": False}


def nothing() -> dict[str, Any]:
    """Finds nothing, but fails if some of the index cannot be read."""
    return _body(0) | {"query": {"match_none": {}}}


def to_hits(answers: Sequence[Response]) -> list[Hit]:
    words, marks, *vector = (scores(answer) for answer in answers)
    found: dict[str, dict[str, Any]] = {}
    for rank, (article_id, score) in enumerate(words, 1):
        found.setdefault(article_id, {}).update(bm25=score, bm25_rank=rank)
    for rank, (article_id, score) in enumerate(vector[0] if vector else [], 1):
        found.setdefault(article_id, {}).update(cosine=2 * score - 1, cosine_rank=rank)
    for article_id, score in marks:
        same, urls = divmod(round(score), _FINGERPRINT)
        found.setdefault(article_id, {}).update(same_fingerprint=bool(same), shared_urls=urls)
    return [Hit(article_id, **values) for article_id, values in found.items()]


def scores(answer: Response) -> list[tuple[str, float]]:
    return [(hit["_id"], float(hit["_score"])) for hit in answer["hits"]["hits"]]
