"""The logistic model that turns the features of a pair into the probability that both make the same claim.

Its numbers are data, in `pair_model.json` beside this module, with what each feature means.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MODEL_FILE = Path(__file__).with_name("pair_model.json")


@dataclass(frozen=True)
class Logistic:
    intercept: float
    coefficients: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        score = self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@dataclass(frozen=True)
class PairModel:
    with_vectors: Logistic
    words_only: Logistic
    """For candidates without a cosine: the sentence model was not at hand."""
    answer_from: float
    """At or above it, and far enough from the next, a candidate is given as the answer."""
    answer_margin: float
    choose_from: float
    """Below it a candidate is not offered."""

    def probability(self, features: Mapping[str, float]) -> float:
        model = self.with_vectors if "lift" in features else self.words_only
        return model.probability(features)


@lru_cache(maxsize=1)
def load_pair_model(path: Path = MODEL_FILE) -> PairModel:
    """Raises ValueError or KeyError when the file is not a model; it ships with the code, so that is a defect."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return PairModel(
        with_vectors=_logistic(data["with_vectors"]),
        words_only=_logistic(data["words_only"]),
        answer_from=data["cuts"]["answer_from"],
        answer_margin=data["cuts"]["answer_margin"],
        choose_from=data["cuts"]["choose_from"],
    )


def _logistic(data: dict[str, object]) -> Logistic:
    coefficients = data["coefficients"]
    if not isinstance(coefficients, dict):
        raise ValueError("coefficients must be an object of numbers")
    return Logistic(float(str(data["intercept"])), {name: float(value) for name, value in coefficients.items()})
