"""The change log of a release: which articles, replies and links are new, changed or hidden since the one before. What
was erased is counted and not listed."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from factcheck.dataset.csv_file import csv_writer, own_rows
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.files.article_replies import ARTICLE_REPLIES
from factcheck.dataset.files.articles import ARTICLES
from factcheck.dataset.files.replies import REPLIES
from factcheck.dataset.manifest import Changed, Changes, ColumnInfo
from factcheck.dataset.write_file import stored
from factcheck.models import Status

FOLLOWED = (ARTICLES, REPLIES, ARTICLE_REPLIES)
"""Their rows stand in the order of their identity."""
CHANGES_NAME = "changes.csv.zip"
COLUMNS = (
    ColumnInfo("file", "The file without its ending: articles, replies or article_replies."),
    ColumnInfo("id", "The row's id; of a link the ids of message and reply with a blank between."),
    ColumnInfo("change", "NEW, CHANGED, or HIDDEN: it is not shown any more."),
)
ROWS_AT_A_TIME = 5_000

Row = Sequence[str]
Key = tuple[str, ...]
LAST: Key = (chr(sys.maxunicode),)
"""Behind every id."""


class Change(StrEnum):
    NEW = "NEW"
    CHANGED = "CHANGED"
    HIDDEN = "HIDDEN"
    ERASED = "ERASED"


@dataclass(frozen=True)
class Table:
    """The places of a file's columns in rows of two releases: pairs of (before, now)."""

    identity: Sequence[tuple[int, int]]
    shared: Sequence[tuple[int, int]]
    withdrawn: Sequence[tuple[int, int]]
    status: tuple[int, int] | None


def write_changes(before: Path, folder: Path, *, since: str, since_revision: int, now: datetime) -> Changes:
    """Compares two folders of files, and writes the list into the second."""
    counts: dict[str, Counter[Change]] = {file.name: Counter() for file in FOLLOWED}
    path = folder / CHANGES_NAME
    with csv_writer(path, [column.name for column in COLUMNS], now) as writer:
        listed = _listed(before, folder, counts)
        while rows := list(islice(listed, ROWS_AT_A_TIME)):
            writer.write([list(cells) for cells in zip(*rows, strict=True)])
    found = {
        table: Changed(count[Change.NEW], count[Change.CHANGED], count[Change.HIDDEN], count[Change.ERASED])
        for table, count in counts.items()
    }
    return Changes(since, since_revision, stored(path), found)


def _listed(before: Path, folder: Path, counts: dict[str, Counter[Change]]) -> Iterator[Row]:
    for file in FOLLOWED:
        name = f"{file.name}.csv.zip"
        if not (before / name).is_file():
            continue
        for key, change in compare(file, own_rows(before / name), own_rows(folder / name)):
            counts[file.name][change] += 1
            if change is not Change.ERASED:
                yield file.name, " ".join(key), change.value


def compare(file: DataFile, before: Iterator[Row], now: Iterator[Row]) -> Iterator[tuple[Key, Change]]:
    """Compares rows of two releases, each with its header first. Both are ordered by identity, so that one row of each
    is in memory."""
    table = _table(file, next(before), next(now))
    old, new = next(before, None), next(now, None)
    while old is not None or new is not None:
        old_key = tuple(old[place] for place, _ in table.identity) if old is not None else LAST
        new_key = tuple(new[place] for _, place in table.identity) if new is not None else LAST
        if old_key < new_key:
            yield old_key, Change.ERASED
        elif new_key < old_key:
            yield new_key, Change.NEW
        elif old is not None and new is not None and (change := _change(table, old, new)):
            yield new_key, change
        first = min(old_key, new_key)
        old = next(before, None) if old_key == first else old
        new = next(now, None) if new_key == first else new


def _table(file: DataFile, before: Row, now: Row) -> Table:
    places = {name: (before.index(name), now.index(name)) for name in now if name in before}
    return Table(
        identity=[places[name] for name in file.identity],
        shared=list(places.values()),
        withdrawn=[places[name] for name in file.withdrawn if name in places],
        status=places.get("status"),
    )


def _change(table: Table, old: Row, new: Row) -> Change | None:
    if all(old[one] == new[other] for one, other in table.shared):
        return None
    if any(old[one] and not new[other] for one, other in table.withdrawn):
        return Change.ERASED
    if table.status and old[table.status[0]] == Status.NORMAL != new[table.status[1]]:
        return Change.HIDDEN
    return Change.CHANGED
