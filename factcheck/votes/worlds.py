"""Made communities in which it is known which replies are good, to set cuts by and to attack.

Good replies are liked by everybody, partisan ones by one camp, bad ones by neither. Few people cast most of the votes,
as in life.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Number = NDArray[np.float64]


class Truth(IntEnum):
    BAD = 0
    PARTISAN = 1
    GOOD = 2


@dataclass(frozen=True)
class Shape:
    """How big a community is and how it votes."""

    raters: int
    replies: int
    votes_a_reply: float
    """On average; how many each has is spread as it is in life."""
    larger_camp: float = 0.5
    liked: float = 0.9
    """The share of votes for a good reply, and of a camp's for a reply of its own."""
    disliked: float = 0.1
    """The share of votes for a bad reply, and of a camp's for a reply of the other."""
    spread: float = 0.0
    """Of the number of votes a reply, as the deviation of its logarithm; 0: Poisson alone."""
    activity: float = 1.2
    """Of how active people are, as the deviation of its logarithm."""


@dataclass(frozen=True)
class World:
    """A row of `voter`, `reply` and `value` (0 or 1) is a vote."""

    truth: Whole
    camp: Whole
    """Of each rater: 1 the larger camp, -1 the other."""
    side: Whole
    """Of each reply: the camp that likes it, if it is partisan."""
    voter: Whole
    reply: Whole
    value: Number

    @property
    def raters(self) -> int:
        return len(self.camp)

    @property
    def replies(self) -> int:
        return len(self.truth)


def make_world(shape: Shape, seed: int) -> World:
    """Makes a third of the replies good, a third partisan, a third bad. The same seed gives the same world."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, shape.replies)
    camp = np.where(random.random(shape.raters) < shape.larger_camp, 1, -1)
    side = np.where(random.random(shape.replies) < shape.larger_camp, 1, -1)
    voter, reply = _who_rates_what(shape, random)
    chance = chances(shape, truth[reply], camp[voter] == side[reply])
    value = (random.random(len(voter)) < chance).astype(np.float64)
    return World(truth, camp, side, voter, reply, value)


def chances(shape: Shape, truth: Whole, own_camp: NDArray[np.bool_]) -> Number:
    """Gives the chance that each vote is for the reply."""
    of_camp = np.where(own_camp, shape.liked, shape.disliked)
    return np.select(
        [truth == Truth.GOOD, truth == Truth.PARTISAN], [np.full(len(truth), shape.liked), of_camp], shape.disliked
    )


def _who_rates_what(shape: Shape, random: np.random.Generator) -> tuple[Whole, Whole]:
    """Nobody rates a reply twice, and the busy rate most."""
    weight = random.lognormal(0, shape.activity, shape.raters)
    weight /= weight.sum()
    size = shape.votes_a_reply * random.lognormal(-(shape.spread**2) / 2, shape.spread, shape.replies)
    counts = np.minimum(random.poisson(size), shape.raters)
    # The first of a random order weighed by activity: exponential races, all replies at once.
    races = random.exponential(size=(shape.replies, shape.raters)) / weight
    order = np.argsort(races, axis=1)
    chosen = np.arange(shape.raters)[None, :] < counts[:, None]
    reply, place = np.nonzero(chosen)
    return order[reply, place], reply
