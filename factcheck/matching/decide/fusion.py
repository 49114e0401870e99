"""Joins a search backend's lists into one order."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from factcheck.ports import Hit

RANK_CONSTANT = 60
"""Reciprocal rank fusion adds 1 / (60 + rank) over the lists, as is usual."""

HEAD = 3
"""The first of either list stay in: translations share no words, and a short quotation may be far in meaning."""

STRONG_BY_MEANING, STRONG_BY_WORDS = 20, 5
"""So do these if there is room: plain rank fusion loses half of the rewordings that the vectors find."""


def fuse(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Orders candidates: identities, then heads of both lists, then by reciprocal rank. Identities are kept beyond
    `limit`."""
    ordered = sorted(hits, key=_order)
    identical = sum(1 for hit in ordered if _is_identity(hit))
    return ordered[: max(limit, identical)]


def merge(lists: Iterable[Sequence[Hit]]) -> list[Hit]:
    """Joins the searches for a long message's windows: one Hit an article, with the best of each value."""
    merged: dict[str, Hit] = {}
    for hits in lists:
        for hit in hits:
            known = merged.get(hit.article_id)
            merged[hit.article_id] = _best_of(known, hit) if known else hit
    return list(merged.values())


def reciprocal_rank(hit: Hit) -> float:
    return sum(1 / (RANK_CONSTANT + rank) for rank in (hit.bm25_rank, hit.cosine_rank) if rank is not None)


def _order(hit: Hit) -> tuple[bool, bool, bool, float, str]:
    is_head, is_strong = _is_within(hit, HEAD, HEAD), _is_within(hit, STRONG_BY_MEANING, STRONG_BY_WORDS)
    return not _is_identity(hit), not is_head, not is_strong, -reciprocal_rank(hit), hit.article_id


def _is_identity(hit: Hit) -> bool:
    return hit.same_fingerprint or hit.shared_urls > 0


def _is_within(hit: Hit, by_meaning: int, by_words: int) -> bool:
    near = hit.cosine_rank is not None and hit.cosine_rank <= by_meaning
    return near or (hit.bm25_rank is not None and hit.bm25_rank <= by_words)


def _best_of(one: Hit, other: Hit) -> Hit:
    nearer = max(one, other, key=lambda hit: -math.inf if hit.cosine is None else hit.cosine)
    return replace(
        one,
        window=nearer.window,
        bm25=max((v for v in (one.bm25, other.bm25) if v is not None), default=None),
        bm25_rank=min((v for v in (one.bm25_rank, other.bm25_rank) if v is not None), default=None),
        cosine=max((v for v in (one.cosine, other.cosine) if v is not None), default=None),
        cosine_rank=min((v for v in (one.cosine_rank, other.cosine_rank) if v is not None), default=None),
        same_fingerprint=one.same_fingerprint or other.same_fingerprint,
        shared_urls=max(one.shared_urls, other.shared_urls),
    )
