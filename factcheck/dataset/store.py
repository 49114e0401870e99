"""Stores a batch of drafts; doing it twice changes nothing."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from factcheck.dataset.data_file import DataFile, Key, among
from factcheck.dataset.files.anonymized_users import complete_user
from factcheck.dataset.record import Draft
from factcheck.db.insert import insert, table_of
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.models import App, FormerPublishedId, User

NO_USER = "no user"
"""The reason for leaving out a row without a user."""


@dataclass
class BatchResult:
    new: int = 0
    already_there: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def store_batch(factory: SessionFactory, file: DataFile, drafts: Sequence[Draft]) -> BatchResult:
    """Inserts what is not there yet; existing rows never change.

    Looks without a write lock, completes new rows, which takes time, and inserts them in one short transaction. The
    database's keys decide if somebody else inserts in between.
    """
    result = BatchResult()
    with read_only(factory) as session:
        kept = _with_parents(session, file, drafts, result)
        if file.apply is None:
            users = user_ids(session, {draft.user_hash for draft in kept})
            new = _new_only(session, file, kept, users, result)
    if file.apply is not None:
        return _applied(factory, file.apply, kept, result)
    for draft in new:
        file.complete(draft.values)
    if new:
        with transaction(factory) as session:
            _insert_all(session, file, new)
    result.new = len(new)
    return result


def _applied(
    factory: SessionFactory,
    apply: Callable[[Session, list[Draft]], int],
    drafts: list[Draft],
    result: BatchResult,
) -> BatchResult:
    with transaction(factory) as session:
        result.new = apply(session, drafts)
    result.already_there = len(drafts) - result.new
    return result


def _with_parents(session: Session, file: DataFile, drafts: Sequence[Draft], result: BatchResult) -> list[Draft]:
    kept = list(drafts)
    for parent in file.parents:
        wanted = {_pick(draft.values, parent.fields) for draft in kept}
        found = existing(session, parent.table, parent.columns, wanted)
        missing = [draft for draft in kept if _pick(draft.values, parent.fields) not in found]
        result.left_out[parent.reason] += len(missing)
        kept = [draft for draft in kept if _pick(draft.values, parent.fields) in found]
    if "user_id" in file.key:
        result.left_out[NO_USER] += sum(not draft.user_hash for draft in kept)
        kept = [draft for draft in kept if draft.user_hash]
    result.left_out = +result.left_out
    return kept


def _new_only(
    session: Session, file: DataFile, drafts: Sequence[Draft], users: dict[str, str], result: BatchResult
) -> list[Draft]:

    def key_of(draft: Draft) -> Key:
        # New people are told apart by hash, which never looks like an id of ours (20 long).
        user = users.get(draft.user_hash, f"hash:{draft.user_hash}")
        return _pick(draft.values | {"user_id": user}, file.key)

    seen = existing(session, file.table, file.key, {key_of(draft) for draft in drafts})
    if file.table is table_of(User):  # who has another id by now is there, too
        seen |= {
            (published_id,) for published_id in user_ids(session, [draft.values["published_id"] for draft in drafts])
        }
    new = []
    for draft in drafts:
        key = key_of(draft)
        if key in seen:
            result.already_there += 1
        else:
            seen.add(key)
            new.append(draft)
    return new


def _insert_all(session: Session, file: DataFile, drafts: Sequence[Draft]) -> None:
    _insert(session, table_of(App), [{"id": app} for app in sorted({draft.app for draft in drafts if draft.app})])
    if "user_id" in file.table.columns:
        users = _ensure_users(session, drafts)
        for draft in drafts:
            draft.values["user_id"] = users.get(draft.user_hash)
    _insert(session, file.table, [draft.values for draft in drafts])


def _ensure_users(session: Session, drafts: Sequence[Draft]) -> dict[str, str]:
    """Maps hashes to user ids. New people get the app of their first row."""
    apps: dict[str, str | None] = {}
    for draft in drafts:
        if draft.user_hash:
            apps.setdefault(draft.user_hash, draft.app)
    users = user_ids(session, apps)
    new: list[dict[str, Any]] = [
        {"published_id": user_hash, "app_id": app} for user_hash, app in apps.items() if user_hash not in users
    ]
    for values in new:
        complete_user(values)
    _insert(session, table_of(User), new)
    return user_ids(session, apps) if new else users


def user_ids(session: Session, hashes: Collection[str]) -> dict[str, str]:
    """Maps published hashes, of earlier keys too, to the ids of known users."""
    wanted = [user_hash for user_hash in hashes if user_hash]
    former = select(FormerPublishedId.published_id, FormerPublishedId.user_id)
    found = {
        row.published_id: row.user_id
        for row in session.execute(former.where(FormerPublishedId.published_id.in_(wanted)))
    }
    users = session.execute(select(User.published_id, User.id).where(User.published_id.in_(wanted)))
    return found | {user.published_id: user.id for user in users}


def existing(session: Session, table: Table, columns: tuple[str, ...], keys: Collection[Key]) -> set[Key]:
    """Finds those of `keys` that `table` has."""
    if not keys:
        return set()
    selected = [table.columns[name] for name in columns]
    return {tuple(row) for row in session.execute(select(*selected).where(among(selected, keys)))}


def _insert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    session.execute(insert(session, table).on_conflict_do_nothing(), rows)


def _pick(values: dict[str, Any], names: Iterable[str]) -> Key:
    return tuple(values[name] for name in names)
