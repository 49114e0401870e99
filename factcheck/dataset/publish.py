"""The exports that the web page offers: `<root>/<time>/`, and `<root>/latest.json`, which names one.

A folder is complete before it is named, and `latest.json` is replaced by a rename, so that readers see one export, old
or new. Links to a folder work until three newer exports have come.
"""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from factcheck.clock import Clock
from factcheck.dataset.errors import DatasetError
from factcheck.dataset.export import disk_errors, write_files
from factcheck.dataset.folders import draft_folder, only_one, to_disk, write_text
from factcheck.dataset.manifest import Manifest, read_manifest
from factcheck.db.session import SessionFactory

LATEST_NAME = "latest.json"
EXPORT_NAME = re.compile(r"\d{8}T\d{6}Z(-\d+)?")
KEPT_EXPORTS = 3


def publish_dataset(session_factory: SessionFactory, root: Path, *, clock: Clock, licence: str) -> Path:
    """Makes an export under `root`, points `latest.json` to it, keeps the newest three, and returns its folder.
    Raises DatasetError (disk full, no permission); the previous export then stays the latest."""
    now = clock()
    with disk_errors(root), draft_folder(root, now) as draft:
        files = draft / "files"
        files.mkdir()
        write_files(session_factory, files, now=now, licence=licence)
        to_disk(files)
        with only_one(root):
            folder = _free_name(root, now)
            files.rename(folder)
            write_text(draft / LATEST_NAME, json.dumps({"export": folder.name}) + "\n")
            (draft / LATEST_NAME).replace(root / LATEST_NAME)
            to_disk(root)
            _remove_old(root, folder)
    return folder


def latest_export(root: Path) -> tuple[Path, Manifest] | None:
    """Finds the newest whole export; None when there is none yet."""
    try:
        name = json.loads((root / LATEST_NAME).read_text(encoding="utf-8"))["export"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return find_export(root, name)


def find_export(root: Path, name: object) -> tuple[Path, Manifest] | None:
    """Finds an export; None when there is none (any more), or the name is no export's."""
    if not isinstance(name, str) or not EXPORT_NAME.fullmatch(name):
        return None
    try:
        return root / name, read_manifest(root / name)
    except DatasetError:
        return None


def _free_name(root: Path, now: datetime) -> Path:
    """Names an export by its second, with a number above those of others in that second."""
    stem = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    taken = [_age_key(folder)[1] for folder in _exports(root) if folder.name.startswith(stem)]
    return root / (f"{stem}-{max(taken) + 1}" if taken else stem)


def _remove_old(root: Path, newest: Path) -> None:
    """Removes old exports, but never `newest`, whose name looks old if the clock was set back."""
    others = [folder for folder in sorted(_exports(root), key=_age_key) if folder != newest]
    for folder in others[: -(KEPT_EXPORTS - 1)]:
        shutil.rmtree(folder, ignore_errors=True)


def _exports(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if EXPORT_NAME.fullmatch(path.name)]


def _age_key(folder: Path) -> tuple[str, int]:
    stem, _, number = folder.name.partition("-")
    return stem, int(number or 1)
