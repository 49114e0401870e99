"""What others do with the same articles and queries.

Rules and constants were read in the source of Cofacts' API and LINE bot and of Meedan's Alegre and Check API.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from factcheck.matching.decide.decision import Outcome
from indexer.evaluation.baseline_scores import BaselineQuery, ScoredCollection
from indexer.evaluation.collection import Collection, Progress
from indexer.evaluation.data import UNMATCHED, LabelledArticle, Query
from indexer.evaluation.judging import Judged
from indexer.evaluation.lexical import Scores
from indexer.evaluation.metrics import cut_at
from indexer.evaluation.peer_texts import character_dice, word_count

KEPT = 20
OFFERED = 10
"""What a bare score would offer, as we do."""

COFACTS_CANDIDATES, COFACTS_SAME = 4, 0.95
COFACTS_GROUP, COFACTS_GROUP_LONGER_THAN = 0.7, 10
MEEDAN_COVERAGE, MEEDAN_COSINE, MEEDAN_MIN_SCORE = 0.875, 0.95, 10.0
MEEDAN_SUGGESTED_COVERAGE, MEEDAN_SUGGESTED_COSINE = 0.70, 0.75
MEEDAN_WORDS = 8
MEEDAN_OFFERED = 3
"""Check's tip line shows at most so many."""
RRF_K, RRF_DEPTH = 60, 60
VECTOR = "cosine"
FALSE_ANSWERS = 0.01
"""A bare score gets the lowest cut with this share of false answers on the very same unmatched queries: more than
anybody could choose beforehand."""

Baseline = Callable[[Sequence[LabelledArticle], BaselineQuery], Judged]


@dataclass
class Answers:
    """Answers of one baseline, an entry a query each."""

    judged: list[Judged] = field(default_factory=list)
    search: list[float] = field(default_factory=list)
    """Seconds for the scores of all articles, in memory, without embedding."""
    decide: list[float] = field(default_factory=list)


def run_baselines(
    collection: Collection, queries: Sequence[Query], progress: Progress = lambda _count: None
) -> dict[str, Answers]:
    articles, scored = list(collection.articles.values()), ScoredCollection(collection)
    found = {name: Answers() for name in USES}
    for query in queries:
        asked = scored.ask(query.text)
        for name, answers in found.items():
            begun = time.perf_counter()
            answers.judged.append(_judge(name, articles, asked))
            answers.decide.append(time.perf_counter() - begun)
            answers.search.append(sum(asked.seconds[used] for used in USES[name]))
        progress(1)
    for name in SCORES:
        found[name].judged = _with_best_cut(queries, found[name].judged)
    return found


def _judge(name: str, articles: Sequence[LabelledArticle], asked: BaselineQuery) -> Judged:
    return RULES[name](articles, asked) if name in RULES else _by_score(articles, SCORES[name](asked), name)


def cofacts(articles: Sequence[LabelledArticle], asked: BaselineQuery) -> Judged:
    """One-to-one chat: four candidates by Dice. A candidate is the answer at 0.95 if it is alone."""
    ranked, top = _by_dice(articles, asked)
    answers = top >= COFACTS_SAME and len(ranked) == 1
    outcome = Outcome.ANSWER if answers else Outcome.CHOOSE if ranked else Outcome.UNKNOWN
    return Judged(ranked, outcome, ranked, confidence=top, probability=top if ranked else None)


def cofacts_group(articles: Sequence[LabelledArticle], asked: BaselineQuery) -> Judged:
    """Group chat, where nobody asked: answers or says nothing. Its rules about votes and categories are taken as
    fulfilled."""
    ranked, top = _by_dice(articles, asked)
    reply_types = {article.id: article.reply_type for article in articles} if ranked else {}
    allowed = bool(ranked) and len(asked.text) > COFACTS_GROUP_LONGER_THAN and reply_types[ranked[0]] == "RUMOR"
    if allowed and top >= COFACTS_GROUP:
        return Judged(ranked, Outcome.ANSWER, ranked[:1], confidence=top, probability=top)
    return Judged(ranked, Outcome.UNKNOWN, confidence=top if allowed else 0.0, probability=top if ranked else None)


def _by_dice(articles: Sequence[LabelledArticle], asked: BaselineQuery) -> tuple[tuple[str, ...], float]:
    found = [articles[number] for number in _best(asked.like, COFACTS_CANDIDATES)]
    pairs = sorted(((character_dice(asked.text, a.text), a.id) for a in found), key=lambda pair: -pair[0])
    return tuple(article_id for _, article_id in pairs), pairs[0][0] if pairs else 0.0


def meedan(articles: Sequence[LabelledArticle], asked: BaselineQuery) -> Judged:
    """Check: takes a match by words or by vector, vectors first, and suggests a weaker one, as for texts under 8
    words."""
    by_words = np.where(asked.peer >= MEEDAN_MIN_SCORE, asked.coverage, 0.0)
    rules = [
        asked.cosine >= MEEDAN_COSINE,
        by_words >= MEEDAN_COVERAGE,
        asked.cosine >= MEEDAN_SUGGESTED_COSINE,
        by_words >= MEEDAN_SUGGESTED_COVERAGE,
    ]
    level = np.select(rules, [4, 3, 2, 1], 0)
    score = np.where(level % 2 == 0, asked.cosine, asked.peer)
    order = np.lexsort((-score, -level))[:KEPT]
    best = [int(number) for number in order if level[number] > 0]
    ranked = tuple(articles[number].id for number in best)
    if not best:
        return Judged((), Outcome.UNKNOWN)
    long_enough = word_count(asked.text) >= MEEDAN_WORDS
    # From 1 on it is a match by either rule.
    nearness = max(by_words[best[0]] / MEEDAN_COVERAGE, asked.cosine[best[0]] / MEEDAN_COSINE)
    answers = long_enough and level[best[0]] >= 3
    outcome = Outcome.ANSWER if answers else Outcome.CHOOSE
    return Judged(ranked, outcome, ranked[:MEEDAN_OFFERED], confidence=float(nearness) if long_enough else 0.0)


def reciprocal_rank_fusion(asked: BaselineQuery) -> Scores:
    fused = np.zeros(len(asked.ours))
    for scores in (asked.ours, asked.cosine):
        best = _best(scores, RRF_DEPTH)
        fused[best] += 1 / (RRF_K + 1 + np.arange(len(best)))
    return fused


RULES: dict[str, Baseline] = {"cofacts": cofacts, "cofacts-group": cofacts_group, "meedan": meedan}
SCORES: dict[str, Callable[[BaselineQuery], Scores]] = {
    "bm25": lambda asked: asked.ours,
    "vectors": lambda asked: asked.cosine,
    "rrf": reciprocal_rank_fusion,
}
USES = {
    "cofacts": ("like",),
    "cofacts-group": ("like",),
    "meedan": ("peer", VECTOR),
    "bm25": ("ours",),
    "vectors": (VECTOR,),
    "rrf": ("ours", VECTOR),
}
"""The scores that each goes by (fields of BaselineQuery)."""


def _by_score(articles: Sequence[LabelledArticle], scores: Scores, name: str) -> Judged:
    best = _best(scores, KEPT)
    ranked = tuple(articles[number].id for number in best)
    if not ranked:
        return Judged((), Outcome.UNKNOWN)
    top = float(scores[best[0]])
    return Judged(ranked, Outcome.CHOOSE, ranked[:OFFERED], top, probability=top if name == "vectors" else None)


def _with_best_cut(queries: Sequence[Query], found: Sequence[Judged]) -> list[Judged]:
    pairs = zip(queries, found, strict=True)
    none = np.array([one.confidence for query, one in pairs if query.kind == UNMATCHED])
    if not len(none):
        return list(found)
    cut = cut_at(none, FALSE_ANSWERS)
    return [replace(one, outcome=Outcome.ANSWER) if one.confidence > cut and one.ranked else one for one in found]


def _best(scores: Scores, count: int) -> list[int]:
    """Numbers of the highest scores above 0, best first, then by article."""
    if len(scores) > count:
        least = np.partition(scores, -count)[-count]
        near = np.flatnonzero(scores >= max(least, np.finfo(np.float64).tiny))
    else:
        near = np.flatnonzero(scores > 0)
    return [int(number) for number in near[np.argsort(-scores[near], kind="stable")][:count]]
