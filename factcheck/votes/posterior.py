"""What some votes tell of the share of people who find a reply helpful: a Beta distribution. Pure, without SciPy, which
what serves does not have."""

import math
from functools import lru_cache
from typing import NamedTuple

STEPS = 200
TINY = 1e-300
CLOSE = 1e-12
HALVINGS = 40


class Prior(NamedTuple):
    """Imagined votes before the first: `helpful` for and `other` against."""

    helpful: float
    other: float

    @property
    def mean(self) -> float:
        return self.helpful / (self.helpful + self.other)


class Belief(NamedTuple):
    """A Beta distribution of a reply's share."""

    helpful: float
    other: float

    @property
    def mean(self) -> float:
        return self.helpful / (self.helpful + self.other)

    @property
    def spread(self) -> float:
        """The standard deviation."""
        total = self.helpful + self.other
        return math.sqrt(self.helpful * self.other / (total * total * (total + 1)))

    def quantile(self, share: float) -> float:
        return quantile(round(self.helpful, 6), round(self.other, 6), share)


def belief(prior: Prior, value: float, votes: float) -> Belief:
    """Adds votes to a prior. `value` is their sum, each from 0 (not helpful) to 1 (helpful)."""
    return Belief(prior.helpful + value, prior.other + votes - value)


@lru_cache(maxsize=100_000)
def quantile(a: float, b: float, share: float) -> float:
    """The value below which `share` of Beta(a, b) lies, to nine places; by halving, as each step must come nearer."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if below(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def below(x: float, a: float, b: float) -> float:
    """The share of Beta(a, b) below x: the regularised incomplete beta function, by the continued fraction that
    converges fast on this side of the mean (Numerical Recipes, section 6.4, names the method of Lentz)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    front = math.exp(log_front)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, STEPS):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + factor * d)
            c = _away_from_zero(1 + factor / c)
            result *= c * d
        if abs(c * d - 1) < CLOSE:
            break
    return result


def _away_from_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
