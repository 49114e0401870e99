"""The exports that the web page offers: `<root>/<time>/`, and `<root>/latest.json`, which names one.

A folder is complete before it is named, and `latest.json` is replaced by a rename: readers see one export, old or new.
How long links to a folder work, `retention` says. Revision 2 of an export is `<root>/<time>.r2/`, beside the one before
until that is removed, and is what the same links then lead to.
"""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from factcheck.clock import Clock
from factcheck.dataset.changes import write_changes
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.export import disk_errors, write_files
from factcheck.dataset.folders import draft_folder, only_one, to_disk, write_text
from factcheck.dataset.manifest import Changes, Manifest, read_manifest
from factcheck.dataset.papers import write_papers
from factcheck.dataset.retention import age_key, kept
from factcheck.db.session import SessionFactory

LATEST_NAME = "latest.json"
EXPORT_NAME = re.compile(r"\d{8}T\d{6}Z(-\d+)?")
REVISION = re.compile(r"(\d{8}T\d{6}Z(?:-\d+)?)(?:\.r(\d+))?")


def publish_dataset(
    session_factory: SessionFactory, root: Path, *, clock: Clock, licence: str, address: str = ""
) -> Path:
    """Makes an export under `root`, points `latest.json` to it, removes those whose time is over, and returns its
    folder. `address`: where `root` is on the web. Raises DatasetError (disk full, no permission); the previous export
    then stays the latest."""
    now = clock()
    with disk_errors(root), draft_folder(root, now) as draft:
        files = draft / "files"
        files.mkdir()
        manifest = write_files(session_factory, files, now=now, licence=licence)
        before = latest_export(root)
        if before is not None:
            manifest = replace(manifest, changes=_changes(*before, files, now))
        with only_one(root):
            folder = _free_name(root, now)
            where = f"{address}{folder.name}/" if address else ""
            write_papers(files, replace(manifest, release=folder.name, address=where))
            to_disk(files)
            files.rename(folder)
            write_text(draft / LATEST_NAME, json.dumps({"export": folder.name}) + "\n")
            (draft / LATEST_NAME).replace(root / LATEST_NAME)
            to_disk(root)
            _remove_old(root, folder, now)
    return folder


def _changes(before: Path, manifest: Manifest, files: Path, now: datetime) -> Changes:
    return write_changes(before, files, since=name_of(before), since_revision=manifest.revision, now=now)


def latest_export(root: Path) -> tuple[Path, Manifest] | None:
    """Finds the newest whole export."""
    try:
        name = json.loads((root / LATEST_NAME).read_text(encoding="utf-8"))["export"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return find_export(root, name)


def find_export(root: Path, name: object) -> tuple[Path, Manifest] | None:
    """Finds an export's newest revision; None also when the name is no export's."""
    if not isinstance(name, str) or not EXPORT_NAME.fullmatch(name):
        return None
    for folder in sorted(chain([root / name], root.glob(f"{name}.r*")), key=_revision_of, reverse=True):
        try:
            return folder, read_manifest(folder)
        except DatasetError:  # removed just now, as a newer one came, or not there at all
            continue
    return None


def name_of(folder: Path) -> str:
    """Gives the export's name, which all of its revisions share."""
    return folder.name.partition(".")[0]


def all_exports(root: Path) -> list[str]:
    """Names those that there are, oldest first."""
    return sorted({name_of(folder) for folder in folders(root)}, key=age_key)


def folders(root: Path, name: str = "") -> Iterator[Path]:
    """Lists folders of all exports, or of all revisions of one."""
    for path in root.iterdir():
        if REVISION.fullmatch(path.name) and name in ("", name_of(path)):
            yield path


def _revision_of(folder: Path) -> int:
    match = REVISION.fullmatch(folder.name)
    return int(match[2] or 1) if match else 0


def _free_name(root: Path, now: datetime) -> Path:
    """Names an export by its second, with a number above those of others in that second."""
    stem = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    taken = [age_key(name)[1] for name in all_exports(root) if name.startswith(stem)]
    return root / (f"{stem}-{max(taken) + 1}" if taken else stem)


def _remove_old(root: Path, newest: Path, now: datetime) -> None:
    """Removes old exports, but never `newest`, whose name looks old if the clock was set back."""
    names = all_exports(root)
    for name in set(names) - kept(names, now) - {newest.name}:
        for folder in list(folders(root, name)):
            shutil.rmtree(folder, ignore_errors=True)
