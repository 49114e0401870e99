"""Putting a backup back. All is done beside what is there; only what is sound takes its place, and nothing is
overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import URL, Engine
from sqlalchemy.engine import make_url

from factcheck.backup import aftermath, postgresql, sqlite
from factcheck.backup.archive import Manifest, extract_database, fingerprint, read_manifest
from factcheck.backup.backup import count_rows, require_key, work_folder
from factcheck.backup.errors import BackupError
from factcheck.clock import Clock, utc_now
from factcheck.db.migrate import migrate
from factcheck.db.session import make_engine, make_session_factory, transaction
from factcheck.services.erasure_log import Erasure, ErasureLog
from factcheck.settings import Settings

SEND, DROP = "send", "drop"


@dataclass(frozen=True)
class Restored:
    manifest: Manifest
    closed_events: int
    erased: int
    kept: Path | None
    """Where a SQLite database that was there is now."""


@dataclass(frozen=True)
class _Since:
    """What must be done to the copy, since the service went on after the backup."""

    manifest: Manifest
    log: ErasureLog
    erasures: Sequence[Erasure]
    drop_notices: bool
    now: datetime

    def apply(self, engine: Engine) -> tuple[int, int]:
        """Returns how many events were closed and how many erasures applied."""
        with engine.connect() as connection:
            if count_rows(connection) != self.manifest.rows:
                raise BackupError("The backup has not the rows that its manifest names. Nothing was changed.")
        try:
            migrate(engine)
        except CommandError as error:
            raise BackupError(f"The backup needs a newer release than this: {error}. Nothing was changed.") from error
        with transaction(make_session_factory(engine)) as session:
            if self.drop_notices:
                aftermath.drop_notices(session)
            closed = aftermath.end_conversations(session, now=self.now)
            return closed, aftermath.erase_again(session, self.log, self.erasures, now=self.now)


def restore_backup(
    settings: Settings, file: Path, *, notices: str | None, without_erasures: bool = False, clock: Clock = utc_now
) -> Restored:
    """Takes SEND or DROP as `notices`, for those that waited, or None while there are none; `without_erasures` where
    the notes are lost or damaged. Raises BackupError, ErasureLogError."""
    require_key(settings)
    url, manifest = make_url(settings.resolved_database_url), read_manifest(file)
    _require_fitting(manifest, settings, notices)
    log = ErasureLog(settings.resolved_erasures_file, settings.secret_key)
    if not without_erasures:
        _require_erasures(manifest, log, settings.resolved_erasures_file)
    erasures = log.since(manifest.moment, of_damaged=without_erasures)
    since = _Since(manifest, log, erasures, notices == DROP, clock())
    if manifest.kind == "postgresql":
        return _into_postgresql(url, file, since)
    return _into_sqlite(Path(url.database or ""), file, since)


def _require_fitting(manifest: Manifest, settings: Settings, notices: str | None) -> None:
    kind = make_url(settings.resolved_database_url).get_backend_name()
    if manifest.kind != kind:
        raise BackupError(f"The backup is of {manifest.kind}, DATABASE_URL names {kind}. Nothing was changed.")
    if manifest.secret_key != fingerprint(settings.secret_key):
        raise BackupError(
            "The backup was made with another SECRET_KEY, on which its published ids depend. Set that one. Nothing was "
            "changed."
        )
    if manifest.notices and notices is None:
        raise BackupError(
            f"When the backup was made, {manifest.notices} notices to people were waiting, which may have been sent "
            f"since. Run it again with --notices {SEND} or --notices {DROP}. Nothing was changed."
        )


def _require_erasures(manifest: Manifest, log: ErasureLog, path: Path) -> None:
    """Sees a file of another folder, or none: what people had erased would come back."""
    if (noted := log.size()) < manifest.erasures:
        raise BackupError(
            f"{path} has {noted} of the {manifest.erasures} erasures and decisions that were noted before the "
            "backup: it is not the service's. Put ERASURES_FILE in its place; if it is lost, run it again with "
            "--without-erasures, and what was erased since comes back. Nothing was changed."
        )


def _into_sqlite(database: Path, file: Path, since: _Since) -> Restored:
    with sqlite.alone(database), work_folder(database.parent) as folder:
        sqlite.require_unused(database)
        copy = folder / database.name
        extract_database(file, since.manifest, copy)
        sqlite.check(copy)
        engine = make_engine(f"sqlite:///{copy}")
        try:
            closed, erased = since.apply(engine)
        finally:
            engine.dispose()
        sqlite.check(copy)
        sqlite.require_unused(database)
        kept = sqlite.put_in_place(copy, database, now=since.now)
    return Restored(since.manifest, closed, erased, kept)


def _into_postgresql(url: URL, file: Path, since: _Since) -> Restored:
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        postgresql.require_empty(engine)
        with work_folder(file.parent) as folder:
            copy = folder / "database"
            extract_database(file, since.manifest, copy)
            postgresql.fill(url, engine, copy)
        try:
            closed, erased = since.apply(engine)
        except BaseException:
            postgresql.empty(engine)
            raise
    finally:
        engine.dispose()
    return Restored(since.manifest, closed, erased, None)
