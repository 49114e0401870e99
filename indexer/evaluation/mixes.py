"""Measures of known and new messages, weighed so that most are new; pure functions of what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from factcheck.matching.decide.decision import Standing
from indexer.evaluation.intervals import RESAMPLES, SEED, Floats, around, interval_of, number, with_intervals

NEW_SHARES = (0.70, 0.85, 0.95)
BINS = 10

Json = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What came of one message: probability or standing of candidates, and whether they make its claim."""

    is_new: bool
    best: tuple[float, bool] | None
    shown: tuple[tuple[Standing, bool], ...]
    cards: int
    has_quiet_way: bool
    is_said: bool
    """Answered, or named as near."""
    on_card: bool
    found: bool


def measured(seen: Sequence[Seen]) -> Json:
    """Measures both, and each mix of them; `worst` is that with the largest error."""
    known, new = ([one for one in seen if one.is_new == is_new] for is_new in (False, True))
    mixes = {f"{share:.2f}": _mix(known, new, share) for share in NEW_SHARES} if known and new else {}
    worst = max(mixes.values(), key=lambda mix: float(mix["calibration_error"] or 0), default={})
    return {
        "new": {**_shares(new), "cards": _mean([one.cards for one in new if one.cards])},
        "known": _shares(known),
        "mixes": mixes,
        "worst": {name: value for name, value in worst.items() if name != "standing"},
    }


def _shares(seen: Sequence[Seen]) -> Json:
    columns = {
        "said": [one.is_said for one in seen],
        "offered": [one.cards > 0 for one in seen],
        "quiet": [one.has_quiet_way for one in seen],
        "found_by_card": [one.on_card for one in seen],
        "found": [one.found for one in seen],
    }
    return with_intervals(columns)


def _mean(values: Sequence[int]) -> float | None:
    return number(np.mean(values)) if values else None


def _mix(known: Sequence[Seen], new: Sequence[Seen], share: float) -> Json:
    """Weighs the messages so that this share of them is new."""
    seen = [*known, *new]
    weights = np.array([(1 - share) / len(known)] * len(known) + [share / len(new)] * len(new))
    chance = np.random.default_rng(SEED)
    # Both kinds are drawn apart: how often each message was, in each resample.
    drawn = [chance.multinomial(len(some), np.full(len(some), 1 / len(some)), RESAMPLES) for some in (known, new)]
    times = np.concatenate(drawn, axis=1) * weights
    standing = {str(one): _standing(seen, weights, times, one) for one in Standing}
    return {**_calibration(seen, weights, times), "standing": standing}


def _standing(seen: Sequence[Seen], weights: Floats, times: Floats, standing: Standing) -> Json:
    """The share of what is shown with this word that is right; weighted, with the count of what is shown."""
    shown = np.array([sum(word == standing for word, _ in one.shown) for one in seen], dtype=np.float64)
    right = np.array([sum(word == standing and is_right for word, is_right in one.shown) for one in seen])
    if not shown.sum():
        return {"n": 0, "right": None, "interval": None}
    totals = times @ shown
    shares = (times @ right)[totals > 0] / totals[totals > 0]
    return {
        "n": int(shown.sum()),
        "right": number(weights @ right / (weights @ shown)),
        "interval": interval_of(shares),
    }


def _calibration(seen: Sequence[Seen], weights: Floats, times: Floats) -> Json:
    has_best = np.array([one.best is not None for one in seen])
    best = [one.best for one in seen if one.best is not None]
    if not best:
        return {"n": 0, "calibration_error": None, "interval": None}
    probability, right = (np.array(column, dtype=np.float64) for column in zip(*best, strict=True))
    error = weighted_error(probability, right, weights[has_best])
    samples = np.array([weighted_error(probability, right, row) for row in times[:, has_best]])
    return {"n": len(best), "calibration_error": number(error), "interval": around(error, samples)}


def weighted_error(probability: Floats, right: Floats, weights: Floats) -> float:
    """Expected calibration error over bins of equal weight; equal probabilities share a bin."""
    values, place = np.unique(probability, return_inverse=True)
    mass = np.bincount(place, weights=weights, minlength=len(values))
    rights = np.bincount(place, weights=weights * right, minlength=len(values))
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    bins = np.minimum((middle * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weights=mass * values - rights, minlength=BINS)
    return float(np.abs(gaps).sum() / mass.sum())
