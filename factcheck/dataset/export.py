"""Writes the dataset: its files in all formats, a manifest and what else belongs to a release."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from factcheck.clock import Clock
from factcheck.dataset.all_files import DATA_FILES, WRITE_ORDER
from factcheck.dataset.cell_formats import moment
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.folders import draft_folder, only_one, to_disk
from factcheck.dataset.manifest import MANIFEST_NAME, NOTES, FileInfo, Manifest
from factcheck.dataset.papers import ARCHIVE_NAME, PAPERS, names_of_files, write_papers
from factcheck.dataset.reading import SECONDS, reading
from factcheck.dataset.write_file import write_file
from factcheck.db.session import SessionFactory
from factcheck.services.published_ids import current_key, has_old_ids
from factcheck.version import VERSION


def export_dataset(session_factory: SessionFactory, target: Path, *, clock: Clock, licence: str) -> Manifest:
    """Writes the dataset's files into `target`, which is made if need be.

    Files appear by renames when all are finished, the manifest last: nobody reads half a file, or a manifest before its
    files. Raises DatasetError (disk full, no permission); `target` is then as it was.
    """
    now = clock()
    with disk_errors(target), draft_folder(target, now) as draft:
        manifest = write_files(session_factory, draft, now=now, licence=licence)
        write_papers(draft, manifest)
        papers = [name for name in PAPERS if name != MANIFEST_NAME]
        with only_one(target):
            for name in (*names_of_files(manifest), *papers, ARCHIVE_NAME, MANIFEST_NAME):
                (draft / name).replace(target / name)
            to_disk(target)
    return manifest


def write_files(
    session_factory: SessionFactory, folder: Path, *, now: datetime, licence: str, seconds: float = SECONDS
) -> Manifest:
    """Fills an empty folder with data files, in bounded memory. `seconds`: how long one moment of the database is held.
    Raises DatasetError while user ids are being renewed."""
    found: dict[str, FileInfo] = {}
    with reading(session_factory, seconds=seconds) as reader:
        if has_old_ids(reader.session()):
            raise DatasetError("User ids are being renewed; that must be finished first (`new-user-key`).")
        user_key = current_key(reader.session())
        for file in WRITE_ORDER:
            cells = (file.present(rows) for rows in reader.batches(file))
            found[file.name] = write_file(file, cells, folder, now)
    return Manifest(
        generated_at=moment(now),
        licence=licence,
        notes=NOTES,
        files=tuple(found[file.name] for file in DATA_FILES),
        code_version=VERSION,
        user_key=user_key,
    )


@contextmanager
def disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise DatasetError(
            f"The export to {target} failed: {reason}. The files that were there are unchanged."
        ) from error
