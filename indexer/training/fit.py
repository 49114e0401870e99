"""Fits the pair model to labelled pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from factcheck.matching.pair_model import Logistic, PairModel
from indexer.training.pairs import Looked, Pair

SHARED = ("same_page", "other_page", "numbers_missing", "negation_differs", "query_length", "article_length")
COPIES_BY_WORDS = ("query_contained", "article_contained", "bigrams_contained", "dice", *SHARED)
COPIES = (*COPIES_BY_WORDS, "lift")
REWORDINGS_BY_WORDS = ("words", "bigrams_contained", "numbers_shared", "other_script", *SHARED)
REWORDINGS = ("words", "numbers_shared", "other_script", *SHARED, "lift", "lead")
"""Without the words that both texts have: the rewordings to learn from were written to share none, and the other claims
to share many, so the fit would take a shared word for a sign against a match. People do not write so."""

STRENGTH = 3.0
"""Inverse of the penalty on large coefficients; between 1 and 10 it changes nothing that can be measured."""
FOLDS = 5
_DIGITS = 3

Floats = npt.NDArray[np.float64]


def fit(looked: Sequence[Looked], cuts: PairModel) -> PairModel:
    """`cuts`: the model whose cuts are kept."""
    pairs = [pair for one in looked for pair in one.pairs]
    copies = [pair for pair in pairs if pair.features.is_copied]
    others = [pair for pair in pairs if not pair.features.is_copied]
    raw = replace(
        cuts,
        copies=_logistic(copies, COPIES),
        rewordings=_logistic(others, REWORDINGS),
        copies_by_words=_logistic(copies, COPIES_BY_WORDS),
        rewordings_by_words=_logistic(others, REWORDINGS_BY_WORDS),
    )
    return _calibrated(raw, looked)


def cross_fitted(looked: Sequence[Looked], cuts: PairModel) -> Iterator[tuple[PairModel, list[int]]]:
    """Models that were fitted without the queries that are to be judged with them, and the numbers of those. All
    queries made from one article are in one part."""
    groups = [one.query.source_id or f"unmatched {number}" for number, one in enumerate(looked)]
    for kept, held in GroupKFold(FOLDS).split(np.zeros(len(looked)), groups=groups):
        yield fit([looked[number] for number in kept], cuts), [int(number) for number in held]


def _logistic(pairs: Sequence[Pair], names: Sequence[str]) -> Logistic:
    # Nothing but a link in an article: it has no vector.
    pairs = [pair for pair in pairs if set(names) <= pair.features.values.keys()]
    values = np.array([[pair.features.values[name] for name in names] for pair in pairs])
    right = np.array([pair.same_claim for pair in pairs])
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(values, right)
    weights = {name: float(weight) for name, weight in zip(names, model.coef_[0], strict=True)}
    return Logistic(float(model.intercept_[0]), weights)


def _calibrated(model: PairModel, looked: Sequence[Looked]) -> PairModel:
    """What a person sees is the best of many candidates, whose probability the fit on all of them does not know:
    Platt scaling on the best one of each query, folded into the coefficients."""
    best = [max(one.pairs, key=lambda pair: model.probability(pair.features)) for one in looked if one.pairs]
    seen = [pair for pair in best if "lift" in pair.features.values]
    copies = [pair for pair in seen if pair.features.is_copied]
    others = [pair for pair in seen if not pair.features.is_copied]
    blind = [_without_vectors(pair) for pair in best]
    return replace(
        model,
        copies=_platt(model.copies, copies),
        rewordings=_platt(model.rewordings, others),
        copies_by_words=_platt(model.copies_by_words, [pair for pair in blind if pair.features.is_copied]),
        rewordings_by_words=_platt(model.rewordings_by_words, [pair for pair in blind if not pair.features.is_copied]),
    )


def _without_vectors(pair: Pair) -> Pair:
    values = {name: value for name, value in pair.features.values.items() if name not in ("lift", "lead")}
    return replace(pair, features=replace(pair.features, values=values))


def _platt(logistic: Logistic, best: Sequence[Pair]) -> Logistic:
    scores = np.array([[logistic.score(pair.features.values)] for pair in best])
    right = np.array([pair.same_claim for pair in best])
    scale, offset = 1.0, 0.0
    if len(set(right)) > 1:
        fitted = LogisticRegression(C=10.0).fit(scores, right)
        scale, offset = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    weights = {name: round(weight * scale, _DIGITS) for name, weight in logistic.coefficients.items()}
    return Logistic(round(logistic.intercept * scale + offset, _DIGITS), weights)
