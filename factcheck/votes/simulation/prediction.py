"""How well later votes can be foretold from earlier ones, on a real community's open data."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.errors import FactlineError
from factcheck.votes import factor
from factcheck.votes.evidence import HELPFUL, NOT_HELPFUL, Key, Link, Log, Vote
from factcheck.votes.night import decide_all
from factcheck.votes.posterior import belief
from factcheck.votes.simulation.methods import Z
from factcheck.votes.status import RISEN
from factcheck.votes.worlds import Number

EARLIER = 0.7
"""Share of the votes, in the order of time."""
FILE = "article_reply_feedbacks.csv"
LONGEST_CELL = 10_000_000


@dataclass(frozen=True)
class Split:
    earlier: Sequence[Vote]
    later: Sequence[Vote]
    """On replies that had votes before."""


def read_votes(folder: Path) -> list[Vote]:
    """Reads the votes of a dataset in Cofacts' format, oldest first. Raises FactlineError without the file."""
    path = folder / f"{FILE}.zip"
    if not path.is_file():
        raise FactlineError(f"{path} is not there: the folder should hold zipped CSV files in Cofacts' format")
    csv.field_size_limit(LONGEST_CELL)
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as raw:
        rows = list(csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline="")))
    found: dict[tuple[Key, str], Vote] = {}
    for row in rows:
        if row["score"] in ("1", "-1") and row["createdAt"]:
            at = datetime.fromisoformat(row["createdAt"].replace("Z", "+00:00"))
            key, value = (row["articleId"], row["replyId"]), HELPFUL if row["score"] == "1" else NOT_HELPFUL
            found[key, row["userIdsha256"]] = Vote(key, row["userIdsha256"], value, at, at, is_reasoned=True)
    return sorted(found.values(), key=lambda vote: (vote.at, vote.key, vote.voter))


def split_by_time(votes: Sequence[Vote]) -> Split:
    earlier = votes[: int(len(votes) * EARLIER)]
    known = {vote.key for vote in earlier}
    return Split(earlier, [vote for vote in votes[len(earlier) :] if vote.key in known])


def measure(votes: Sequence[Vote]) -> dict[str, Any]:
    """Gives log loss and Brier score of the later votes by method, and what the rule makes of all votes."""
    split = split_by_time(votes)
    value = np.array([vote.value for vote in split.later])
    rows = [
        {
            "method": name,
            "log_loss": factor.foretelling_loss(expected, value),
            "brier": float(np.mean((np.clip(expected, 0, 1) - value) ** 2)),
        }
        for name, expected in _foretold(split)
    ]
    return {"earlier": len(split.earlier), "later": len(split.later), "methods": rows, "rule": _rule_on(votes)}


def _log(votes: Sequence[Vote]) -> Log:
    return Log(votes, [Link(key, frozenset()) for key in sorted({vote.key for vote in votes})])


def _foretold(split: Split) -> Iterator[tuple[str, Number]]:
    totals: dict[Key, list[float]] = {}
    for vote in split.earlier:
        total = totals.setdefault(vote.key, [0.0, 0.0])
        total[0] += 1
        total[1] += vote.value
    n, ups = np.array([totals[vote.key] for vote in split.later]).T
    base = float(np.mean([vote.value for vote in split.earlier]))
    yield "the same for all", np.full(len(n), base)
    share = ups / n
    yield "mean", share
    wilson = share + Z * Z / (2 * n) - Z * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    yield "Wilson", wilson / (1 + Z * Z / n)
    night = decide_all(_log(split.earlier), {}, at=split.earlier[-1].at)
    prior = night.parameters.prior
    yield "Beta", np.array([belief(prior, u, k).mean for u, k in zip(ups, n, strict=True)])
    yield "liking without views", _factorised(split, with_views=False)
    yield "bridging", _factorised(split, with_views=True)
    scores = {key: decision.judgement.score for key, decision in night.decisions.items()}
    yield "staged", np.array([scores.get(vote.key, prior.mean) for vote in split.later])


def _factorised(split: Split, *, with_views: bool) -> Number:
    """A voter or reply without earlier votes is like the average."""
    voters = {voter: number for number, voter in enumerate(dict.fromkeys(vote.voter for vote in split.earlier))}
    replies = {key: number for number, key in enumerate(dict.fromkeys(vote.key for vote in split.earlier))}
    earlier = factor.Votes(
        np.array([voters[vote.voter] for vote in split.earlier]),
        np.array([replies[vote.key] for vote in split.earlier]),
        np.array([vote.value for vote in split.earlier]),
    )
    found = factor.best_fit(earlier, with_views=with_views)
    usual = float(np.average(found.rater, weights=np.bincount(earlier.voter)))
    voter = np.array([voters.get(vote.voter, -1) for vote in split.later])
    reply = np.array([replies[vote.key] for vote in split.later])
    known = voter >= 0
    view = np.where(known, found.rater_view[voter], 0.0)
    return found.mean + found.reply[reply] + np.where(known, found.rater[voter], usual) + view * found.reply_view[reply]


def _rule_on(votes: Sequence[Vote]) -> dict[str, Any]:
    night = decide_all(_log(votes), {}, at=votes[-1].at)
    statuses = [decision.standing.status for decision in night.decisions.values()]
    return {
        "votes": len(votes),
        "counted": sum(apart is None for _, apart in night.weighed),
        "replies": len({vote.key for vote in votes}),
        "prior": night.parameters.prior.mean,
        "cut": night.parameters.cut,
        "statuses": {str(status): statuses.count(status) for status in dict.fromkeys(statuses)},
        "risen": sum(status in RISEN for status in statuses),
        "camps_passed": night.test is not None and night.test.passed,
        "smaller_side": night.test.smaller_side if night.test else None,
        "stability": night.test.stability if night.test else None,
    }
