"""How many attackers it takes to turn a status, by method."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.votes.evidence import Log
from factcheck.votes.simulation.methods import DAYS, METHODS, REPLIES_OF_AUTHOR, log_of, scores_of, vote_of
from factcheck.votes.worlds import Number, Shape, Truth, Whole, World, chances, make_world

SIZES = (1, 2, 3, 5, 10, 30)
TARGETS = 12
SHAPE = Shape(200, 1_000, 8)
HONEST_VOTES = 12
"""Of each who behaves well before."""
USUAL = (5, 12)
"""Votes that a target has before the attack."""


@dataclass(frozen=True)
class Cast:
    """Votes that attackers add: who, on which reply, for or against, on which day."""

    voter: Whole
    reply: Whole
    value: Number
    day: Whole


Attack = Callable[[World, Whole, int, np.random.Generator], Cast]


def second_accounts(world: World, targets: Whole, size: int, _random: np.random.Generator) -> Cast:
    """New accounts, made for this and used once."""
    reply = np.repeat(targets, size)
    return _cast(world.raters + np.arange(len(reply)), reply, 1.0, np.full(len(reply), DAYS - 1))


def infiltration(world: World, targets: Whole, size: int, random: np.random.Generator) -> Cast:
    """New accounts that first vote on a dozen other replies as honest people do."""
    voter = world.raters + np.arange(len(targets) * size)
    others = np.array([random.choice(world.replies, HONEST_VOTES, replace=False) for _ in voter])
    before_voter, before_reply = np.repeat(voter, HONEST_VOTES), others.ravel()
    own_camp = random.random(len(before_reply)) < 0.5
    liked = random.random(len(before_reply)) < chances(SHAPE, world.truth[before_reply], own_camp)
    kept = ~np.isin(before_reply, targets)
    days = random.integers(0, DAYS - 1, len(before_reply))
    before = Cast(before_voter[kept], before_reply[kept], liked.astype(float)[kept], days[kept])
    return _joined(before, _cast(voter, np.repeat(targets, size), 1.0, np.full(len(voter), DAYS - 1)))


def brigade(world: World, targets: Whole, size: int, random: np.random.Generator) -> Cast:
    """People of one camp who are there already, for a reply of their camp."""
    return _by_established(world, targets, size, 1.0, random, own_camp=True)


def ring(world: World, targets: Whole, size: int, random: np.random.Generator) -> Cast:
    """Accounts that vote, day by day, for all that one author writes and for nothing else."""
    authors = targets // REPLIES_OF_AUTHOR
    accounts = world.raters + np.arange(len(targets) * size)
    voter = np.repeat(accounts, REPLIES_OF_AUTHOR)
    own = np.repeat(np.repeat(authors, size), REPLIES_OF_AUTHOR) * REPLIES_OF_AUTHOR
    reply = own + np.tile(np.arange(REPLIES_OF_AUTHOR), len(accounts))
    return _cast(voter, reply, 1.0, random.integers(0, DAYS, len(voter)))


def veto(world: World, targets: Whole, size: int, random: np.random.Generator) -> Cast:
    """People who are there already, against a good reply, each with a reason."""
    return _by_established(world, targets, size, 0.0, random, own_camp=False)


ATTACKS: Mapping[str, tuple[Attack, Truth]] = {
    "second accounts": (second_accounts, Truth.BAD),
    "brigade": (brigade, Truth.PARTISAN),
    "ring": (ring, Truth.BAD),
    "infiltration": (infiltration, Truth.BAD),
    "veto": (veto, Truth.GOOD),
}
"""Name -> the attack, and what is attacked: bad and partisan replies are to rise, good ones to fall."""


def measure(seed: int) -> Iterator[dict[str, Any]]:
    """Gives a row for each attack and method: how many attackers turn half of the targets (None: more than were
    tried), and the share that each number turns."""
    world = make_world(SHAPE, seed)
    log = log_of(world, seed)
    before = {method: scores_of(method, world, log).risen for method in METHODS}
    for name, (attack, truth) in ATTACKS.items():
        turned: dict[str, list[float]] = {method: [] for method in METHODS}
        falls = truth == Truth.GOOD
        places = {method: _targets(world, truth, risen, falls=falls) for method, risen in before.items()}
        for size in SIZES:
            for method in METHODS:
                targets = places[method]
                after = _after(method, world, log, attack(world, targets, size, np.random.default_rng(seed)))
                turned[method].append(float(np.mean(after[targets] != falls)))
        for method, shares in turned.items():
            half = next((size for size, share in zip(SIZES, shares, strict=True) if share >= 0.5), None)
            yield {"attack": name, "method": method, "attackers": half, "turned": shares}


def _targets(world: World, truth: Truth, risen: NDArray[np.bool_], *, falls: bool) -> Whole:
    votes = np.bincount(world.reply, minlength=world.replies)
    usual = (votes >= USUAL[0]) & (votes <= USUAL[1])
    found = np.flatnonzero((world.truth == truth) & (risen == falls) & usual)
    _, first = np.unique(found // REPLIES_OF_AUTHOR, return_index=True)  # one of an author
    return found[first][:TARGETS]


def _after(method: str, world: World, log: Log, cast: Cast) -> NDArray[np.bool_]:
    grown = replace(
        world,
        camp=np.concatenate([world.camp, np.ones(max(0, int(cast.voter.max()) + 1 - world.raters), dtype=np.int64)]),
        voter=np.concatenate([world.voter, cast.voter]),
        reply=np.concatenate([world.reply, cast.reply]),
        value=np.concatenate([world.value, cast.value]),
    )
    added = [
        vote_of(int(voter), int(reply), float(value), int(day))
        for voter, reply, value, day in zip(cast.voter, cast.reply, cast.value, cast.day, strict=True)
    ]
    return scores_of(method, grown, replace(log, votes=[*log.votes, *added])).risen


def _by_established(
    world: World, targets: Whole, size: int, value: float, random: np.random.Generator, *, own_camp: bool
) -> Cast:
    busy = np.bincount(world.voter, minlength=world.raters) >= HONEST_VOTES
    voters, replies = [], []
    for target in targets:
        there = np.zeros(world.raters, dtype=bool)
        there[world.voter[world.reply == target]] = True
        free = np.flatnonzero(busy & ~there & ((world.camp == world.side[target]) | (not own_camp)))
        chosen = random.permutation(free)[:size]
        voters.append(chosen)
        replies.append(np.full(len(chosen), target))
    voter, reply = np.concatenate(voters), np.concatenate(replies)
    return _cast(voter, reply, value, np.full(len(voter), DAYS - 1))


def _cast(voter: Whole, reply: Whole, value: float, day: Whole) -> Cast:
    return Cast(voter, reply, np.full(len(voter), value), day)


def _joined(one: Cast, other: Cast) -> Cast:
    return Cast(
        np.concatenate([one.voter, other.voter]),
        np.concatenate([one.reply, other.reply]),
        np.concatenate([one.value, other.value]),
        np.concatenate([one.day, other.day]),
    )
