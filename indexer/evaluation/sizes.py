"""What cards, quiet ways and the three words are worth in indexes of several sizes, when most messages are new.

Half of the sources are left out of each index. Messages made of those are new, as are those that no article answers;
the others are known. A mix of the two is a matter of weights.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from factcheck.matching.decide.decision import Judgement, Outcome, Scored, judge, judge_copy
from factcheck.matching.decide.pair_model import PairModel
from factcheck.matching.decide.thresholds import MOST_CARDS
from factcheck.settings import Settings
from indexer.evaluation.claims import Same, claims_of
from indexer.evaluation.collection import Collection, temporary_collection
from indexer.evaluation.data import CHANGED, UNMATCHED, LabelledArticle, Query
from indexer.evaluation.embedding_cache import CachedEmbedder
from indexer.evaluation.intervals import SEED
from indexer.evaluation.mixes import Seen, measured

SIZES = (60, 300, 1000, 4000)
MESSAGES = 200
"""Known ones of each size, and as many new ones: half without any article, half with their source left out."""
PARTS_OF_SMALL, SMALL = 3, 100
"""A small index cannot hold many sources, so there are several."""

Json = dict[str, Any]
ModelOf = Callable[[Query], PairModel | None]
"""The model that judges a query, which may have been fitted without it; None: that of the release."""


def of_release(_query: Query) -> None:
    """Names no other model than that of the release."""


@dataclass(frozen=True)
class Setting:
    """An index, and what is asked of it."""

    articles: dict[str, LabelledArticle]
    known: list[Query]
    new: list[Query]


def measure_sizes(
    settings: Settings,
    articles: Mapping[str, LabelledArticle],
    queries: Sequence[Query],
    embedder: CachedEmbedder,
    backend: str,
    *,
    sizes: Sequence[int] = SIZES,
    model_of: ModelOf = of_release,
) -> Json:
    found: Json = {}
    same = claims_of(articles)
    for size in sizes:
        seen: list[Seen] = []
        count = 0
        for setting in settings_of(size, articles, queries):
            asked = [*((False, one) for one in setting.known), *((True, one) for one in setting.new)]
            texts = [query.text for _, query in asked]
            with temporary_collection(settings, backend, setting.articles, embedder, queries=texts) as collection:
                for is_new, query in asked:
                    judgement = _judged(collection, query.text, model_of(query))
                    seen.append(_seen(judgement, _right(query, same), is_new=is_new))
            count = len(setting.articles)
        found[str(size)] = {"articles": count, **measured(seen)}
    return found


def settings_of(
    size: int, articles: Mapping[str, LabelledArticle], queries: Sequence[Query], messages: int = MESSAGES
) -> Iterator[Setting]:
    chance = random.Random(SEED)  # noqa: S311 - no secret
    asked = [query for query in queries if query.is_matched and query.kind not in CHANGED]
    sources = list(dict.fromkeys(query.source_id for query in asked))
    parts = PARTS_OF_SMALL if size < SMALL else 1
    for _ in range(parts):
        inside = set(chance.sample(sources, min(len(sources) // 2, size // 2)))
        others = [key for key in articles if key not in set(sources)]
        filled = islice(chance.sample(others, len(others)), max(0, size - len(inside)))
        kept = inside | set(filled)
        absent = [query for query in asked if query.source_id not in inside]
        none = [query for query in queries if query.kind == UNMATCHED]
        known = [query for query in asked if query.source_id in inside]
        count = messages // parts
        yield Setting(
            {key: article for key, article in articles.items() if key in kept},
            _some(known, count, chance),
            [*_some(none, count // 2, chance), *_some(absent, count - min(len(none), count // 2), chance)],
        )


def _judged(collection: Collection, text: str, model: PairModel | None) -> Judgement:
    copy = judge_copy(text, collection.copies(text), model)
    return copy or judge(text, collection.candidates(text), model)


def _some(queries: Sequence[Query], count: int, chance: random.Random) -> list[Query]:
    return chance.sample(queries, min(count, len(queries)))


def _right(query: Query, same: Same) -> Callable[[Scored], bool]:
    """Tells whether an article makes the claim of a query."""
    return lambda scored: bool(query.source_id) and same(scored.article_id, query.source_id)


def _seen(judgement: Judgement, right: Callable[[Scored], bool], *, is_new: bool) -> Seen:
    decision = judgement.decision
    cards = decision.candidates if decision.outcome == Outcome.CHOOSE else ()
    best = judgement.ranked[0] if judgement.ranked else None
    return Seen(
        is_new,
        (best.probability, right(best)) if best else None,
        tuple((one.standing, right(one)) for one in (*cards, *decision.perhaps)),
        len(cards[:MOST_CARDS]),
        bool(decision.perhaps),
        decision.outcome in (Outcome.ANSWER, Outcome.DIFFERS),
        any(map(right, decision.candidates[:MOST_CARDS])),
        any(map(right, (*decision.candidates, *decision.perhaps))),
    )
