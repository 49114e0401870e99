"""The logistic model that turns a pair's features into the probability that both make the same claim.

Copies (in part at least) and rewordings have their own coefficients. `python -m indexer train` writes
`pair_model.json`.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from factcheck.matching.compare.features import MANY, PairFeatures

_RISE = 0.01
MODEL_FILE = Path(__file__).with_name("pair_model.json")


_SIXTY = math.log(60) / math.log(MANY)


@dataclass(frozen=True)
class Logistic:
    intercept: float
    coefficients: Mapping[str, float]
    knots: tuple[tuple[float, float], ...] = ()
    """(score, probability), rising, to interpolate between. Empty: the logistic function gives probabilities."""

    def score(self, features: Mapping[str, float]) -> float:
        return self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())

    def probability(self, features: Mapping[str, float]) -> float:
        score = self.score(features)
        return _between(self.knots, score) if self.knots else 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True)
class PairModel:
    copies: Logistic
    rewordings: Logistic
    copies_by_words: Logistic
    """For candidates without a cosine."""
    rewordings_by_words: Logistic
    answer_from: float
    """From here on a candidate is the answer, if far enough from the next."""
    answer_margin: float
    card_from: float
    """From here on a candidate is worth a card, in a large index."""
    choose_from: float
    """Below it a candidate is not offered, in a large index."""
    of_few: float
    """So many times higher these two are in an index of 60 articles, where the right one stands out more."""
    cluster_from: float
    """From here on, in both directions, two articles may be copies."""

    def cut(self, cut: float, known: float) -> float:
        """Gives `card_from` or `choose_from` for an index whose size is `known` (`features.Field`)."""
        return cut * self.of_few ** ((1 - known) / (1 - _SIXTY))

    def judge(self, pair: PairFeatures) -> float:
        """Gives the probability. If it shares a part, the more probable of copy and rewording counts."""
        has_vectors = "lift" in pair.values
        rewording = (self.rewordings if has_vectors else self.rewordings_by_words).probability(pair.values)
        if not pair.shares_part:
            return rewording
        copy = (self.copies if has_vectors else self.copies_by_words).probability(pair.values)
        return max(copy, rewording)


def _between(knots: Sequence[tuple[float, float]], score: float) -> float:
    """Interpolates; falls towards 0 below the first knot, hardly rises above the last."""
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
    """Raises ValueError or KeyError when the file is no model."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return PairModel(
        copies=_logistic(data["copies"]),
        rewordings=_logistic(data["rewordings"]),
        copies_by_words=_logistic(data["copies_by_words"]),
        rewordings_by_words=_logistic(data["rewordings_by_words"]),
        answer_from=data["cuts"]["answer_from"],
        answer_margin=data["cuts"]["answer_margin"],
        card_from=data["cuts"]["card_from"],
        choose_from=data["cuts"]["choose_from"],
        of_few=data["cuts"]["of_few"],
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
