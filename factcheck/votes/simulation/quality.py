"""How good each method is in worlds whose truth is known."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.votes.simulation.methods import METHODS, scores_of
from factcheck.votes.worlds import Number, Shape, Truth, World, make_world

LIFE = {"votes_a_reply": 9.6, "spread": 1.8, "activity": 1.4}
"""How votes are spread over replies and people in Cofacts' open data of 2019: half of the replies have two or fewer, a
tenth twenty or more; half of the people voted once."""
WORLDS: dict[str, Shape] = {
    "even, 3 votes": Shape(200, 1_000, 3),
    "even, 5 votes": Shape(200, 1_000, 5),
    "even, 10 votes": Shape(200, 1_000, 10),
    "even, as in life": Shape(1_500, 500, **LIFE),
    "70/30, 10 votes": Shape(200, 1_000, 10, 0.7),
    "70/30, 20 votes": Shape(200, 1_000, 20, 0.7),
    "80/20, 3 votes": Shape(200, 1_000, 3, 0.8),
    "80/20, 5 votes": Shape(200, 1_000, 5, 0.8),
    "80/20, 10 votes": Shape(200, 1_000, 10, 0.8),
    "80/20, 20 votes": Shape(200, 1_000, 20, 0.8),
    "80/20, as in life": Shape(1_500, 500, larger_camp=0.8, **LIFE),
    "friendly, 10 votes": Shape(200, 1_000, 10, 0.5, 0.97, 0.6),
}
"""In the friendly one people like nearly everything, as Cofacts' do."""


def measure(seed: int, repeats: int) -> Iterator[dict[str, Any]]:
    """Gives a row for each world and method: AUC of good replies against the others, in uneven worlds also against
    those of the larger camp alone, and the shares that rise."""
    for name, shape in WORLDS.items():
        worlds = [make_world(shape, seed + number) for number in range(repeats)]
        for method in METHODS:
            rows = [_row(method, world) for world in worlds]
            yield {
                "world": name,
                "method": method,
                **{key: float(np.mean([row[key] for row in rows])) for key in rows[0]},
            }


def _row(method: str, world: World) -> dict[str, float]:
    scores = scores_of(method, world)
    good, partisan = world.truth == Truth.GOOD, world.truth == Truth.PARTISAN
    larger = partisan & (world.side == 1)
    return {
        "auc": area(scores.order, good, ~good),
        "auc_larger_camp": area(scores.order, good, larger),
        "good_risen": float(scores.risen[good].mean()),
        "larger_camp_risen": float(scores.risen[larger].mean()),
        "bad_risen": float(scores.risen[world.truth == Truth.BAD].mean()),
    }


def area(order: Number, good: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """The chance that a good reply stands before another one, equal places counted half."""
    values = np.sort(order[other])
    below = np.searchsorted(values, order[good], "left")
    equal = np.searchsorted(values, order[good], "right") - below
    return float((below + equal / 2).mean() / len(values))
