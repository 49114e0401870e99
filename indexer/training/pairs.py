import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from factcheck.matching.compare.features import MANY, Field, PairFeatures, TextFacts, pair_features
from factcheck.matching.compare.kept import facts_of
from factcheck.matching.compare.marks import dice
from factcheck.matching.decide.decision import Candidate
from factcheck.matching.decide.thresholds import SAME_STORY
from indexer.evaluation.collection import Collection
from indexer.evaluation.data import CHANGED, HARDNEG, LabelledArticle, Query

Progress = Callable[[int], object]

SOURCES = 0.5
"""Of all sources, the share that a smaller collection has at most, and of its articles that which are sources."""
NEW = 0.80
"""The share of new messages that probabilities are true for; of other shares they are off by some hundredths."""


@dataclass(frozen=True)
class Pair:
    features: PairFeatures
    same_claim: bool


@dataclass(frozen=True)
class Looked:
    """A query with its candidates. Other copies of its source teach nothing and have no pair, and so it is with
    changed copies: they are judged, but nothing is fitted to them."""

    query: Query
    candidates: list[Candidate]
    pairs: list[Pair]
    copies: Sequence[Candidate] = ()
    """Candidates by words alone."""
    is_known: bool = False
    """An article of the collection makes its claim."""
    weight: float = 1.0

    @property
    def teaches(self) -> bool:
        """Tells whether rewordings are fitted to it: other claims in the same words would turn every shared word into a
        sign against a match."""
        return self.query.kind not in (*CHANGED, HARDNEG)


def look_up_all(collection: Collection, queries: Sequence[Query], progress: Progress) -> list[Looked]:
    """Looks up each query; one whose source is not in the collection has no right candidate."""
    found = []
    for query in queries:
        candidates = collection.candidates(query.text)
        known = collection.articles.get(query.source_id)
        source = facts_of(known.text) if known else None
        pairs = [] if query.kind in CHANGED else _pairs(query, candidates, source)
        copies = collection.copies(query.text)
        found.append(Looked(query, candidates, pairs, copies, is_known=known is not None and query.is_matched))
        progress(1)
    return weighed(found)


def weighed(looked: Sequence[Looked]) -> list[Looked]:
    """Weighs what teaches so that `NEW` of it is new, with a mean of 1, whatever the collection lacks."""
    teaching = [one for one in looked if one.teaches]
    known = sum(one.is_known for one in teaching)
    new = len(teaching) - known
    if not known or not new:
        return list(looked)
    weights = {True: (1 - NEW) * len(teaching) / known, False: NEW * len(teaching) / new}
    return [replace(one, weight=weights[one.is_known]) if one.teaches else one for one in looked]


def smaller(articles: Mapping[str, LabelledArticle], queries: Sequence[Query], size: int) -> dict[str, LabelledArticle]:
    """Chooses so many of the articles, without half of the sources or more: to a small index nearly every message is
    new, and the nearest article is only the nearest of a few."""
    chance = random.Random(size)  # noqa: S311 - no secret
    sources = sorted({query.source_id for query in queries if query.source_id})
    others = [key for key in articles if key not in set(sources)]
    kept = set(chance.sample(sources, round(SOURCES * min(len(sources), size))))
    kept |= set(chance.sample(others, max(0, min(len(others), size - len(kept)))))
    return {key: article for key, article in articles.items() if key in kept}


def _pairs(query: Query, candidates: Sequence[Candidate], source: TextFacts | None) -> list[Pair]:
    text, field = (
        TextFacts(query.text),
        Field.of((c.hit for c in candidates), candidates[0].among if candidates else MANY),
    )
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
