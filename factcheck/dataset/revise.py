"""Takes what people had erased out of the exports that are offered.

A row is kept if it is still there and says what it said; else its present form takes its place, or nothing. So it need
not be known what was erased, only that something was.
"""

import csv
import io
import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.cell_formats import moment
from factcheck.dataset.data_file import REDACTED, DataFile
from factcheck.dataset.export import disk_errors, write_file, write_papers
from factcheck.dataset.folders import draft_folder, only_one, to_disk
from factcheck.dataset.manifest import FileInfo, Manifest
from factcheck.dataset.publish import all_exports, find_export, folders
from factcheck.dataset.snapshot import snapshot
from factcheck.db.session import SessionFactory
from factcheck.models import Status

ROWS_AT_A_TIME = 500
OWN_CELL = 1 << 30
"""Characters. We wrote these files; some rows are older than the limits of what comes in."""


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
        with snapshot(session_factory) as session:
            written = [_revised_file(session, info, before, files, now) for info in manifest.files]
        rows = sum(touched for _, touched in written)
        if rows:
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


def _revised_file(session: Session, info: FileInfo, before: Path, draft: Path, now: datetime) -> tuple[FileInfo, int]:
    """Returns what the new file is, and how many rows differ. Most files do not: they are read, and taken over."""
    file = next((one for one in DATA_FILES if f"{one.name}.csv.zip" == info.name), None)
    old = before / info.name
    if file is None or not any(row.is_touched for row in _rows(session, file, old)):
        _take_over(old, draft / info.name)
        return info, 0
    touched = 0

    def kept() -> Iterator[Sequence[str]]:
        nonlocal touched
        for row in _rows(session, file, old):
            touched += row.is_touched
            if row.cells is not None:
                yield row.cells

    return write_file(file, kept(), draft, now), touched


def _take_over(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a disk without hard links
        shutil.copyfile(old, new)


def _rows(session: Session, file: DataFile, old: Path) -> Iterator[_Row]:
    with _csv_of(old) as text:
        reader = csv.DictReader(text, restval="")
        while rows := list(islice(reader, ROWS_AT_A_TIME)):
            present = _present(session, file, [tuple(row.get(name, "") for name in file.identity) for row in rows])
            for row in rows:
                yield _compared(file, row, present.get(tuple(row.get(name, "") for name in file.identity)))


@contextmanager
def _csv_of(path: Path) -> Iterator[io.TextIOWrapper]:
    csv.field_size_limit(OWN_CELL)  # one that cannot be read would keep all others from being withdrawn
    with (
        zipfile.ZipFile(path) as archive,
        archive.open(archive.namelist()[0]) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
    ):
        yield text


def _present(
    session: Session, file: DataFile, keys: Sequence[tuple[str, ...]]
) -> dict[tuple[str, ...], dict[str, str]]:
    found = {}
    for row in session.execute(file.query_of(keys)):
        cells = dict(zip(file.header, file.present(row[: len(file.header)]), strict=True))
        if file.redacted is not None and row[-1] is not None:
            cells[REDACTED] = "1"
        found[tuple(cells[name] for name in file.identity)] = cells
    return found


def _compared(file: DataFile, row: dict[str, str], present: dict[str, str] | None) -> _Row:
    if present is None:
        return _Row(None, is_touched=True)
    compared = (*file.withdrawn, *(file.words if REDACTED in present else ()))
    # What a release does not say need not be taken out of it: what was hidden then may be shown now.
    is_touched = any(row.get(name) and row[name] != present[name] for name in compared)
    said = {**present, **_hidden_words(file, present)} if is_touched else row
    return _Row([said.get(name, "") for name in file.header], is_touched)


def _hidden_words(file: DataFile, present: dict[str, str]) -> dict[str, str]:
    """Empties what is hidden, so that it does not come back with a row's present form."""
    if present.get("status") != Status.BLOCKED:
        return {}
    return {column.name: "" for column in file.columns if column.kept is not None}
