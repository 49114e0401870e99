from collections.abc import Callable, Sequence
from dataclasses import dataclass

from factcheck.matching.compare.features import Field, PairFeatures, TextFacts, dice, facts_of, pair_features
from factcheck.matching.decide.decision import Candidate
from factcheck.matching.decide.thresholds import SAME_STORY
from indexer.evaluation.collection import Collection
from indexer.evaluation.data import Query

Progress = Callable[[int], object]


@dataclass(frozen=True)
class Pair:
    features: PairFeatures
    same_claim: bool


@dataclass(frozen=True)
class Looked:
    """A query with its candidates. Other copies of its source teach nothing and have no pair."""

    query: Query
    candidates: list[Candidate]
    pairs: list[Pair]


def look_up_all(collection: Collection, queries: Sequence[Query], progress: Progress) -> list[Looked]:
    found = []
    for query in queries:
        candidates = collection.candidates(query.text)
        source = facts_of(collection.articles[query.source_id].text) if query.source_id else None
        found.append(Looked(query, candidates, _pairs(query, candidates, source)))
        progress(1)
    return found


def _pairs(query: Query, candidates: Sequence[Candidate], source: TextFacts | None) -> list[Pair]:
    text, field = TextFacts(query.text), Field.of(candidate.hit for candidate in candidates)
    pairs = []
    for candidate in candidates:
        article = facts_of(candidate.text)
        is_source = candidate.article_id == query.source_id
        if not is_source and source is not None and _is_other_copy(article, source):
            continue
        features = pair_features(text, article, candidate.hit, field)
        pairs.append(Pair(features, is_source and query.is_matched))
    return pairs


def _is_other_copy(article: TextFacts, source: TextFacts) -> bool:
    return article.fingerprint == source.fingerprint or dice(article.bigrams, source.bigrams) >= SAME_STORY
