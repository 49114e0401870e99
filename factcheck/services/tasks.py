"""Handing out small tasks, and taking answers. Nobody gets one whose answers are on their way already.

A task's row is its lock. Whoever has one keeps it for some minutes; its `room_at` says from when on another person may
have it, so that finding one is a walk along an index.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from factcheck.db.insert import insert
from factcheck.errors import GoneError, InvalidInputError, NotFoundError
from factcheck.models import (
    Article,
    ArticleReply,
    Category,
    Reply,
    SimilarArticle,
    Status,
    Task,
    TaskAnswer,
    TaskKind,
    TaskState,
    TaskTurn,
    User,
)
from factcheck.services.clusters import join
from factcheck.services.daily import local_time
from factcheck.services.persons import rows_of
from factcheck.services.roles import Action, require
from factcheck.services.task_rules import SAYS_NOTHING, Standing, rating_standing, standing
from factcheck.services.topics import set_topic

TURN_LIFE = timedelta(minutes=5)
"""How long somebody may take, or be gone, before another person is asked in their place."""
LOOKS = 20
"""Tasks that turn out to be for others, before a person is told that there is none."""

CHOICES: dict[str, tuple[TaskAnswer, ...]] = {
    TaskKind.RATE: (TaskAnswer.RATED, TaskAnswer.SKIPPED),
    TaskKind.SAME: (TaskAnswer.SAME, TaskAnswer.DIFFERENT, TaskAnswer.UNSURE, TaskAnswer.SKIPPED),
    TaskKind.TOPIC: (TaskAnswer.NONE, TaskAnswer.UNSURE, TaskAnswer.SKIPPED),
    TaskKind.REFERENCE: (
        *(TaskAnswer.SAYS_SO, TaskAnswer.NOT_THERE, TaskAnswer.AWAY),
        *(TaskAnswer.UNSURE, TaskAnswer.SKIPPED),
    ),
}


def hand_out(session: Session, user: User, languages: Collection[str], *, now: datetime) -> Task | None:
    """Gives the task that the person has already, else the next one in these languages or in none. `languages` may be
    empty: all. Raises ForbiddenError for who is blocked."""
    require(user, Action.CONTRIBUTE)
    rows = rows_of(session, user.id)
    mine = _in_hand(session, user, now)
    if mine is not None:
        return mine
    for look in range(LOOKS):
        task = session.scalars(_next(rows, languages, now)).first()
        if task is None and look == 0:  # whoever has the last ones locked may leave room; nothing is locked here yet
            task = session.scalars(_next(rows, languages, now, waiting=True)).first()
        if task is None:
            return None
        if _settle(session, task, now=now) and not _is_own(session, task, rows):
            _take(session, task, user, now=now)
            return task
        if task.state == TaskState.OPEN and task.room_at <= now:  # it is the person's own work
            _take(session, task, user, now=now, answer=TaskAnswer.SKIPPED)
        session.flush()
    return None


def _in_hand(session: Session, user: User, now: datetime) -> Task | None:
    """Finds what the person was given and has not answered, if it may still be answered."""
    turn = (TaskTurn.user_id == user.id, TaskTurn.answered_at.is_(None), TaskTurn.expires_at > now)
    query = select(Task).join(TaskTurn, TaskTurn.task_id == Task.id).where(*turn, Task.state == TaskState.OPEN)
    task = session.scalars(query.order_by(TaskTurn.taken_at.desc()).limit(1).with_for_update(of=Task)).first()
    return task if task is not None and is_shown(session, task) else None


def _next(rows: Collection[str], languages: Collection[str], now: datetime, *, waiting: bool = False) -> Select[Task]:
    had = exists().where(TaskTurn.task_id == Task.id, TaskTurn.user_id.in_(rows))
    query = select(Task).where(Task.state == TaskState.OPEN, Task.room_at <= now, ~had)
    if languages:
        query = query.where(or_(Task.language == "", Task.language.in_(languages)))
    ordered = query.order_by(Task.place, Task.id).limit(1)
    return ordered.with_for_update(skip_locked=not waiting).execution_options(populate_existing=True)


def _is_own(session: Session, task: Task, rows: Collection[str]) -> bool:
    """Tells whether the task is about the person's own reply."""
    if task.kind not in (TaskKind.RATE, TaskKind.REFERENCE):
        return False
    wrote = select(Reply.id).where(Reply.id == task.other_id, Reply.user_id.in_(rows))
    at = (ArticleReply.article_id == task.article_id, ArticleReply.reply_id == task.other_id)
    added = select(ArticleReply.reply_id).where(*at, ArticleReply.user_id.in_(rows))
    return session.scalar(wrote) is not None or session.scalar(added) is not None


def _take(session: Session, task: Task, user: User, *, now: datetime, answer: str = "") -> None:
    row = {"task_id": task.id, "user_id": user.id, "taken_at": now, "expires_at": now + TURN_LIFE, "answer": answer}
    again = {"taken_at": now, "expires_at": now + TURN_LIFE}
    adding = insert(session, TaskTurn).values(**row, answered_at=now if answer else None)
    key = ["task_id", "user_id"]
    session.execute(adding.on_conflict_do_update(index_elements=key, set_=again, where=TaskTurn.answered_at.is_(None)))
    _settle(session, task, now=now)


def answer(session: Session, task_id: int, user: User, given: str, *, now: datetime) -> Task:
    """Takes a person's answer, once; a late one counts if the task is still open. For RATE the vote itself is cast by
    `services.feedback` in the same transaction. Raises NotFoundError for a task that the person was not given,
    InvalidInputError, ForbiddenError, and GoneError if it was decided meanwhile or is not shown any more."""
    require(user, Action.CONTRIBUTE)
    task = session.get(Task, task_id, with_for_update=True, populate_existing=True)
    turn = session.get(TaskTurn, (task_id, user.id), populate_existing=True)
    if task is None or turn is None:
        raise NotFoundError(f"no task {task_id} of this person")
    if turn.answered_at is not None:  # sent twice
        return task
    if given not in CHOICES[task.kind] and not _is_topic(session, task, given):
        raise InvalidInputError("answer", "Choose one of the answers.")
    if task.kind != TaskKind.RATE and (task.state != TaskState.OPEN or not is_shown(session, task)):
        raise GoneError("Others have done this meanwhile. Thank you all the same.")
    turn.answer, turn.answered_at = given, now
    session.flush()
    if task.state == TaskState.OPEN:
        _settle(session, task, now=now)
        _carry_out(session, task, user, now=now)
    return task


def _is_topic(session: Session, task: Task, given: str) -> bool:
    return task.kind == TaskKind.TOPIC and bool(given) and session.get(Category, given) is not None


def _settle(session: Session, task: Task, *, now: datetime) -> bool:
    """Brings a locked task up to its answers. True if one more person may have it now."""
    if not is_shown(session, task):
        task.state, task.decided_at = TaskState.DROPPED, now
        return False
    of_it = select(TaskTurn).join(User, User.id == TaskTurn.user_id).where(TaskTurn.task_id == task.id)
    turns = session.scalars(of_it.where(User.blocked_at.is_(None))).all()
    found = _standing(session, task, [turn.answer for turn in turns if turn.answered_at is not None])
    if found.outcome or found.split:
        task.state = TaskState.DECIDED if found.outcome else TaskState.SPLIT
        task.outcome, task.decided_at = found.outcome, now
        return False
    held = sorted(turn.expires_at for turn in turns if turn.answered_at is None and turn.expires_at > now)
    task.room_at = now if len(held) < found.wanted else held[len(held) - found.wanted]
    return len(held) < found.wanted


def _standing(session: Session, task: Task, answers: list[str]) -> Standing:
    if task.kind != TaskKind.RATE:
        return standing(task.kind, answers)
    link = session.get_one(ArticleReply, (task.article_id, task.other_id))
    return rating_standing(link.positive_feedback_count + link.negative_feedback_count)


def _carry_out(session: Session, task: Task, user: User, *, now: datetime) -> None:
    if task.state != TaskState.DECIDED:
        return
    if task.outcome == TaskAnswer.SAME:
        join(session, task.article_id, task.other_id, now=now)
    elif task.outcome == TaskAnswer.DIFFERENT:
        _part(session, task.article_id, task.other_id)
    elif task.kind == TaskKind.TOPIC and task.outcome != TaskAnswer.NONE:
        set_topic(session, session.get_one(Article, task.article_id), task.outcome, user, now=now)


def _part(session: Session, one: str, other: str) -> None:
    """Has neither suggest the other any more."""
    for first, second in ((one, other), (other, one)):
        pair = (SimilarArticle.article_id == first, SimilarArticle.other_id == second)
        session.execute(delete(SimilarArticle).where(*pair))


def is_shown(session: Session, task: Task) -> bool:
    """Tells whether what a task is about is still shown, and still a question."""
    article = session.get(Article, task.article_id)
    if article is None or article.status != Status.NORMAL:
        return False
    if task.kind == TaskKind.SAME:
        other = session.get(Article, task.other_id)
        return other is not None and other.status == Status.NORMAL and other.cluster_id != article.cluster_id
    if task.kind in (TaskKind.RATE, TaskKind.REFERENCE):
        link = session.get(ArticleReply, (task.article_id, task.other_id), populate_existing=True)
        return link is not None and link.status == Status.NORMAL
    return True


def done_today(session: Session, user_id: str, *, now: datetime) -> int:
    """Counts what a person answered since midnight, without what they passed on."""
    midnight = local_time(now).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = (TaskTurn.user_id == user_id, TaskTurn.answered_at >= midnight, TaskTurn.answer.not_in(SAYS_NOTHING))
    return session.scalar(select(func.count()).select_from(TaskTurn).where(*mine)) or 0


_DECIDED = select(Task.other_id, Task.url, Task.outcome).where(
    Task.other_id.in_(bindparam("ids", expanding=True)),
    Task.kind == TaskKind.REFERENCE,
    Task.state == TaskState.DECIDED,
)


def checked_references(session: Session, reply_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Maps replies to the addresses that they refer to, and those to what people agreed on: SAYS_SO, NOT_THERE or
    AWAY."""
    found: dict[str, dict[str, str]] = {}
    for reply_id, url, outcome in session.execute(_DECIDED, {"ids": list(reply_ids)}) if reply_ids else ():
        found.setdefault(reply_id, {})[url] = outcome
    return found
