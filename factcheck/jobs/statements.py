"""The statements by which jobs are found and claimed, made once: making one takes as long as sending it.

What they look at does not grow with what waits in one chat. Of each key, jobs from the `CROWD`th on are put `behind`,
where no statement looks for what is next, and each claim of the key brings one forward.
"""

from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, or_, select, text, update
from sqlalchemy import literal_column as literal

from factcheck.db.insert import table_of
from factcheck.models import Job, JobState

CROWD = 20

_jobs = table_of(Job)
_earlier = _jobs.alias("earlier")
# Written out, so that SQLite sees that its partial indexes serve.
_ready = _jobs.c.state == literal(f"'{JobState.READY}'")
_behind: ColumnElement[bool] = literal("jobs.behind")
_running = _jobs.c.state == literal(f"'{JobState.RUNNING}'")
_alive_before = (
    _earlier.c.key == _jobs.c.key,
    _earlier.c.id < _jobs.c.id,
    _earlier.c.state != literal(f"'{JobState.DEAD}'"),
)
_blocked = exists().where(*_alive_before)


class Choice(Enum):
    """Kinds of which a job is looked for."""

    ANY = "any"
    THESE = "these"
    OTHERS = "others"


def _candidates(choice: Choice, kinds: str = "kinds") -> tuple[Select[Any], Select[Any]]:
    """Finds the jobs whose worker died, and the due ones. `kinds`: the name of the parameter that names kinds."""
    named = _jobs.c.kind.in_(bindparam(kinds, expanding=True))
    wanted = [~_blocked, *({Choice.THESE: [named], Choice.OTHERS: [~named]}.get(choice, []))]
    orphaned = select(_jobs.c.id).where(_running, _jobs.c.locked_until < bindparam("now"), *wanted)
    return orphaned, select(_jobs.c.id).where(_ready, ~_jobs.c.behind, _jobs.c.due_at <= bindparam("now"), *wanted)


def _next(choice: Choice) -> ColumnElement[int]:
    """Finds a job whose worker died, else the due one of the best priority."""
    orphaned, due = _candidates(choice)
    ordered = due.order_by(_jobs.c.priority, _jobs.c.due_at, _jobs.c.id)
    first, second = (
        query.limit(1).with_for_update(skip_locked=True).scalar_subquery()
        for query in (orphaned.order_by(_jobs.c.id), ordered)
    )
    return func.coalesce(first, second)


# As text, since SQLAlchemy leaves the tables' names out of what SQLite returns.
_leads_crowd: ColumnElement[bool] = literal(
    "EXISTS (SELECT 1 FROM jobs AS others WHERE others.key = CAST(jobs.key AS TEXT) AND others.behind)"
)

CLAIM = {
    choice: update(_jobs)
    .where(_jobs.c.id == _next(choice))
    .values(
        state=JobState.RUNNING,
        locked_by=bindparam("worker"),
        locked_until=bindparam("until"),
        attempts=_jobs.c.attempts + 1,
    )
    .returning(
        *(_jobs.c.id, _jobs.c.kind, _jobs.c.payload, _jobs.c.attempts, _jobs.c.max_attempts, _jobs.c.key),
        _leads_crowd.label("leads_crowd"),
    )
    for choice in Choice
}
"""Their parameters: `now`, `worker`, `until`, and `kinds` where some are named."""

_IS_CROWDED = text(
    "(SELECT count(*) FROM (SELECT 1 FROM jobs WHERE key = :crowd AND state <> 'DEAD' LIMIT :most) AS few) >= :most"
)
ADD = _jobs.insert().returning(_jobs.c.id)
ADD_IN_TURN = ADD.values(behind=_IS_CROWDED.bindparams(most=CROWD))
"""Of a key, which is the parameter `crowd`, too."""

FINISH = delete(_jobs).where(_jobs.c.id == bindparam("job"), _jobs.c.locked_by == bindparam("worker"))

FOLLOW = (
    update(_jobs)
    .where(_jobs.c.id == bindparam("job"), ~_behind, ~_blocked)
    .values(state=JobState.RUNNING, locked_by=bindparam("worker"), locked_until=bindparam("until"), attempts=1)
)
"""Claims a `job` of the same transaction, unless others of its key come first."""


@cache
def due(choices: tuple[Choice, ...]) -> Select[*tuple[Any, ...]]:
    """Makes the statement that tells for each choice whether there is something to claim. The parameters that name
    kinds are `kinds0`, `kinds1` and so on. It locks nothing."""
    found = ([query.exists() for query in _candidates(choice, f"kinds{n}")] for n, choice in enumerate(choices))
    return select(*(or_(*either).label(f"due{n}") for n, either in enumerate(found)))


BRING_FORWARD = (
    update(_jobs)
    .where(
        _jobs.c.id
        == select(_jobs.c.id)
        .where(_jobs.c.key == bindparam("crowd"), _behind)
        .order_by(_jobs.c.id)
        .limit(1)
        .scalar_subquery()
    )
    .values(behind=False)
)
"""The first that is behind of the key `crowd`."""

BRING_LOST_FORWARD = (
    update(_jobs).where(_behind, ~exists().where(*_alive_before, ~_earlier.c.behind)).values(behind=False)
)
"""Those that nobody will bring forward, as what was before them is gone."""
