"""The nightly job that decides, from the votes that count, what each reply is worth. Its parameters and decisions are
kept, so that they can be published and made again.

A status changes at night alone: a wave of votes moves nothing before somebody can look at it. The counts are true at
once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session, joinedload

from factcheck.clock import Clock
from factcheck.db.aliases import shared_alias
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind, Next
from factcheck.models import (
    Apart,
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    Reply,
    Status,
    User,
    VoteDecision,
    VoteNight,
    VoteStatus,
)
from factcheck.services.daily import HOME
from factcheck.services.editing import words_since
from factcheck.services.second_accounts import mailbox_of
from factcheck.votes.evidence import HELPFUL, NOT_HELPFUL, SOMEWHAT, Key, Link, Log, Vote
from factcheck.votes.night import Decision, Night, decide_all
from factcheck.votes.status import Standing, Tally

DECIDE_VOTES = "decide_votes"
EVERY = timedelta(hours=1)
AT_NIGHT = time(3)
"""At home, where the fewest people vote."""
RULE = 1
"""Raised with every change of the rule, so that old decisions are not held against it."""
MARKED_AT_ONCE = 10_000
"""Votes that one job writes to, so that nobody waits long for SQLite's one writer."""
ASKED_AT_ONCE = 500


def job_kinds(factory: SessionFactory, clock: Clock) -> tuple[JobKind, ...]:
    """Declares the job: it looks hourly whether this night is still to be decided."""

    def handle(_payload: dict[str, Any]) -> Effects:
        now = clock()
        with read_only(factory) as session:
            if not is_due(session, now=now):
                return no_effects
            night, marks, before = _decide(session, now)

        def effects(session: Session) -> Next | None:
            if len(marks) > MARKED_AT_ONCE:
                _mark(session, marks[:MARKED_AT_ONCE])
                return Next.AT_ONCE
            keep(session, night, before)
            _mark(session, marks)
            return None

        return effects

    return (JobKind(DECIDE_VOTES, handle, every=EVERY, is_keyed=True),)


def is_due(session: Session, *, now: datetime) -> bool:
    """Tells whether nothing was decided since the last night began."""
    here = now.astimezone(HOME)
    begun = here.replace(hour=AT_NIGHT.hour, minute=0, second=0, microsecond=0)
    begun -= timedelta(days=1) if here < begun else timedelta(0)
    last = session.scalar(select(func.max(VoteNight.at)))
    return last is None or last < begun


def last_night(session: Session) -> VoteNight | None:
    return session.scalar(select(VoteNight).order_by(VoteNight.id.desc()).limit(1))


@dataclass(frozen=True)
class Turn:
    """A reply that is shown, and that a night gave another status."""

    link: ArticleReply
    before: VoteStatus
    decision: VoteDecision


_EARLIER = shared_alias(VoteDecision)
_BEFORE = func.coalesce(
    select(_EARLIER.status)
    .where(
        _EARLIER.article_id == VoteDecision.article_id,
        _EARLIER.reply_id == VoteDecision.reply_id,
        _EARLIER.id < VoteDecision.id,
    )
    .order_by(_EARLIER.id.desc())
    .limit(1)
    .scalar_subquery(),
    VoteStatus.UNRATED,
)


def nights(session: Session, limit: int) -> list[tuple[VoteNight, int]]:
    """Lists the newest nights first, each with how many replies it gave another status."""
    newest = session.scalars(select(VoteNight).order_by(VoteNight.id.desc()).limit(limit)).all()
    turned = select(VoteDecision.night_id, func.count()).where(VoteDecision.status != _BEFORE)
    turned = turned.where(VoteDecision.night_id.in_([night.id for night in newest])).group_by(VoteDecision.night_id)
    counts: dict[int, int] = dict(session.execute(turned).all())
    return [(night, counts.get(night.id, 0)) for night in newest]


def turns(session: Session, night: VoteNight, limit: int) -> list[Turn]:
    """Lists replies that a night gave another status, those with most votes first."""
    query = (
        select(ArticleReply, _BEFORE, VoteDecision)
        .join(VoteDecision, _of_link())
        .join(Article, Article.id == ArticleReply.article_id)
        .where(VoteDecision.night_id == night.id, VoteDecision.status != _BEFORE)
        .where(ArticleReply.status == Status.NORMAL, Article.status == Status.NORMAL)
        .order_by((VoteDecision.helpful + VoteDecision.somewhat + VoteDecision.not_helpful).desc(), VoteDecision.id)
        .options(joinedload(ArticleReply.reply))
    )
    found = session.execute(query.limit(limit))
    return [Turn(link, VoteStatus(before), decision) for link, before, decision in found]


def _of_link() -> ColumnElement[bool]:
    same_reply = VoteDecision.reply_id == ArticleReply.reply_id
    return and_(same_reply, VoteDecision.article_id == ArticleReply.article_id)


def decide_now(session: Session, *, now: datetime) -> Night:
    """Decides and keeps at once, whatever the hour."""
    night, marks, before = _decide(session, now)
    keep(session, night, before)
    _mark(session, marks)
    return night


Mark = tuple[int, Apart | None]
"""The id of a vote, and why it does not count."""


def _decide(session: Session, now: datetime) -> tuple[Night, list[Mark], dict[Key, Standing]]:
    log, before = load_log(session), standings(session)
    night = decide_all(log, before, at=now)
    kept = select(ArticleReplyFeedback.article_id, ArticleReplyFeedback.reply_id, ArticleReplyFeedback.user_id)
    rows = session.execute(kept.add_columns(ArticleReplyFeedback.id, ArticleReplyFeedback.apart))
    known = {((article_id, reply_id), voter): (number, apart) for article_id, reply_id, voter, number, apart in rows}
    marks = [
        (known[vote.key, vote.voter][0], apart)
        for vote, apart in night.weighed
        if known[vote.key, vote.voter][1] != apart
    ]
    return night, marks, before


def load_log(session: Session) -> Log:
    """Loads what decisions follow from: votes that stand on shown replies. Withdrawn and hidden votes count for
    nothing, not even as a day on which somebody came."""
    links = _links(session)
    shown = {link.key for link in links}
    votes = [vote for vote in _votes(session) if vote.key in shown]
    people = {vote.voter for vote in votes} | {author for link in links for author in link.authors}
    joined: dict[str, datetime] = {}
    mailboxes: dict[str, str] = {}
    for user_id, created_at, email in session.execute(select(User.id, User.created_at, User.email)):
        if user_id in people and created_at is not None:
            joined[user_id] = created_at
        if user_id in people and email:
            mailboxes[user_id] = mailbox_of(email)
    return Log(votes, links, joined, mailboxes)


def _links(session: Session) -> list[Link]:
    query = (
        select(ArticleReply.article_id, ArticleReply.reply_id, ArticleReply.user_id, Reply.user_id, Reply.version)
        .join(Reply, Reply.id == ArticleReply.reply_id)
        .join(Article, Article.id == ArticleReply.article_id)
        .where(ArticleReply.status == Status.NORMAL, Article.status == Status.NORMAL)
    )
    rows = session.execute(query).all()
    since: dict[str, datetime] = {}
    changed = sorted({row[1] for row in rows if row[4] > 1})
    for start in range(0, len(changed), ASKED_AT_ONCE):
        since |= words_since(session, changed[start : start + ASKED_AT_ONCE])
    return [
        Link((article_id, reply_id), frozenset(filter(None, (linker, writer))), since.get(reply_id))
        for article_id, reply_id, linker, writer, _ in rows
    ]


def _votes(session: Session) -> Iterable[Vote]:
    vote = ArticleReplyFeedback
    columns = (vote.article_id, vote.reply_id, vote.user_id, vote.score, vote.somewhat, vote.reasons, vote.comment)
    query = select(*columns, vote.marked, vote.created_at, vote.updated_at).where(vote.status == Status.NORMAL)
    for row in session.execute(query.order_by(vote.id)):
        first_at = row.created_at or row.updated_at
        if first_at is None or not (row.score or row.somewhat):
            continue
        yield Vote(
            key=(row.article_id, row.reply_id),
            voter=row.user_id,
            value={1: HELPFUL, 0: SOMEWHAT, -1: NOT_HELPFUL}[row.score],
            first_at=first_at,
            at=row.updated_at or first_at,
            is_reasoned=bool(row.reasons or row.comment),
            tags=tuple(row.reasons),
            marked=Apart(row.marked) if row.marked else None,
        )


def standings(session: Session) -> dict[Key, Standing]:
    """Loads what holds for each reply that was ever decided on."""
    newest = select(func.max(VoteDecision.id)).group_by(VoteDecision.article_id, VoteDecision.reply_id)
    query = (
        select(VoteDecision, VoteNight.at)
        .join(VoteNight, VoteNight.id == VoteDecision.night_id)
        .where(VoteDecision.id.in_(newest))
    )
    return {
        (row.article_id, row.reply_id): Standing(
            VoteStatus(row.status), Tally(row.helpful, row.somewhat, row.not_helpful), at
        )
        for row, at in session.execute(query)
    }


def keep(session: Session, night: Night, before: Mapping[Key, Standing]) -> None:
    """Keeps the night and what is new in it, and shows it. Links are locked before votes, as whoever votes does."""
    _show(session, night)
    row = VoteNight(at=night.at, parameters=_parameters(night))
    session.add(row)
    session.flush()
    session.add_all(
        VoteDecision(
            night_id=row.id,
            article_id=key[0],
            reply_id=key[1],
            status=decision.standing.status,
            **asdict(decision.standing.tally),
            bound=decision.judgement.bound,
            score=decision.judgement.score,
        )
        for key, decision in sorted(night.decisions.items())
        if decision.standing != before.get(key)
    )
    session.flush()


def _parameters(night: Night) -> dict[str, Any]:
    counted = sum(apart is None for _, apart in night.weighed)
    camps = None if night.test is None else {**asdict(night.test), "passed": night.test.passed}
    return {
        "rule": RULE,
        "prior": list(night.parameters.prior),
        "cut": night.parameters.cut,
        "camps": camps,
        "votes": len(night.weighed),
        "counted": counted,
    }


def _show(session: Session, night: Night) -> None:
    query = select(ArticleReply.article_id, ArticleReply.reply_id, ArticleReply.vote_status, ArticleReply.vote_reasons)
    shown = {(row[0], row[1]): (row[2], tuple(row[3])) for row in session.execute(query)}
    for key, decision in sorted(night.decisions.items()):
        if key in shown and shown[key] != _shown(decision):
            this = update(ArticleReply).where(ArticleReply.article_id == key[0], ArticleReply.reply_id == key[1])
            values = {"vote_status": decision.standing.status, "vote_reasons": list(decision.reasons)}
            session.execute(this.values(values).execution_options(synchronize_session=False))
    session.expire_all()


def _shown(decision: Decision) -> tuple[str, tuple[str, ...]]:
    return decision.standing.status, decision.reasons


def _mark(session: Session, marks: Sequence[Mark]) -> None:
    rows = [{"id": number, "apart": apart} for number, apart in sorted(marks, key=lambda mark: mark[0])]
    if rows:
        session.execute(update(ArticleReplyFeedback), rows)
