"""Waves: what several accounts send that says the same, or names the same place to call. One decision clears them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.errors import InvalidInputError, StaleError
from factcheck.ids import random_id
from factcheck.models import ModerationAction, ModerationKind, PendingReply, Reason, TargetKind, User
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.signals import contacts_of, hosts_of
from factcheck.moderation.targets import Target, person

FEWEST = 3
"""Texts that make a wave."""

LOOKED_AT = 1_000
MOST_PEOPLE = 100
COMMON = 8
"""Accounts that name one site, from which on it is rather a site that everybody cites."""


@dataclass(frozen=True)
class Wave:
    people: Sequence[User]
    texts: Sequence[PendingReply]
    """The newest first."""


@dataclass(frozen=True)
class Sent:
    """One text and who sent it."""

    id: str
    user_id: str
    mark: str
    contacts: frozenset[str]


def grouped(texts: Sequence[Sent]) -> list[list[Sent]]:
    """Puts together what has a mark or a contact in common, directly or through others; the biggest group first. Pure.
    Each has at least FEWEST texts."""
    leader = {one.id: one.id for one in texts}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    first: dict[str, str] = {}
    for one in texts:
        for trait in ([f"mark {one.mark}"] if one.mark else []) + [f"contact {key}" for key in sorted(one.contacts)]:
            leader[find(one.id)] = find(first.setdefault(trait, one.id))
    groups: dict[str, list[Sent]] = defaultdict(list)
    for one in texts:
        groups[find(one.id)].append(one)
    return sorted((group for group in groups.values() if len(group) >= FEWEST), key=lambda group: -len(group))


def waves(session: Session) -> list[Wave]:
    """Looks at the newest texts that wait."""
    query = select(PendingReply).where(PendingReply.refused_at.is_(None))
    rows = session.scalars(query.order_by(PendingReply.created_at.desc(), PendingReply.id).limit(LOOKED_AT)).all()
    by_id = {row.id: row for row in rows}
    return [_wave(session, [by_id[one.id] for one in group]) for group in grouped(_sent(rows))]


def _sent(rows: Sequence[PendingReply]) -> list[Sent]:
    hosts = {row.id: hosts_of([row.text]) for row in rows}  # references of honest replies name the same sites
    named_by: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for host in hosts[row.id]:
            named_by[host].add(row.user_id)
    rare = {host for host, people in named_by.items() if len(people) < COMMON}
    return [
        Sent(row.id, row.user_id, row.mark, frozenset(contacts_of(row.text) | (hosts[row.id] & rare))) for row in rows
    ]


def _wave(session: Session, texts: Sequence[PendingReply]) -> Wave:
    user_ids = list(dict.fromkeys(text.user_id for text in texts))
    people = {user.id: user for user in session.scalars(select(User).where(User.id.in_(user_ids)))}
    return Wave([people[user_id] for user_id in user_ids if user_id in people], texts)


def clear(
    session: Session, people: Iterable[str], reason: Reason, moderator: User | None, *, note: str = "", now: datetime
) -> list[ModerationAction]:
    """Blocks these people, named by their published ids, and hides all that they did: one decision each, taken
    together. Who was blocked by somebody else meanwhile is passed over. Raises InvalidInputError, ForbiddenError;
    StaleError when nobody is left."""
    names = list(dict.fromkeys(people))
    if not 0 < len(names) <= MOST_PEOPLE:
        raise InvalidInputError("people", "Choose between one and %(limit)d people.", limit=MOST_PEOPLE)
    wave, done = random_id(12), []
    decision = Decision(ModerationKind.BLOCK, reason, note, wave)
    for name in sorted(names):
        if person(session, name) is None:
            continue
        try:
            with session.begin_nested():
                done.append(decide(session, Target(TargetKind.USER, name), decision, moderator, now=now))
        except StaleError:
            continue
    if not done:
        raise StaleError
    return done
