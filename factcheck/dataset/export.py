"""Writes the dataset: zipped CSV files, a manifest and a read-me, all of one moment."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from factcheck.clock import Clock
from factcheck.dataset.all_files import DATA_FILES
from factcheck.dataset.cell_formats import moment
from factcheck.dataset.data_file import DataFile
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.folders import draft_folder, only_one, to_disk, write_text
from factcheck.dataset.manifest import MANIFEST_NAME, NOTES, README_NAME, FileInfo, Manifest, describe
from factcheck.dataset.snapshot import snapshot, stream
from factcheck.db.session import SessionFactory


def export_dataset(
    session_factory: SessionFactory, target: Path, *, clock: Clock, licence: str, progress: bool = False
) -> Manifest:
    """Writes the dataset's files into `target`, which is made if need be.

    Files appear by renames when all are finished, the manifest last: nobody reads half a file, or a manifest before its
    files. Raises DatasetError (disk full, no permission); `target` is then as it was.
    """
    now = clock()
    with disk_errors(target), draft_folder(target, now) as draft:
        manifest = write_files(session_factory, draft, now=now, licence=licence, progress=progress)
        names = [file.name for file in manifest.files]
        with only_one(target):
            for name in (*names, README_NAME, MANIFEST_NAME):
                (draft / name).replace(target / name)
            to_disk(target)
    return manifest


def write_files(
    session_factory: SessionFactory, folder: Path, *, now: datetime, licence: str, progress: bool = False
) -> Manifest:
    """Fills an empty folder. Memory does not grow with the rows."""
    with snapshot(session_factory) as session:
        files = tuple(
            write_file(file, (file.present(row) for row in stream(session, file)), folder, now)
            for file in tqdm(DATA_FILES, desc="export", unit="file", disable=None if progress else True)
        )
    manifest = Manifest(generated_at=moment(now), licence=licence, notes=NOTES, files=files)
    write_papers(folder, manifest)
    return manifest


def write_papers(folder: Path, manifest: Manifest) -> None:
    write_text(folder / README_NAME, manifest.to_text())
    write_text(folder / MANIFEST_NAME, manifest.to_json())


def write_file(file: DataFile, cells: Iterable[Sequence[str]], folder: Path, now: datetime) -> FileInfo:
    path = folder / f"{file.name}.csv.zip"
    rows = 0
    with _csv_in_zip(path, f"{file.name}.csv", now) as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(file.header)
        for row in cells:
            writer.writerow(row)
            rows += 1
    to_disk(path)
    with path.open("rb") as finished:
        digest = hashlib.file_digest(finished, "sha256").hexdigest()
    return describe(file, rows=rows, size=path.stat().st_size, sha256=digest)


@contextmanager
def _csv_in_zip(path: Path, member: str, now: datetime) -> Iterator[io.TextIOWrapper]:
    info = zipfile.ZipInfo(member, date_time=now.astimezone(UTC).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with (
        zipfile.ZipFile(path, "x") as archive,
        archive.open(info, "w", force_zip64=True) as raw,
        io.TextIOWrapper(raw, encoding="utf-8", newline="") as text,
    ):
        yield text


@contextmanager
def disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise DatasetError(
            f"The export to {target} failed: {reason}. The files that were there are unchanged."
        ) from error
