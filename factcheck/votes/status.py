"""What the votes on a reply make of it. Pure: the same votes and parameters give the same status.

It says how sure one may be that people find the reply helpful, and never hides it: with few votes that is "unrated".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from factcheck.models.enums import VoteStatus
from factcheck.votes.calibration import LEAST_VOTES, LOW_SHARE
from factcheck.votes.posterior import Belief, Prior, belief

HELPFUL_FROM = 10
"""Votes; below that the bridging of camps tells nothing, and a handful of people would decide."""
DISPUTED_FROM = 3
"""People who say, with a reason, what is wrong: one or two dispute nothing."""
CAMP_FOR = 0.5
"""The share that a reply needs in the camp that likes it less."""
NET_OF_A_CAMP = 2
"""Helpful minus not helpful votes that each camp must have."""
FAR_APART = 0.4
"""Of the shares of two camps: then they see a different reply."""
CAMP_PRIOR = 4.0
"""Votes that what the factorisation expects of a camp weighs."""
SETTLED_AFTER = timedelta(days=14)
RISEN = (VoteStatus.PROVISIONAL, VoteStatus.HELPFUL)
RANK = (VoteStatus.HELPFUL, VoteStatus.PROVISIONAL, VoteStatus.UNRATED, VoteStatus.DISPUTED)
"""Best first."""


@dataclass(frozen=True)
class Tally:
    """Votes that count, each of another person."""

    helpful: int = 0
    somewhat: int = 0
    not_helpful: int = 0

    @property
    def votes(self) -> int:
        return self.helpful + self.somewhat + self.not_helpful

    @property
    def value(self) -> float:
        return self.helpful + self.somewhat / 2

    @property
    def net(self) -> int:
        return self.helpful - self.not_helpful


@dataclass(frozen=True)
class Parameters:
    """What a night's decisions follow from beside the votes."""

    prior: Prior
    cut: float
    """The lower bound by which a reply rises."""


@dataclass(frozen=True)
class Standing:
    """What was decided, and the night from which on it has held with these votes."""

    status: VoteStatus
    tally: Tally
    since: datetime


@dataclass(frozen=True)
class Camp:
    """How one of two camps voted on a reply, and what the factorisation expects of it."""

    tally: Tally
    expected: float

    @property
    def share(self) -> float:
        prior = Prior(CAMP_PRIOR * self.expected, CAMP_PRIOR * (1 - self.expected))
        return belief(prior, self.tally.value, self.tally.votes).mean


@dataclass(frozen=True)
class Judgement:
    status: VoteStatus
    bound: float
    """The 5 % quantile of the share that finds it helpful."""
    score: float
    """By which replies can be put in order: the expected share, in the less favourable camp where there are two."""


NOTHING = Tally()


def decide(
    tally: Tally, parameters: Parameters, before: VoteStatus, camps: tuple[Camp, Camp] | None = None
) -> Judgement:
    """Decides on one reply. `camps`: where the community has camps that can be told (`factcheck.votes.factor`); with
    enough votes they decide beside the lower bound."""
    found = belief(parameters.prior, tally.value, tally.votes)
    bound = found.quantile(LOW_SHARE)
    is_much = tally.votes >= HELPFUL_FROM
    of_camps = camps if is_much else None
    score = found.mean if of_camps is None else min(camp.share for camp in of_camps)
    if tally.votes < LEAST_VOTES:
        return Judgement(VoteStatus.UNRATED, bound, score)
    clears = bound >= leaving_cut(parameters.cut, found, before)
    if clears and (of_camps is None or score >= CAMP_FOR):
        is_sure = is_much and (of_camps is None or all(camp.tally.net >= NET_OF_A_CAMP for camp in of_camps))
        return Judgement(VoteStatus.HELPFUL if is_sure else VoteStatus.PROVISIONAL, bound, score)
    is_disputed = tally.not_helpful >= DISPUTED_FROM or (of_camps is not None and _are_apart(*of_camps))
    return Judgement(VoteStatus.DISPUTED if is_disputed else VoteStatus.UNRATED, bound, score)


def leaving_cut(cut: float, found: Belief, before: VoteStatus) -> float:
    """Lowers the cut by a standard error for a reply that has risen, so that one vote does not move it to and fro."""
    return cut - found.spread if before in RISEN else cut


def _are_apart(one: Camp, other: Camp) -> bool:
    return min(one.tally.votes, other.tally.votes) > 0 and abs(one.share - other.share) >= FAR_APART


def next_standing(
    tally: Tally,
    parameters: Parameters,
    before: Standing | None,
    *,
    at: datetime,
    camps: tuple[Camp, Camp] | None = None,
) -> tuple[Standing, Judgement]:
    """Decides in the light of what was decided before. What has stood for two weeks without a new vote stays, whatever
    became of the cut."""
    judgement = decide(tally, parameters, before.status if before else VoteStatus.UNRATED, camps)
    holds = before is not None and (before.status == judgement.status or at - before.since >= SETTLED_AFTER)
    if before is not None and before.tally == tally and holds:
        return before, judgement
    return Standing(judgement.status, tally, at), judgement
