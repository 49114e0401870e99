import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from factcheck.backup import aftermath, postgresql, sqlite
from factcheck.backup.archive import (
    FORMAT,
    Manifest,
    extract_database,
    fingerprint,
    read_manifest,
    sha256,
    write_archive,
)
from factcheck.backup.errors import BackupError
from factcheck.clock import Clock, utc_now
from factcheck.db.base import Base
from factcheck.db.migrate import revision
from factcheck.db.session import make_engine
from factcheck.services.erasure_log import ErasureLog
from factcheck.settings import Settings
from factcheck.version import VERSION


def make_backup(settings: Settings, file: Path, *, clock: Clock = utc_now) -> Manifest:
    """Copies the database as it is now, while it is used, and reads the copy again. Raises BackupError,
    ErasureLogError."""
    require_key(settings)
    url = make_url(settings.resolved_database_url)
    if file.exists():
        raise BackupError(f"{file} is there already, and was left as it is. Choose another name.")
    with work_folder(file.parent) as folder:
        copy, made_at = folder / "database", clock()
        with _copied(url, copy) as connection:
            schema = revision(connection)
            if schema is None:
                raise BackupError(f"{url.database} has no tables of Factline. Nothing was written.")
            rows, notices = count_rows(connection), aftermath.waiting(Session(connection))
        kind, key = url.get_backend_name(), fingerprint(settings.secret_key)
        noted = ErasureLog(settings.resolved_erasures_file, settings.secret_key).size()
        made = made_at.isoformat()
        manifest = Manifest(FORMAT, VERSION, made, kind, schema, key, sha256(copy), rows, notices, noted)
        write_archive(file, folder / "archive", copy, manifest)
        extract_database(file, read_manifest(file), folder / "again")
    return manifest


@contextmanager
def _copied(url: URL, copy: Path) -> Iterator[Connection]:
    """Gives a connection that sees what was copied."""
    if url.get_backend_name() == "sqlite":
        sqlite.dump(Path(url.database or ""), copy)
        engine = make_engine(f"sqlite:///{copy}")
    else:
        engine = make_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            if url.get_backend_name() == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
                postgresql.dump(url, connection, copy)
            yield connection
    finally:
        engine.dispose()


def require_key(settings: Settings) -> None:
    if not settings.secret_key:
        raise BackupError("SECRET_KEY is not set: a backup is bound to it. Run this with the service's settings.")


def count_rows(connection: Connection) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@contextmanager
def work_folder(beside: Path) -> Iterator[Path]:
    """Makes a folder on the same disk, which nobody else may read. Raises BackupError."""
    try:
        with tempfile.TemporaryDirectory(prefix=".factline-", dir=beside) as folder:
            yield Path(folder)
    except OSError as error:
        raise BackupError(f"{beside} cannot be written to: {error}") from error
