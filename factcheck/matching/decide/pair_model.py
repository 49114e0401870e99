"""The logistic model that turns the features of a pair into the probability that both make the same claim.

It has one set of coefficients for pairs of which one is copied from the other, at least in part, and one for others:
in the first what counts is how much is copied, in the second what both mean, which is never as sure. The numbers are
data, in `pair_model.json` beside this module, with what each feature means; `python -m indexer train` writes them.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from factcheck.matching.compare.features import PairFeatures

_RISE = 0.01
MODEL_FILE = Path(__file__).with_name("pair_model.json")


@dataclass(frozen=True)
class Logistic:
    intercept: float
    coefficients: Mapping[str, float]
    knots: tuple[tuple[float, float], ...] = ()
    """(score, probability) in rising order, between which probabilities lie on straight lines. Without them, the
    logistic function gives the probability."""

    def score(self, features: Mapping[str, float]) -> float:
        return self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        score = self.score(features)
        return _between(self.knots, score) if self.knots else 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True)
class Likeness:
    """What the model says of a pair."""

    probability: float
    """That both make the same claim."""
    is_copied: bool
    """Judged as a copy, in part at least, and not as a rewording."""


@dataclass(frozen=True)
class PairModel:
    copies: Logistic
    rewordings: Logistic
    copies_by_words: Logistic
    """For candidates without a cosine: the sentence model was not at hand."""
    rewordings_by_words: Logistic
    answer_from: float
    """At or above it, and far enough from the next, a candidate is given as the answer."""
    answer_margin: float
    choose_from: float
    """Below it a candidate is not offered."""
    cluster_from: float
    """At or above it, in both directions, two articles may be copies of one message; see `copies`."""

    def judge(self, pair: PairFeatures) -> Likeness:
        """Judges a pair. If it shares a part, the more probable explanation counts: who words a claim anew may keep
        its names and phrases, which to the model of copies is a poor copy."""
        has_vectors = "lift" in pair.values
        rewording = (self.rewordings if has_vectors else self.rewordings_by_words).probability(pair.values)
        if not pair.shares_part:
            return Likeness(rewording, is_copied=False)
        copy = (self.copies if has_vectors else self.copies_by_words).probability(pair.values)
        return Likeness(max(copy, rewording), is_copied=copy >= rewording)


def _between(knots: Sequence[tuple[float, float]], score: float) -> float:
    """Reads a score between knots. Below the first it falls towards 0, above the last it hardly rises: a higher
    score is never less."""
    (lowest, least), (highest, most) = knots[0], knots[-1]
    if score <= lowest:
        return least * math.exp(max(-30.0, score - lowest))
    if score >= highest:
        return min(1.0, most + _RISE * min(1.0, score - highest))
    at = bisect_right([knot for knot, _ in knots], score)
    (left, low), (right, high) = knots[at - 1], knots[at]
    return low + (high - low) * (score - left) / (right - left)


@lru_cache(maxsize=1)
def load_pair_model(path: Path = MODEL_FILE) -> PairModel:
    """Raises ValueError or KeyError when the file is not a model; it ships with the code, so that is a defect."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return PairModel(
        copies=_logistic(data["copies"]),
        rewordings=_logistic(data["rewordings"]),
        copies_by_words=_logistic(data["copies_by_words"]),
        rewordings_by_words=_logistic(data["rewordings_by_words"]),
        answer_from=data["cuts"]["answer_from"],
        answer_margin=data["cuts"]["answer_margin"],
        choose_from=data["cuts"]["choose_from"],
        cluster_from=data["cuts"]["cluster_from"],
    )


def _logistic(data: dict[str, object]) -> Logistic:
    coefficients = data["coefficients"]
    if not isinstance(coefficients, dict):
        raise ValueError("coefficients must be an object of numbers")
    knots = data.get("knots", [])
    if not isinstance(knots, list):
        raise ValueError("knots must be a list of pairs of numbers")
    return Logistic(
        float(str(data["intercept"])),
        {name: float(value) for name, value in coefficients.items()},
        tuple((float(score), float(probability)) for score, probability in knots),
    )
