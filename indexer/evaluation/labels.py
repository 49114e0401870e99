"""Judged queries beside what is right for them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from factcheck.matching.decide.decision import Outcome
from indexer.evaluation.claims import Same
from indexer.evaluation.data import CHANGED, HARDNEG, UNMATCHED, Query
from indexer.evaluation.judging import Judged

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Strings = npt.NDArray[np.str_]

ANSWERED_RIGHT, ANSWERED_WRONG, ANSWERED_OTHER = "answered_right", "answered_wrong", "answered_other"
DIFFERS_RIGHT, DIFFERS_WRONG, DIFFERS_OTHER = "differs_right", "differs_wrong", "differs_other"
OFFERED_RIGHT, OFFERED_WRONG, UNKNOWN = "offered_right", "offered_wrong", "unknown"

_SAID = {
    Outcome.ANSWER: (ANSWERED_RIGHT, ANSWERED_WRONG, ANSWERED_OTHER),
    Outcome.DIFFERS: (DIFFERS_RIGHT, DIFFERS_WRONG, DIFFERS_OTHER),
}
"""Of outcomes that name one article: the right one, a wrong one, and for hardneg any but its source."""


@dataclass(frozen=True)
class Labelled:
    """One row a query; all arrays have the shape (queries,)."""

    kind: Strings
    lang: Strings
    want: Strings
    rank: Integers
    """Place of the source from 1; 0 if it is no candidate."""
    result: Strings
    first_is_source: Booleans
    """The article that would be the answer is the source."""
    top_is_source: Booleans
    confidence: Floats
    probability: Floats
    """Of the first candidate; NaN without one."""
    is_large: Booleans
    """The difference is named in the large wording."""
    by_card: Booleans
    """The source is answered, named or on a card seen at once."""
    by_quiet_way: Booleans
    """The source is on a further card, or behind the quiet way."""
    cards: Integers
    """Cards seen at once; none beside an answer or a difference."""
    has_quiet_way: Booleans
    quotes: Floats
    """1 if the difference quotes the turned word; NaN for queries without one."""

    def where(self, rows: Booleans) -> "Labelled":
        return Labelled(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def matched(self) -> "Labelled":
        """Queries that an article answers, or that are changed copies of one."""
        return self.where((self.kind != HARDNEG) & (self.kind != UNMATCHED))

    @property
    def answerable(self) -> "Labelled":
        """Queries that an article answers."""
        return self.matched.where(~np.isin(self.matched.kind, CHANGED))

    @property
    def unmatched(self) -> "Labelled":
        return self.where(self.kind == UNMATCHED)


def label(queries: Sequence[Query], results: Sequence[Judged], same: Same) -> Labelled:
    """Labels what was found. Articles that make one claim count as one."""
    pairs = list(zip(queries, results, strict=True))
    probabilities = [np.nan if found.probability is None else found.probability for found in results]
    large = [found.difference is not None and found.difference.is_large for found in results]
    return Labelled(
        kind=np.array([query.kind for query in queries], dtype=np.str_),
        lang=np.array([query.lang for query in queries], dtype=np.str_),
        want=np.array([query.want for query in queries], dtype=np.str_),
        rank=np.array([_rank(query, found, same) for query, found in pairs], dtype=np.int64),
        result=np.array([_result(query, found, same) for query, found in pairs], dtype=np.str_),
        first_is_source=np.array([_is_source(query, found.first, same) for query, found in pairs], dtype=np.bool_),
        top_is_source=np.array([_is_source(query, _top(found), same) for query, found in pairs], dtype=np.bool_),
        confidence=np.array([found.confidence for found in results], dtype=np.float64),
        probability=np.array(probabilities, dtype=np.float64),
        is_large=np.array(large, dtype=np.bool_),
        by_card=np.array([_has_source(query, found.cards, same) for query, found in pairs], dtype=np.bool_),
        by_quiet_way=np.array([_has_source(query, found.further, same) for query, found in pairs], dtype=np.bool_),
        cards=np.array([_cards(found) for found in results], dtype=np.int64),
        has_quiet_way=np.array([bool(found.perhaps) for found in results], dtype=np.bool_),
        quotes=np.array([_quotes(query, found) for query, found in pairs], dtype=np.float64),
    )


def _top(found: Judged) -> str | None:
    return found.ranked[0] if found.ranked else None


def _is_source(query: Query, article_id: str | None, same: Same) -> bool:
    return bool(query.source_id) and article_id is not None and same(article_id, query.source_id)


def _has_source(query: Query, article_ids: Sequence[str], same: Same) -> bool:
    return any(_is_source(query, article_id, same) for article_id in article_ids)


def _rank(query: Query, found: Judged, same: Same) -> int:
    places = (place for place, key in enumerate(found.ranked, 1) if _is_source(query, key, same))
    return next(places, 0)


def _result(query: Query, found: Judged, same: Same) -> str:
    if found.outcome == Outcome.UNKNOWN:
        return UNKNOWN
    if found.outcome == Outcome.CHOOSE:
        return OFFERED_RIGHT if _has_source(query, found.offered, same) else OFFERED_WRONG
    right, wrong, other = _SAID[found.outcome]
    is_source = _is_source(query, found.first, same)
    if query.kind == HARDNEG:
        return wrong if is_source else other
    return right if is_source else wrong


def _cards(found: Judged) -> int:
    return len(found.cards) if found.outcome == Outcome.CHOOSE else 0


def _quotes(query: Query, found: Judged) -> float:
    if not query.yours:
        return np.nan
    changes = found.difference.changes if found.difference else ()
    return float(any(query.yours in one.yours or (query.theirs or "\0") in one.theirs for one in changes))
