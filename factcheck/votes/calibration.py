"""The cut for a community: the lowest at which few bad replies rise, in worlds as sparse as small communities are. A
community that likes most replies has a friendly prior, and so a higher cut."""

from functools import lru_cache

import numpy as np

from factcheck.votes.posterior import Prior, belief
from factcheck.votes.worlds import Number, Shape, Truth, World, make_world

SPARSE = (
    Shape(20, 100, 3),
    Shape(50, 300, 3),
    Shape(50, 300, 5),
    Shape(50, 300, 10),
    Shape(200, 1_000, 5),
)
"""Two even camps; how many people, replies, and votes a reply."""
LEAST_VOTES = 3
MAY_RISE = 0.05
"""Share of the replies that are not good and have enough votes."""
LOW_SHARE = 0.05
"""The quantile that a reply is held to: the share is higher with 95 %."""
SEED = 20_260_101


@lru_cache(maxsize=64)
def calibrated_cut(prior: Prior) -> float:
    """Finds the cut that a reply's lower bound must reach. The worlds are the same each time, so a cut can be made
    again from the prior alone."""
    bounds = np.sort(np.concatenate([_bounds_of_not_good(world, prior) for world in _worlds()]))
    highest_below = bounds[len(bounds) - int(len(bounds) * MAY_RISE) - 1]
    above = bounds[bounds > highest_below]
    return float(above[0]) if len(above) else float(np.nextafter(highest_below, 2))


@lru_cache(maxsize=1)
def _worlds() -> tuple[World, ...]:
    return tuple(make_world(shape, SEED + number) for number, shape in enumerate(SPARSE))


def _bounds_of_not_good(world: World, prior: Prior) -> Number:
    votes = np.bincount(world.reply, minlength=world.replies)
    value = np.bincount(world.reply, weights=world.value, minlength=world.replies)
    bad = np.flatnonzero((world.truth != Truth.GOOD) & (votes >= LEAST_VOTES))
    return np.array([belief(prior, value[place], int(votes[place])).quantile(LOW_SHARE) for place in bad])
