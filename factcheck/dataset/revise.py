"""Takes what people had erased out of the exports offered.

A row is kept if it is still there and says what it said; else its present form takes its place, or nothing. So it need
not be known what was erased, only that something was.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.cell_formats import moment
from factcheck.dataset.columns import USER_COLUMNS
from factcheck.dataset.csv_file import own_rows
from factcheck.dataset.data_file import REDACTED, Columns, DataFile
from factcheck.dataset.export import disk_errors
from factcheck.dataset.folders import draft_folder, only_one, to_disk
from factcheck.dataset.manifest import FileInfo, Manifest
from factcheck.dataset.papers import write_papers
from factcheck.dataset.publish import all_exports, find_export, folders
from factcheck.dataset.reading import Reading, reading
from factcheck.dataset.write_file import write_file
from factcheck.db.session import SessionFactory
from factcheck.models import FormerPublishedId, Status, User

ROWS_AT_A_TIME = 500

Cells = dict[str, str]


@dataclass(frozen=True)
class _Row:
    cells: Sequence[str] | None
    """What is written; None: nothing."""
    is_touched: bool


def revise_exports(session_factory: SessionFactory, root: Path, *, now: datetime) -> int:
    """Returns how many rows were withdrawn in all. Each export is revised in one step. Raises DatasetError."""
    return sum(_revise(session_factory, root, name, now) for name in (all_exports(root) if root.exists() else ()))


def _revise(session_factory: SessionFactory, root: Path, name: str, now: datetime) -> int:
    found = find_export(root, name)
    if found is None:
        return 0
    before, manifest = found
    with disk_errors(root), draft_folder(root, now) as draft:
        files = draft / "files"
        files.mkdir()
        with reading(session_factory) as reader:
            written = [_revised_file(reader, info, before, files, now) for info in manifest.files]
        rows = sum(touched for _, touched in written)
        if rows:
            if manifest.changes:
                _take_over(before, files, manifest.changes.file.name)
            revision = replace(
                manifest,
                files=tuple(info for info, _ in written),
                release=name,
                revision=manifest.revision + 1,
                revised_at=moment(now),
                withdrawn_rows=manifest.withdrawn_rows + rows,
            )
            _put_in_place(root, files, revision)
    return rows


def _put_in_place(root: Path, files: Path, revision: Manifest) -> None:
    write_papers(files, revision)
    to_disk(files)
    with only_one(root):
        older = list(folders(root, revision.release))
        if older:  # else it was removed meanwhile, as newer exports came
            files.rename(root / f"{revision.release}.r{revision.revision}")
            to_disk(root)
        for folder in older:
            shutil.rmtree(folder, ignore_errors=True)


def _revised_file(reader: Reading, info: FileInfo, before: Path, draft: Path, now: datetime) -> tuple[FileInfo, int]:
    """Returns what the new file is, and how many rows differ. Most files do not: they are read, and taken over."""
    file = next((one for one in DATA_FILES if one.name == info.table), None)
    old = before / info.name
    if file is None or not file.is_of_people or not any(row.is_touched for row in _rows(reader, file, old)):
        for one in info.stored:
            _take_over(before, draft, one.name)
        return info, 0
    touched = 0

    def kept() -> Iterator[Sequence[str]]:
        nonlocal touched
        for row in _rows(reader, file, old):
            touched += row.is_touched
            if row.cells is not None:
                yield row.cells

    return write_file(file, _batches(kept(), file), draft, now), touched


def _batches(rows: Iterator[Sequence[str]], file: DataFile) -> Iterator[Columns]:
    while batch := list(islice(rows, file.rows_at_once)):
        yield [list(cells) for cells in zip(*batch, strict=True)]


def _take_over(before: Path, draft: Path, name: str) -> None:
    try:
        os.link(before / name, draft / name)
    except OSError:  # a disk without hard links
        shutil.copyfile(before / name, draft / name)


def _rows(reader: Reading, file: DataFile, old: Path) -> Iterator[_Row]:
    lines = own_rows(old)
    header = next(lines)
    while batch := list(islice(lines, ROWS_AT_A_TIME)):
        rows = [dict(zip(header, line, strict=False)) for line in batch]
        session = reader.session()
        renamed = _present_ids(session, file, rows)
        as_now = [_with_present_ids(row, renamed) for row in rows]
        present = _present(session, file, [_key(file, row) for row in as_now])
        for row, row_now in zip(rows, as_now, strict=True):
            yield _compared(file, row, row_now, present.get(_key(file, row_now)))


def _key(file: DataFile, row: Cells) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in file.identity)


def _present_ids(session: Session, file: DataFile, rows: Sequence[Cells]) -> Mapping[str, str]:
    """Finds what now stands for people in rows of an earlier key."""
    names = [name for name in USER_COLUMNS if name in file.header]
    known = {row[name] for row in rows for name in names if row.get(name)}
    if not known:
        return {}
    query = select(FormerPublishedId.published_id, User.published_id).join(User, User.id == FormerPublishedId.user_id)
    found = session.execute(query.where(FormerPublishedId.published_id.in_(known)))
    return {former: present for former, present in found}  # noqa: C416 - rows are not plain tuples


def _with_present_ids(row: Cells, renamed: Mapping[str, str]) -> Cells:
    if not renamed:
        return row
    return row | {name: renamed.get(row[name], row[name]) for name in USER_COLUMNS if name in row}


def _present(session: Session, file: DataFile, keys: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], Cells]:
    found = {}
    rows = session.execute(file.query_of(keys)).all()
    for row, line in zip(rows, zip(*file.present(rows), strict=True), strict=False):
        cells = dict(zip(file.header, line, strict=True))
        if file.redacted is not None and row[-1] is not None:
            cells[REDACTED] = "1"
        found[_key(file, cells)] = cells
    return found


def _compared(file: DataFile, row: Cells, row_now: Cells, present: Cells | None) -> _Row:
    if present is None:
        return _Row(None, is_touched=True)
    compared = (*file.withdrawn, *(file.words if REDACTED in present else ()))
    # What a release does not say need not be taken out of it: what was hidden then may be shown now.
    is_touched = any(row_now.get(name) and row_now[name] != present[name] for name in compared)
    said = {**present, **_hidden_words(file, present)} if is_touched else row
    # Whoever is still named keeps the id of that release.
    same = {name: row[name] for name in USER_COLUMNS if name in row and said.get(name) == row_now.get(name)}
    said = said | same
    return _Row([said.get(name, "") for name in file.header], is_touched)


def _hidden_words(file: DataFile, present: dict[str, str]) -> dict[str, str]:
    """Empties what is hidden, so that it does not come back with a row's present form."""
    if present.get("status") != Status.BLOCKED:
        return {}
    return {column.name: "" for column in file.columns if column.kept is not None}
