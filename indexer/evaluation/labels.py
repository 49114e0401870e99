"""Judged queries beside what is right for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from factcheck.matching.decide.decision import Outcome
from indexer.evaluation.data import HARDNEG, UNMATCHED, Query
from indexer.evaluation.judging import Judged

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Strings = npt.NDArray[np.str_]

ANSWERED_RIGHT, ANSWERED_WRONG, ANSWERED_OTHER = "answered_right", "answered_wrong", "answered_other"
OFFERED_RIGHT, OFFERED_WRONG, UNKNOWN = "offered_right", "offered_wrong", "unknown"


@dataclass(frozen=True)
class Labelled:
    """One row a query; all arrays have the shape (queries,)."""

    kind: Strings
    lang: Strings
    rank: Integers
    """Place of the source from 1; 0 if it is no candidate."""
    result: Strings
    first_is_source: Booleans
    """The article that would be the answer is the source."""
    top_is_source: Booleans
    confidence: Floats
    probability: Floats
    """Of the first candidate; NaN without one."""

    def where(self, rows: Booleans) -> "Labelled":
        return Labelled(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def matched(self) -> "Labelled":
        """Queries that an article answers."""
        return self.where((self.kind != HARDNEG) & (self.kind != UNMATCHED))

    @property
    def unmatched(self) -> "Labelled":
        return self.where(self.kind == UNMATCHED)


def label(queries: Sequence[Query], results: Sequence[Judged], same: Mapping[str, str]) -> Labelled:
    """Labels what was found. `same`: fingerprints by article id; articles with the same one count as one."""
    pairs = list(zip(queries, results, strict=True))
    return Labelled(
        kind=np.array([query.kind for query in queries], dtype=np.str_),
        lang=np.array([query.lang for query in queries], dtype=np.str_),
        rank=np.array([_rank(query, found, same) for query, found in pairs], dtype=np.int64),
        result=np.array([_result(query, found, same) for query, found in pairs], dtype=np.str_),
        first_is_source=np.array([_is_source(query, found.first, same) for query, found in pairs], dtype=np.bool_),
        top_is_source=np.array([_is_source(query, _top(found), same) for query, found in pairs], dtype=np.bool_),
        confidence=np.array([found.confidence for found in results], dtype=np.float64),
        probability=np.array(
            [np.nan if found.probability is None else found.probability for found in results], dtype=np.float64
        ),
    )


def _top(found: Judged) -> str | None:
    return found.ranked[0] if found.ranked else None


def _is_source(query: Query, article_id: str | None, same: Mapping[str, str]) -> bool:
    return bool(query.source_id) and article_id is not None and same[article_id] == same[query.source_id]


def _rank(query: Query, found: Judged, same: Mapping[str, str]) -> int:
    places = (place for place, key in enumerate(found.ranked, 1) if _is_source(query, key, same))
    return next(places, 0)


def _result(query: Query, found: Judged, same: Mapping[str, str]) -> str:
    if found.outcome == Outcome.UNKNOWN:
        return UNKNOWN
    if found.outcome == Outcome.ANSWER:
        is_source = _is_source(query, found.first, same)
        if query.kind == HARDNEG:
            return ANSWERED_WRONG if is_source else ANSWERED_OTHER
        return ANSWERED_RIGHT if is_source else ANSWERED_WRONG
    is_among = any(_is_source(query, key, same) for key in found.offered)
    return OFFERED_RIGHT if is_among else OFFERED_WRONG
