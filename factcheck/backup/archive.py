"""The file of a backup: the database's copy, and a manifest that says what it is and by what to check it."""

import errno
import hashlib
import hmac
import json
import os
import shutil
import zipfile
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from factcheck.backup.errors import BackupError

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    format: int
    version: str
    """The release that made it."""
    made_at: str
    """When it began: what was written before is in it."""
    kind: str
    """sqlite or postgresql."""
    schema: str
    secret_key: str
    """Fingerprint of the key that published ids and digests depend on."""
    sha256: str
    rows: dict[str, int]
    notices: int
    """Those that waited to be sent."""
    erasures: int = 0
    """What had been noted in ERASURES_FILE, which is only added to."""

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def fingerprint(secret_key: str) -> str:
    return hmac.new(secret_key.encode(), b"fingerprint of a backup's key", "sha256").hexdigest()[:16]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_archive(file: Path, draft: Path, database: Path, manifest: Manifest) -> None:
    """Appears under its name when it is whole and on the disk. Raises BackupError, also if the name is taken."""
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
                archive.write(database, DATABASE)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    except FileExistsError:
        raise BackupError(f"{file} is there already, and was left as it is. Choose another name.") from None
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error}") from error


def read_manifest(file: Path) -> Manifest:
    """Raises BackupError for what is no backup that this release can read."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    except FileNotFoundError:
        raise BackupError(f"There is no file {file}.") from None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise BackupError(f"{file} is no backup of Factline, or is damaged: {error}") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{file} was made by release {manifest.version}, in a form that this one cannot read.")
    return manifest


def extract_database(file: Path, manifest: Manifest, to: Path) -> None:
    """Raises BackupError when it is not what was written."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(DATABASE) as source, to.open("wb") as out:
            shutil.copyfileobj(source, out, _BLOCK)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise BackupError(f"There is no room for {to}: {error.strerror}. Nothing was changed.") from error
        raise BackupError(f"{file} is damaged or cannot be read: {error}. Nothing was changed.") from error
    if sha256(to) != manifest.sha256:
        raise BackupError(f"{file} is damaged: its checksum is wrong. Nothing was changed.")
