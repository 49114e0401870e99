"""A night's decisions: from the log of votes and what was decided before to a status for each reply. Pure, so that all
of it can be decided again from the log (`replay`)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from factcheck.models.enums import Apart
from factcheck.votes import factor
from factcheck.votes.calibration import calibrated_cut
from factcheck.votes.evidence import Key, Log, Vote, tallies, tally_of, weigh
from factcheck.votes.posterior import Prior
from factcheck.votes.status import NOTHING, RISEN, Camp, Judgement, Parameters, Standing, Tally, next_standing

PRIOR_VOTES = 4.0
"""What the prior weighs. More and a friendly community could sink no reply; less and three votes would say all."""
PRIOR_START = 20.0
"""Votes, half of them for, that a community begins with."""
MOST_OF_ONE = 10
"""Votes that a reply adds to the prior, so that one viral message does not make it."""
TOP_REASONS = 2


@dataclass(frozen=True)
class Decision:
    standing: Standing
    judgement: Judgement
    reasons: tuple[str, ...]
    """What most of those who count say of it."""


@dataclass(frozen=True)
class Night:
    at: datetime
    parameters: Parameters
    test: factor.Test | None
    """None: too few people have voted often."""
    decisions: Mapping[Key, Decision]
    weighed: Sequence[tuple[Vote, Apart | None]]


def decide_all(log: Log, before: Mapping[Key, Standing], *, at: datetime) -> Night:
    """Decides on every shown reply that has a vote or a standing."""
    weighed = weigh(log, accepted_authors(log, before), at=at)
    counted = [vote for vote, apart in weighed if apart is None]
    found = tallies(weighed)
    parameters = parameters_of(found.values())
    test, camps = camps_of(counted)
    reasons = _reasons(counted)
    decisions = {}
    for link in log.links:
        tally, earlier = found.get(link.key, NOTHING), before.get(link.key)
        if tally == NOTHING and earlier is None:
            continue
        standing, judgement = next_standing(tally, parameters, earlier, at=at, camps=camps.get(link.key))
        decisions[link.key] = Decision(standing, judgement, reasons.get(link.key, ()))
    return Night(at, parameters, test, decisions, weighed)


def replay(log: Log, nights: Iterable[datetime]) -> list[Night]:
    """Decides night by night from nothing. It gives what was decided then, as long as the log still has the votes of
    then: who changes or takes back a vote leaves no other."""
    done: list[Night] = []
    standings: dict[Key, Standing] = {}
    for at in nights:
        done.append(decide_all(log, standings, at=at))
        standings = {key: decision.standing for key, decision in done[-1].decisions.items()}
    return done


def accepted_authors(log: Log, before: Mapping[Key, Standing]) -> set[str]:
    risen = {key for key, standing in before.items() if standing.status in RISEN}
    return {author for link in log.links if link.key in risen for author in link.authors}


def parameters_of(found: Iterable[Tally]) -> Parameters:
    """Sets the prior to how the community votes, and the cut to the prior."""
    value, votes = PRIOR_START / 2, PRIOR_START
    for tally in found:
        weight = min(tally.votes, MOST_OF_ONE)
        value += weight * tally.value / tally.votes
        votes += weight
    mean = round(value / votes, 2)  # else each vote would move every cut a little
    mean = min(max(mean, 0.02), 0.98)
    prior = Prior(PRIOR_VOTES * mean, PRIOR_VOTES * (1 - mean))
    return Parameters(prior, calibrated_cut(prior))


def camps_of(counted: Sequence[Vote]) -> tuple[factor.Test | None, dict[Key, tuple[Camp, Camp]]]:
    """Tells the camps apart if their test allows it, and how each voted. Without that it gives no camps, and the lower
    bound decides alone."""
    ordered = sorted(counted, key=lambda vote: (vote.first_at, vote.key, vote.voter))
    votes, _, _ = _numbered(ordered)
    chosen = factor.core(votes)
    if not chosen.any():
        return None, {}
    inner, inner_voters, inner_keys = _numbered([vote for vote, is_in in zip(ordered, chosen, strict=True) if is_in])
    test = factor.examine(inner)
    if not test.passed:
        return test, {}
    found = factor.best_fit(inner)
    side = {voter: bool(found.rater_view[number] > 0) for number, voter in enumerate(inner_voters)}
    sides: dict[Key, tuple[list[Vote], list[Vote]]] = defaultdict(lambda: ([], []))
    for vote in counted:
        if vote.voter in side:
            sides[vote.key][side[vote.voter]].append(vote)
    expected = factor.expected_by_camp(found, inner)
    return test, {
        key: (Camp(tally_of(sides[key][0]), low), Camp(tally_of(sides[key][1]), high))
        for key, low, high in zip(inner_keys, *expected, strict=True)
    }


def _numbered(votes: Sequence[Vote]) -> tuple[factor.Votes, list[str], list[Key]]:
    """Numbers voters and replies, and gives them in the order of their numbers."""
    voters, keys = sorted({vote.voter for vote in votes}), sorted({vote.key for vote in votes})
    voter_numbers = {voter: number for number, voter in enumerate(voters)}
    key_numbers = {key: number for number, key in enumerate(keys)}
    found = factor.Votes(
        np.array([voter_numbers[vote.voter] for vote in votes], dtype=np.int64),
        np.array([key_numbers[vote.key] for vote in votes], dtype=np.int64),
        np.array([vote.value for vote in votes], dtype=np.float64),
    )
    return found, voters, keys


def _reasons(counted: Iterable[Vote]) -> dict[Key, tuple[str, ...]]:
    said: dict[Key, Counter[str]] = defaultdict(Counter)
    for vote in counted:
        said[vote.key].update(vote.tags)
    return {
        key: tuple(sorted(tags, key=lambda tag: (-tags[tag], tag))[:TOP_REASONS]) for key, tags in said.items() if tags
    }
