"""What each message needs of volunteers (`Need`), so that lists by need can be counted and come to an end.

Whatever changes a cluster settles it at once. Time is the worker's: what has waited long is stuck, and what nobody asks
about retires until somebody does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from factcheck.models import Article, Need
from factcheck.models.ranking import place_of

ENOUGH_VOTES = 3
"""On one reply, so that what is said of it is more than one person's view."""
STUCK_AFTER = timedelta(days=14)
RETIRED_AFTER = timedelta(days=60)
UNANSWERED = (Need.REPLY, Need.STUCK, Need.RETIRED)


class State(NamedTuple):
    need: Need
    since: datetime | None


@dataclass(frozen=True)
class Facts:
    """What a cluster's need follows from."""

    replies: int
    votes: int
    """On the reply that has most."""
    asked_at: datetime | None
    people: int
    copies: int
    before: State | None
    """None: it was never sorted."""


def settled(facts: Facts) -> State:
    """Finds the need without the time of day: a retired message comes back when somebody asked since."""
    if facts.replies:
        need = Need.VOTES if facts.votes < ENOUGH_VOTES else Need.NOTHING
        return facts.before if facts.before and facts.before.need == need else State(need, facts.asked_at)
    before = facts.before
    if before is None or before.need not in UNANSWERED:
        return State(Need.REPLY, facts.asked_at)
    is_back = before.need == Need.RETIRED and facts.asked_at and before.since and facts.asked_at > before.since
    return State(Need.REPLY, facts.asked_at) if is_back else before


def aged(state: State, asked_at: datetime | None, now: datetime) -> State:
    """Finds what an unanswered message became by waiting."""
    if state.need == Need.RETIRED or state.need not in UNANSWERED:
        return state
    if asked_at is None or asked_at < now - RETIRED_AFTER:
        return State(Need.RETIRED, now)
    if state.since is None or state.since < now - STUCK_AFTER:
        return State(Need.STUCK, state.since)
    return state


def values_of(facts: Facts, now: datetime | None = None) -> Mapping[str, Any]:
    """Gives what is stored at each article of the cluster. `now`: the worker's look at the time."""
    state = settled(facts)
    if now is not None:
        state = aged(state, facts.asked_at, now)
    place = place_of(facts.asked_at, facts.people, facts.copies)
    return {"need": state.need, "need_since": state.since, "queue_place": place}


COLUMNS = (
    Article.id,
    Article.cluster_reply_count,
    Article.cluster_votes,
    Article.cluster_requested_at,
    Article.cluster_request_count,
    Article.cluster_size,
    Article.need,
    Article.need_since,
    Article.queue_place,
)


def facts_of(row: Any) -> Facts:
    """Reads a row of `COLUMNS`."""
    before = State(Need(row.need), row.need_since) if row.need else None
    return Facts(
        row.cluster_reply_count,
        row.cluster_votes,
        row.cluster_requested_at,
        row.cluster_request_count,
        row.cluster_size,
        before,
    )
