"""Camps: a factorisation of the votes into how much a reply is liked, how much a person likes, and which camp's view
both share. It decides nothing before it has passed its test.

The model is that of Community Notes (vote = mean + rater + reply + rater's view x reply's view) in its mean form, where
a heavier penalty on liking than on views makes agreement be explained by views first. It is solved by alternating ridge
regressions, each of which is exact, so it needs NumPy alone.
"""

from dataclasses import dataclass

import numpy as np

from factcheck.votes.worlds import Number, Whole

LIKING_PENALTY, VIEW_PENALTY = 0.15, 0.03
ROUNDS = 60
LEAST_OF_RATER, LEAST_OF_REPLY = 10, 5
SEEDS = 5
SMALLER_SIDE = 0.2
STABLE = 0.95
HELD_OUT = 5
"""Each fifth vote is held out."""
SURE = 0.02
"""A vote is never foretold more surely, so that one surprise does not decide a loss."""


@dataclass(frozen=True)
class Votes:
    """A row is a vote from 0 to 1; voters and replies are numbered from 0 without gaps."""

    voter: Whole
    reply: Whole
    value: Number

    def of(self, chosen: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Votes":
        return Votes(self.voter[chosen], self.reply[chosen], self.value[chosen])


@dataclass(frozen=True)
class Fit:
    mean: float
    rater: Number
    rater_view: Number
    reply: Number
    reply_view: Number
    loss: float

    def expected(self, votes: Votes) -> Number:
        return (
            self.mean
            + self.rater[votes.voter]
            + self.reply[votes.reply]
            + self.rater_view[votes.voter] * self.reply_view[votes.reply]
        )


@dataclass(frozen=True)
class Test:
    """Tells whether there are camps, and by what."""

    loss_with: float
    loss_without: float
    smaller_side: float
    """Share of the core's raters."""
    stability: float
    """The least share of raters that another seed puts on the same side."""

    @property
    def passed(self) -> bool:
        return self.loss_with < self.loss_without and self.smaller_side >= SMALLER_SIDE and self.stability >= STABLE


def core(votes: Votes) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Chooses the votes of people with many, on replies with several. One pass each, raters first and last."""
    kept = np.ones(len(votes.value), dtype=bool)
    for numbers, least in (
        (votes.voter, LEAST_OF_RATER),
        (votes.reply, LEAST_OF_REPLY),
        (votes.voter, LEAST_OF_RATER),
    ):
        if kept.any():
            kept &= np.bincount(numbers[kept], minlength=int(numbers.max()) + 1)[numbers] >= least
    return kept


def fit(votes: Votes, seed: int, *, with_views: bool = True) -> Fit:
    """Fits by alternating. The side of the majority of raters is negative. Raises ValueError without votes."""
    if not len(votes.value):
        raise ValueError("no votes to fit")
    random = np.random.default_rng(seed)
    raters, replies = int(votes.voter.max()) + 1, int(votes.reply.max()) + 1
    rater_view = random.normal(0, 0.3, raters) if with_views else np.zeros(raters)
    reply_view = np.zeros(replies)
    rater, reply = np.zeros(raters), np.zeros(replies)
    per_rater, per_reply = len(votes.value) / raters, len(votes.value) / replies
    mean = 0.0
    for _ in range(ROUNDS):
        left = votes.value - mean - rater[votes.voter]
        reply, reply_view = _solve(votes.reply, replies, rater_view[votes.voter], left, per_reply, with_views)
        left = votes.value - mean - reply[votes.reply]
        rater, rater_view = _solve(votes.voter, raters, reply_view[votes.reply], left, per_rater, with_views)
        rest = votes.value - rater[votes.voter] - reply[votes.reply] - rater_view[votes.voter] * reply_view[votes.reply]
        mean = float(rest.mean() / (1 + LIKING_PENALTY))
    sign = -1.0 if np.median(rater_view) > 0 else 1.0
    found = Fit(mean, rater, sign * rater_view, reply, sign * reply_view, 0.0)
    penalty = LIKING_PENALTY * (mean**2 + np.mean(rater**2) + np.mean(reply**2))
    penalty += VIEW_PENALTY * (np.mean(rater_view**2) + np.mean(reply_view**2))
    loss = float(np.mean((votes.value - found.expected(votes)) ** 2) + penalty)
    return Fit(mean, rater, found.rater_view, reply, found.reply_view, loss)


def _solve(
    group: Whole, size: int, other_view: Number, left: Number, weight: float, with_views: bool
) -> tuple[Number, Number]:
    """Solves a ridge regression with two unknowns, liking and view, for each rater or each reply at once."""
    count = np.bincount(group, minlength=size) + LIKING_PENALTY * weight
    total = np.bincount(group, weights=left, minlength=size)
    if not with_views:
        return total / count, np.zeros(size)
    crossed = np.bincount(group, weights=other_view, minlength=size)
    squared = np.bincount(group, weights=other_view**2, minlength=size) + VIEW_PENALTY * weight
    product = np.bincount(group, weights=other_view * left, minlength=size)
    determinant = count * squared - crossed**2
    return (squared * total - crossed * product) / determinant, (count * product - crossed * total) / determinant


def best_fit(votes: Votes, *, with_views: bool = True) -> Fit:
    """The fit with the least loss of several, as the problem has more than one valley."""
    return min((fit(votes, seed, with_views=with_views) for seed in range(SEEDS)), key=lambda found: found.loss)


def expected_by_camp(found: Fit, votes: Votes) -> tuple[list[float], list[float]]:
    """Expects of each camp a vote on each reply: of the camp with negative views, and of the other. Busy people weigh
    more, as they do among the votes."""
    busy = np.bincount(votes.voter, minlength=len(found.rater)).astype(np.float64)
    usual = found.mean + float(np.average(found.rater, weights=busy))
    camps = []
    for is_of in (found.rater_view <= 0, found.rater_view > 0):
        weight = busy * is_of
        view = float(np.average(found.rater_view, weights=weight)) if weight.any() else 0.0
        camps.append(np.clip(usual + found.reply + found.reply_view * view, SURE, 1 - SURE).tolist())
    return camps[0], camps[1]


def foretelling_loss(expected: Number, value: Number) -> float:
    """The mean log loss of votes that were foretold."""
    sure = np.clip(expected, SURE, 1 - SURE)
    return float(-np.mean(value * np.log(sure) + (1 - value) * np.log1p(-sure)))


def examine(votes: Votes) -> Test:
    """Tests the views on the votes of the core: each fifth vote is held out, by place."""
    held = np.arange(len(votes.value)) % HELD_OUT == 0
    rest, out = votes.of(~held), votes.of(held)
    raters, replies = int(votes.voter.max()) + 1, int(votes.reply.max()) + 1
    known = np.isin(out.voter, rest.voter) & np.isin(out.reply, rest.reply)
    out = out.of(known)
    losses = []
    for with_views in (True, False):
        padded = _padded(best_fit(rest, with_views=with_views), raters, replies)
        losses.append(foretelling_loss(padded.expected(out), out.value) if len(out.value) else 1.0)
    fits = [fit(votes, seed) for seed in range(SEEDS)]
    best = min(fits, key=lambda found: found.loss)
    positive = float(np.mean(best.rater_view > 0))
    same = [float(np.mean(np.sign(one.rater_view) == np.sign(best.rater_view))) for one in fits]
    return Test(losses[0], losses[1], min(positive, 1 - positive), min(max(share, 1 - share) for share in same))


def _padded(found: Fit, raters: int, replies: int) -> Fit:
    """Makes room for raters and replies that only the held-out votes have; they are left out of the loss."""

    def longer(values: Number, size: int) -> Number:
        return np.concatenate([values, np.zeros(size - len(values))])

    return Fit(
        found.mean,
        longer(found.rater, raters),
        longer(found.rater_view, raters),
        longer(found.reply, replies),
        longer(found.reply_view, replies),
        found.loss,
    )
