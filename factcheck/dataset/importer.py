"""Loads dataset files, ours or Cofacts', into the database."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tqdm import tqdm

from factcheck.clock import utc_now
from factcheck.dataset.all_files import IMPORT_ORDER
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.hidden import REMOVED, Removed, keep_hidden
from factcheck.dataset.obtain import obtained
from factcheck.dataset.record import Draft, LeftOutError, MalformedError, Record
from factcheck.dataset.recount import recount
from factcheck.dataset.report import FileReport, ImportReport
from factcheck.dataset.source import RawRow, find_file, read_header, read_rows
from factcheck.dataset.store import store_batch
from factcheck.db.session import SessionFactory
from factcheck.services.sorting import sort_all

BATCH = 1_000
"""Rows a transaction."""


def import_dataset(
    session_factory: SessionFactory, source: Path | str, *, progress: bool = True, secret_key: str = ""
) -> ImportReport:
    """Loads every known file of a folder, an archive or an address (`factcheck.dataset.obtain`); any subset will do.

    Existing rows stay, so that an interrupted import is finished by another. Nothing is queued for the search index:
    one reindex afterwards is far cheaper. `progress` shows a bar if stderr is a terminal. `secret_key` knows what was
    removed for good, which is not taken; what moderation hid here stays hidden.

    Raises DatasetError before anything is written when `source` has no dataset files or one without its columns; later
    when an archive is damaged inside, and the rows before the damage stay.
    """
    report = ImportReport()
    removed = Removed(session_factory, secret_key)
    with obtained(source, tqdm.write if progress else _say_nothing) as folder:
        for file, path in _usable_files(folder):
            report.files.append(FileReport(file.name))
            _import_file(session_factory, file, path, report.files[-1], progress, removed)
    keep_hidden(session_factory)
    report.recounted = recount(session_factory)
    sort_all(session_factory, now=utc_now())
    return report


def _say_nothing(_line: str) -> None:
    """Takes the place of `tqdm.write` where nobody watches."""


def _usable_files(source: Path) -> list[tuple[DataFile, Path]]:
    files = [(file, path) for file in IMPORT_ORDER if (path := find_file(source, file.name))]
    if not files:
        names = ", ".join(f"{file.name}.csv.zip" for file in IMPORT_ORDER)
        raise DatasetError(f"{source} holds no dataset files. Known are: {names}.")
    for file, path in files:
        missing = [column for column in file.required if column not in read_header(path)]
        if missing:
            raise DatasetError(f"{path} has no column {', '.join(missing)}.")
    return files


def _import_file(
    factory: SessionFactory, file: DataFile, path: Path, report: FileReport, progress: bool, removed: Removed
) -> None:
    with tqdm(desc=file.name, unit="B", unit_scale=True, disable=None if progress else True) as bar:

        def show(done: int, size: int) -> None:
            bar.total = size
            bar.update(done - bar.n)

        for drafts in _batches(file, read_rows(path, show), report):
            kept = removed.without(file, drafts)
            report.left_out[REMOVED] += len(drafts) - len(kept)
            result = store_batch(factory, file, kept)
            report.new += result.new
            report.already_there += result.already_there
            report.left_out += result.left_out


def _batches(file: DataFile, rows: Iterator[RawRow], report: FileReport) -> Iterator[list[Draft]]:
    batch: list[Draft] = []
    for row in rows:
        draft = _draft(file.read, row, report)
        if draft is not None:
            batch.append(draft)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _draft(read: Callable[[Record], Draft], row: RawRow, report: FileReport) -> Draft | None:
    report.read += 1
    try:
        if row.problem:
            raise MalformedError(row.problem)
        draft = read(Record(row.cells))
    except MalformedError as problem:
        report.add_malformed(row.number, str(problem), row.place)
        return None
    except LeftOutError as problem:
        report.left_out[str(problem)] += 1
        return None
    if draft.note:
        report.notes[draft.note] += 1
    return draft
