from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from factcheck.matching.decide.pair_model import Logistic, PairModel
from indexer.training.pairs import Looked, Pair

SHARED = ("same_page", "other_page", "numbers_missing", "negation_differs", "query_length", "article_length")
VECTORS = ("cosine", "lift", "lead", "article_windows", "query_windows")
COPIES_BY_WORDS = ("query_contained", "article_contained", "bigrams_contained", "dice", *SHARED)
COPIES = (*COPIES_BY_WORDS, "cosine", "lift")
REWORDINGS_BY_WORDS = ("known", "words", "bigrams_contained", "numbers_shared", "other_script", *SHARED)
REWORDINGS = ("known", "words", "numbers_shared", "other_script", *SHARED, *VECTORS)

STRENGTH = 3.0
"""Inverse of the penalty on large coefficients; between 1 and 10 it changes nothing measurable."""
FOLDS = 5
MOST_KNOTS, LEAST_OF_A_KNOT = 16, 30
MOST_SURE = 0.88
"""Of a rewording: below `thresholds.SAME_CLAIM`, so that none is taken for the message."""
_LEAST_RISE = 0.0005
_DIGITS = 3

Weighed = tuple[Pair, float]
Seen = tuple[Pair, Looked]


def fit(looked: Sequence[Looked], cuts: PairModel, lacking: Sequence[Looked] = ()) -> PairModel:
    """Keeps the cuts of the model `cuts`. `lacking`: more, from collections that lack sources. They alone say how
    probable a match is, where there are any, since a new message may be near to what is known."""
    every = [*looked, *lacking]
    copies = [(pair, 1.0) for one in every for pair in one.pairs if pair.features.shares_part]
    others = [(pair, one.weight) for one in every if one.teaches for pair in one.pairs if not pair.features.shares_part]
    raw = replace(
        cuts,
        copies=_logistic(copies, COPIES),
        rewordings=_logistic(others, REWORDINGS),
        copies_by_words=_logistic(copies, COPIES_BY_WORDS),
        rewordings_by_words=_logistic(others, REWORDINGS_BY_WORDS),
    )
    return _calibrated(raw, looked, lacking or looked)


def cross_fitted(
    looked: Sequence[Looked], cuts: PairModel, more: Sequence[Sequence[Looked]] = ()
) -> Iterator[tuple[PairModel, list[int]]]:
    """Models fitted without a part of the queries, and the numbers of that part. Queries from one article stay
    together. `more`: the same queries, in the same order, looked up in other collections."""
    groups = [one.query.source_id or f"unmatched {number}" for number, one in enumerate(looked)]
    for kept, held in GroupKFold(FOLDS).split(np.zeros(len(looked)), groups=groups):
        lacking = [found[number] for found in more for number in kept]
        yield fit([looked[number] for number in kept], cuts, lacking), [int(n) for n in held]


def _logistic(pairs: Sequence[Weighed], names: Sequence[str]) -> Logistic:
    # An article that is only a link has no vector.
    pairs = [(pair, weight) for pair, weight in pairs if set(names) <= pair.features.values.keys()]
    values = np.array([[pair.features.values[name] for name in names] for pair, _ in pairs])
    right = np.array([pair.same_claim for pair, _ in pairs])
    mass = np.array([weight for _, weight in pairs])
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(values, right, sample_weight=mass)
    weights = {name: float(weight) for name, weight in zip(names, model.coef_[0], strict=True)}
    return Logistic(float(model.intercept_[0]), weights)


def _calibrated(model: PairModel, looked: Sequence[Looked], lacking: Sequence[Looked]) -> PairModel:
    """Calibrates on each query's best candidate, the one that a person sees. Copies: Platt scaling. Rewordings:
    straight lines through the share that is right, since it follows no logistic curve: the nearest of all may be
    another claim about the same."""
    whole, less = ([(_best(model, one), one) for one in some if one.pairs] for some in (looked, lacking))
    return replace(
        model,
        copies=_platt(model.copies, _copies(_with_vectors(whole))),
        rewordings=_with_knots(model.rewordings, _rewordings(_with_vectors(less))),
        copies_by_words=_platt(model.copies_by_words, _copies(_blind(whole))),
        rewordings_by_words=_with_knots(model.rewordings_by_words, _rewordings(_blind(less))),
    )


def _with_vectors(best: Sequence[Seen]) -> list[Seen]:
    return [(pair, one) for pair, one in best if "lift" in pair.features.values]


def _blind(best: Sequence[Seen]) -> list[Seen]:
    return [(_without_vectors(pair), one) for pair, one in best]


def _best(model: PairModel, one: Looked) -> Pair:
    return max(one.pairs, key=lambda pair: model.judge(pair.features))


def _copies(best: Sequence[Seen]) -> list[Pair]:
    return [pair for pair, _ in best if pair.features.shares_part]


def _rewordings(best: Sequence[Seen]) -> list[Weighed]:
    return [(pair, one.weight) for pair, one in best if one.teaches and not pair.features.shares_part]


def _without_vectors(pair: Pair) -> Pair:
    values = {name: value for name, value in pair.features.values.items() if name not in VECTORS}
    return replace(pair, features=replace(pair.features, values=values))


def _with_knots(logistic: Logistic, best: Sequence[Weighed]) -> Logistic:
    """Reads isotonic regression off at the means of equal parts of the queries."""
    rounded = _rounded(_sized(logistic, best))
    scores = np.array([rounded.score(pair.features.values) for pair, _ in best])
    right = np.array([pair.same_claim for pair, _ in best], dtype=np.float64)
    mass = np.array([weight for _, weight in best])
    parts = np.array_split(np.argsort(scores, kind="stable"), _parts(len(best)))
    means = [float(np.average(scores[part], weights=mass[part])) for part in parts]
    rising = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(
        np.arange(len(parts)),
        [np.average(right[part], weights=mass[part]) for part in parts],
        sample_weight=[mass[part].sum() for part in parts],
    )
    # Nowhere flat, so that the order of candidates stays what the score says.
    most = MOST_SURE - _LEAST_RISE * len(parts)
    probabilities = np.clip(rising, _LEAST_RISE, most) + _LEAST_RISE * np.arange(len(parts))
    knots = [(round(s, _DIGITS), round(float(p), _DIGITS + 1)) for s, p in zip(means, probabilities, strict=True)]
    return replace(rounded, knots=tuple(knots))


def _sized(logistic: Logistic, best: Sequence[Weighed]) -> Logistic:
    """Weighs the size of the index, which orders no candidates, by what it does to the best ones."""
    right = np.array([pair.same_claim for pair, _ in best])
    if len(set(right.tolist())) < 2:
        return logistic
    values = np.array([[logistic.score(pair.features.values), pair.features.values["known"]] for pair, _ in best])
    fitted = LogisticRegression(C=10.0).fit(values, right, sample_weight=[weight for _, weight in best])
    scale, known = (float(weight) for weight in fitted.coef_[0])
    sized = logistic.coefficients["known"] + known / scale
    return replace(logistic, coefficients={**logistic.coefficients, "known": sized})


def _rounded(logistic: Logistic) -> Logistic:
    weights = {name: round(weight, _DIGITS) for name, weight in logistic.coefficients.items()}
    return Logistic(round(logistic.intercept, _DIGITS), weights)


def _parts(count: int) -> int:
    return max(1, min(MOST_KNOTS, count // LEAST_OF_A_KNOT))


def _platt(logistic: Logistic, best: Sequence[Pair]) -> Logistic:
    scores = np.array([[logistic.score(pair.features.values)] for pair in best])
    right = np.array([pair.same_claim for pair in best])
    scale, offset = 1.0, 0.0
    if len(set(right)) > 1:
        fitted = LogisticRegression(C=10.0).fit(scores, right)
        scale, offset = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    weights = {name: round(weight * scale, _DIGITS) for name, weight in logistic.coefficients.items()}
    return Logistic(round(logistic.intercept * scale + offset, _DIGITS), weights)
