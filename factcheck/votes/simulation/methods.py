"""Ways to score a reply from votes, each with the cut at which few bad replies rise in the sparse worlds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from factcheck.votes import factor
from factcheck.votes.calibration import LOW_SHARE
from factcheck.votes.night import parameters_of
from factcheck.votes.posterior import belief
from factcheck.votes.status import Parameters, Tally
from factcheck.votes.worlds import Number, World

Z = 1.959964
"""Of a normal distribution, for 95 %."""


@dataclass(frozen=True)
class Scores:
    """For each reply of a world: where it stands in an order, and whether it rises where the method has a cut of its
    own (the staged rule has; the others are given one)."""

    order: Number
    rises: "np.ndarray[tuple[int], np.dtype[np.bool_]] | None" = None


Method = Callable[[World], Scores]


def counts(world: World) -> tuple[Number, Number]:
    """Votes and sum of values, by reply."""
    votes = np.bincount(world.reply, minlength=world.replies).astype(np.float64)
    return votes, np.bincount(world.reply, weights=world.value, minlength=world.replies)


def net_score(world: World) -> Scores:
    votes, value = counts(world)
    return Scores(2 * value - votes)


def mean(world: World) -> Scores:
    votes, value = counts(world)
    return Scores(np.divide(value, votes, out=np.full(len(votes), -1.0), where=votes > 0))


def wilson(world: World) -> Scores:
    votes, value = counts(world)
    n = np.maximum(votes, 1)
    share = value / n
    bound = share + Z * Z / (2 * n) - Z * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return Scores(np.where(votes > 0, bound / (1 + Z * Z / n), -1.0))


def beta(world: World) -> Scores:
    votes, value = counts(world)
    prior = _parameters(world).prior
    return Scores(np.array([belief(prior, v, n).quantile(LOW_SHARE) for v, n in zip(value, votes, strict=True)]))


def bridging(world: World) -> Scores:
    """A reply's intercept in the factorisation of all votes, as Community Notes has it."""
    return Scores(intercepts(world))


def intercepts(world: World) -> Number:
    found = factor.best_fit(factor.Votes(world.voter, world.reply, world.value)).reply
    return np.concatenate([found, np.zeros(world.replies - len(found))])


def _parameters(world: World) -> Parameters:
    votes, value = counts(world)
    return parameters_of(Tally(int(v), 0, int(n - v)) for v, n in zip(value, votes, strict=True) if n)
