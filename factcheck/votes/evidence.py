"""Which votes count in the status of a reply; all of them are shown as counts.

Nearly all votes come from people in the chat who never wrote anything, so rank cannot decide who counts. A person does
who has come back (votes on three days), or whose work others accepted. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from factcheck.models.enums import Apart
from factcheck.votes.status import NOTHING, Tally

VOTING_DAYS = 3
OLD_ENOUGH = timedelta(days=1)
FEW_FOR_ONE = 3
"""Votes, all of them for, from which it is asked whether somebody is here for one author alone."""
CHANCE_OF_ONE = 0.01
"""How likely it would be that the votes of somebody who votes as all do meet that author each time."""

HELPFUL, SOMEWHAT, NOT_HELPFUL = 1.0, 0.5, 0.0
Key = tuple[str, str]
"""Article id and reply id."""


@dataclass(frozen=True, slots=True)
class Vote:
    key: Key
    voter: str
    value: float
    first_at: datetime
    """When the person first voted there."""
    at: datetime
    """When they last changed the vote."""
    is_reasoned: bool = False
    """It has a reason tag or a comment."""
    tags: tuple[str, ...] = ()
    marked: Apart | None = None
    """What was seen when it was cast, and cannot be seen again."""


@dataclass(frozen=True)
class Link:
    """A reply at an article, while it is shown."""

    key: Key
    authors: frozenset[str]
    """Who wrote the reply and who added it there."""
    words_since: datetime | None = None
    """When it last came to say something else."""


@dataclass(frozen=True)
class Log:
    """All that decisions follow from. `joined` and `mailboxes` are by voter and may lack some."""

    votes: Sequence[Vote]
    links: Sequence[Link]
    joined: Mapping[str, datetime] = field(default_factory=dict)
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    """Voter -> what stands for their mailbox, for accounts with an address."""


def weigh(log: Log, accepted: Collection[str], *, at: datetime) -> list[tuple[Vote, Apart | None]]:
    """Says of each vote on a shown reply until `at` whether it counts: None, or why not. `accepted`: people who wrote
    something that has risen."""
    links = {link.key: link for link in log.links}
    cast = [vote for vote in log.votes if vote.at <= at and vote.key in links]
    established = _established(log, cast, accepted, at)
    devoted = _devoted(cast, links)
    seconds = _second_mailboxes(cast, links, log.mailboxes)

    def apart(vote: Vote) -> Apart | None:
        link = links[vote.key]
        if vote.marked is not None:
            return vote.marked
        reasons = (
            (Apart.SAME_MAILBOX, (vote.key, vote.voter) in seconds),
            (Apart.ONE_AUTHOR, bool(link.authors & devoted.get(vote.voter, frozenset()))),
            (Apart.NEWCOMER, vote.voter not in established),
            (Apart.OLD_WORDS, link.words_since is not None and vote.at < link.words_since),
            (Apart.NO_REASON, vote.value == NOT_HELPFUL and not vote.is_reasoned),
        )
        return next((reason for reason, holds in reasons if holds), None)

    return [(vote, apart(vote)) for vote in cast]


def tallies(weighed: Iterable[tuple[Vote, Apart | None]]) -> dict[Key, Tally]:
    """Counts the votes that count, by reply; replies without one are left out."""
    found: dict[Key, Counter[float]] = defaultdict(Counter)
    for vote, apart in weighed:
        if apart is None:
            found[vote.key][vote.value] += 1
    return {key: Tally(counts[HELPFUL], counts[SOMEWHAT], counts[NOT_HELPFUL]) for key, counts in found.items()}


def tally_of(votes: Iterable[Vote]) -> Tally:
    return next(iter(tallies((vote, None) for vote in votes).values()), NOTHING)


def _established(log: Log, cast: Sequence[Vote], accepted: Collection[str], at: datetime) -> set[str]:
    days: dict[str, set[date]] = defaultdict(set)
    first: dict[str, datetime] = dict(log.joined)
    for vote in cast:
        days[vote.voter].add(vote.first_at.date())
        first[vote.voter] = min(first.get(vote.voter, vote.first_at), vote.first_at)
    old = {voter for voter, since in first.items() if at - since > OLD_ENOUGH}
    return {voter for voter, dates in days.items() if voter in old and len(dates) >= VOTING_DAYS} | set(accepted)


def _devoted(cast: Sequence[Vote], links: Mapping[Key, Link]) -> dict[str, frozenset[str]]:
    """Finds voters all of whose votes are for one author, where chance alone would hardly do that: voter -> who the
    authors of all of them are."""
    share = Counter[str]()
    by_voter: dict[str, list[Vote]] = defaultdict(list)
    for vote in cast:
        by_voter[vote.voter].append(vote)
        share.update(links[vote.key].authors)
    found = {}
    for voter, votes in by_voter.items():
        if len(votes) < FEW_FOR_ONE or any(vote.value != HELPFUL for vote in votes):
            continue
        common = frozenset.intersection(*(links[vote.key].authors for vote in votes))
        others = {author: (share[author] - len(votes)) / max(1, len(cast) - len(votes)) for author in common}
        unlikely = frozenset(one for one, part in others.items() if part ** len(votes) < CHANCE_OF_ONE)
        if unlikely and len(cast) > len(votes):
            found[voter] = unlikely
    return found


def _second_mailboxes(
    cast: Sequence[Vote], links: Mapping[Key, Link], mailboxes: Mapping[str, str]
) -> set[tuple[Key, str]]:
    """Finds votes of accounts whose mailbox has voted on the reply before, or is its author's."""
    seen: set[tuple[Key, str]] = set()
    for link in links.values():
        seen.update((link.key, mailboxes[author]) for author in link.authors if author in mailboxes)
    second = set()
    for vote in sorted(cast, key=lambda vote: (vote.first_at, vote.voter)):
        mailbox = mailboxes.get(vote.voter)
        if mailbox is None:
            continue
        if (vote.key, mailbox) in seen:
            second.add((vote.key, vote.voter))
        seen.add((vote.key, mailbox))
    return second
