"""Ways to score replies by their votes, so that they can be held against each other. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from factcheck.votes import factor
from factcheck.votes.calibration import LEAST_VOTES, LOW_SHARE, MAY_RISE, SEED, SPARSE
from factcheck.votes.evidence import Link, Log, Vote
from factcheck.votes.night import Night, decide_all, parameters_of
from factcheck.votes.posterior import belief
from factcheck.votes.status import RISEN, Tally
from factcheck.votes.worlds import Number, Truth, World, make_world

Z = 1.959964
"""Of a normal distribution, for 95 %."""
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 60
"""Over which the votes of a world are spread."""
REPLIES_OF_AUTHOR = 10


@dataclass(frozen=True)
class Scores:
    order: Number
    """By which a method puts replies in order, the best highest."""
    risen: NDArray[np.bool_]
    """Which it would call helpful."""


def counts(world: World) -> tuple[Number, Number]:
    """Gives votes and the sum of their values, by reply."""
    votes = np.bincount(world.reply, minlength=world.replies).astype(np.float64)
    return votes, np.bincount(world.reply, weights=world.value, minlength=world.replies).astype(np.float64)


def net_score(world: World) -> Number:
    votes, value = counts(world)
    return 2 * value - votes


def mean(world: World) -> Number:
    votes, value = counts(world)
    return np.where(votes > 0, value / np.maximum(votes, 1), 0.5)


def wilson(world: World) -> Number:
    """The lower end of Wilson's interval of 95 %."""
    votes, value = counts(world)
    n = np.maximum(votes, 1)
    share = value / n
    bound = share + Z * Z / (2 * n) - Z * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return np.where(votes > 0, bound / (1 + Z * Z / n), 0.0)


def beta(world: World) -> Number:
    """The 5 % quantile of the Beta posterior with the community's own prior."""
    votes, value = counts(world)
    voted = zip(value, votes, strict=True)
    prior = parameters_of(Tally(int(v), 0, int(n - v)) for v, n in voted if n).prior
    return np.array([belief(prior, v, n).quantile(LOW_SHARE) for v, n in zip(value, votes, strict=True)])


def bridging(world: World) -> Number:
    """A reply's intercept in the factorisation of all votes, as Community Notes has it."""
    found = factor.best_fit(factor.Votes(world.voter, world.reply, world.value)).reply
    return np.concatenate([found, np.full(world.replies - len(found), float(found.min()))])


SINGLE: Mapping[str, Callable[[World], Number]] = {
    "net score": net_score,
    "mean": mean,
    "Wilson": wilson,
    "Beta": beta,
    "bridging": bridging,
}


@cache
def cut_of(name: str) -> float:
    """Finds the lowest cut of a single method at which at most 5 % of the replies that are not good rise, of those with
    three votes or more in the sparse worlds: as the staged rule's is found."""
    found = []
    for number, shape in enumerate(SPARSE):
        world = make_world(shape, SEED + number)
        votes, _ = counts(world)
        found.append(SINGLE[name](world)[(world.truth != Truth.GOOD) & (votes >= LEAST_VOTES)])
    scores = np.sort(np.concatenate(found))
    return float(np.nextafter(scores[len(scores) - int(len(scores) * MAY_RISE) - 1], np.inf))


def single(name: str, world: World) -> Scores:
    order, (votes, _) = SINGLE[name](world), counts(world)
    return Scores(order, (order >= cut_of(name)) & (votes >= LEAST_VOTES))


def staged(world: World, log: Log | None = None) -> Scores:
    """Scores replies as a night would (`factcheck.votes.night`)."""
    night = decide(log or log_of(world))
    order = np.full(world.replies, night.parameters.prior.mean)
    risen = np.zeros(world.replies, dtype=bool)
    for (_, reply), decision in night.decisions.items():
        order[int(reply)] = decision.judgement.score
        risen[int(reply)] = decision.standing.status in RISEN
    return Scores(order, risen)


def decide(log: Log) -> Night:
    return decide_all(log, {}, at=BEGIN + timedelta(days=DAYS))


def log_of(world: World, seed: int = 0) -> Log:
    """Dates the votes of a world: each person's are spread over two months. Authors have ten replies each."""
    days = np.random.default_rng(seed).integers(0, DAYS, len(world.value))
    votes = [
        vote_of(int(voter), int(reply), float(value), int(day))
        for voter, reply, value, day in zip(world.voter, world.reply, world.value, days, strict=True)
    ]
    links = [Link(("", str(n)), frozenset({f"author-{n // REPLIES_OF_AUTHOR}"})) for n in range(world.replies)]
    return Log(votes, links)


def vote_of(voter: int, reply: int, value: float, day: int) -> Vote:
    at = BEGIN + timedelta(days=day)
    return Vote(("", str(reply)), f"{voter:06}", value, at, at, is_reasoned=True)


def scores_of(name: str, world: World, log: Log | None = None) -> Scores:
    return staged(world, log) if name == STAGED else single(name, world)


STAGED = "staged"
METHODS = (*SINGLE, STAGED)
