from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from factcheck.matching.decide.pair_model import Logistic, PairModel
from indexer.evaluation.data import HARDNEG
from indexer.training.pairs import Looked, Pair

SHARED = ("same_page", "other_page", "numbers_missing", "negation_differs", "query_length", "article_length")
VECTORS = ("cosine", "lift", "lead", "article_windows")
COPIES_BY_WORDS = ("query_contained", "article_contained", "bigrams_contained", "dice", *SHARED)
COPIES = (*COPIES_BY_WORDS, "cosine", "lift")
REWORDINGS_BY_WORDS = ("known", "words", "bigrams_contained", "numbers_shared", "other_script", *SHARED)
REWORDINGS = ("known", "words", "numbers_shared", "other_script", *SHARED, *VECTORS)

STRENGTH = 3.0
"""Inverse of the penalty on large coefficients; between 1 and 10 it changes nothing measurable."""
FOLDS = 5
MOST_KNOTS, LEAST_OF_A_KNOT = 10, 30
_LEAST_RISE = 0.002
_DIGITS = 3

Floats = npt.NDArray[np.float64]


def fit(looked: Sequence[Looked], cuts: PairModel) -> PairModel:
    """Keeps the cuts of the model `cuts`."""
    copies = [pair for one in looked for pair in one.pairs if pair.features.shares_part]
    # Other claims in the same words would turn every shared word into a sign against a match; they count in the
    # calibration.
    plain = [one for one in looked if one.query.kind != HARDNEG]
    others = [pair for one in plain for pair in one.pairs if not pair.features.shares_part]
    raw = replace(
        cuts,
        copies=_logistic(copies, COPIES),
        rewordings=_logistic(others, REWORDINGS),
        copies_by_words=_logistic(copies, COPIES_BY_WORDS),
        rewordings_by_words=_logistic(others, REWORDINGS_BY_WORDS),
    )
    return _calibrated(raw, looked)


def cross_fitted(
    looked: Sequence[Looked], cuts: PairModel, more: Sequence[Sequence[Looked]] = ()
) -> Iterator[tuple[PairModel, list[int]]]:
    """Models fitted without a part of the queries, and the numbers of that part. Queries from one article stay
    together. `more`: the same queries, in the same order, looked up in other collections."""
    groups = [one.query.source_id or f"unmatched {number}" for number, one in enumerate(looked)]
    for kept, held in GroupKFold(FOLDS).split(np.zeros(len(looked)), groups=groups):
        yield fit([found[number] for found in (looked, *more) for number in kept], cuts), [int(n) for n in held]


def _logistic(pairs: Sequence[Pair], names: Sequence[str]) -> Logistic:
    # An article that is only a link has no vector.
    pairs = [pair for pair in pairs if set(names) <= pair.features.values.keys()]
    values = np.array([[pair.features.values[name] for name in names] for pair in pairs])
    right = np.array([pair.same_claim for pair in pairs])
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(values, right)
    weights = {name: float(weight) for name, weight in zip(names, model.coef_[0], strict=True)}
    return Logistic(float(model.intercept_[0]), weights)


def _calibrated(model: PairModel, looked: Sequence[Looked]) -> PairModel:
    """Calibrates on each query's best candidate, the one that a person sees. Copies: Platt scaling. Rewordings:
    straight lines through the share that is right, since it follows no logistic curve: the nearest of all may be
    another claim about the same."""
    best = [max(one.pairs, key=lambda pair: model.judge(pair.features).probability) for one in looked if one.pairs]
    seen = [pair for pair in best if "lift" in pair.features.values]
    copies = [pair for pair in seen if pair.features.shares_part]
    others = [pair for pair in seen if not pair.features.shares_part]
    blind = [_without_vectors(pair) for pair in best]
    return replace(
        model,
        copies=_platt(model.copies, copies),
        rewordings=_with_knots(model.rewordings, others),
        copies_by_words=_platt(model.copies_by_words, [pair for pair in blind if pair.features.shares_part]),
        rewordings_by_words=_with_knots(
            model.rewordings_by_words, [pair for pair in blind if not pair.features.shares_part]
        ),
    )


def _without_vectors(pair: Pair) -> Pair:
    values = {name: value for name, value in pair.features.values.items() if name not in VECTORS}
    return replace(pair, features=replace(pair.features, values=values))


def _with_knots(logistic: Logistic, best: Sequence[Pair]) -> Logistic:
    """Reads isotonic regression off at the means of equal parts of the queries."""
    weights = {name: round(weight, _DIGITS) for name, weight in logistic.coefficients.items()}
    rounded = Logistic(round(logistic.intercept, _DIGITS), weights)
    scores = np.array([rounded.score(pair.features.values) for pair in best])
    right = np.array([pair.same_claim for pair in best], dtype=np.float64)
    order = np.argsort(scores, kind="stable")
    parts = np.array_split(order, max(1, min(MOST_KNOTS, len(best) // LEAST_OF_A_KNOT)))
    means = [float(scores[part].mean()) for part in parts]
    rising = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(
        np.arange(len(parts)), [right[part].mean() for part in parts], sample_weight=[len(part) for part in parts]
    )
    # Nowhere flat, so that the order of candidates stays what the score says.
    probabilities = np.clip(rising, _LEAST_RISE, 1 - _LEAST_RISE * len(parts)) + _LEAST_RISE * np.arange(len(parts))
    knots = [(round(s, _DIGITS), round(float(p), _DIGITS)) for s, p in zip(means, probabilities, strict=True)]
    return replace(rounded, knots=tuple(knots))


def _platt(logistic: Logistic, best: Sequence[Pair]) -> Logistic:
    scores = np.array([[logistic.score(pair.features.values)] for pair in best])
    right = np.array([pair.same_claim for pair in best])
    scale, offset = 1.0, 0.0
    if len(set(right)) > 1:
        fitted = LogisticRegression(C=10.0).fit(scores, right)
        scale, offset = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    weights = {name: round(weight * scale, _DIGITS) for name, weight in logistic.coefficients.items()}
    return Logistic(round(logistic.intercept * scale + offset, _DIGITS), weights)
