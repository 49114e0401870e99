"""Copying a PostgreSQL database while it is used, and filling an empty one, by PostgreSQL's own programs."""

import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, text

from factcheck.backup.errors import BackupError

MEANINGS = {
    "host": "PGHOST",
    "options": "PGOPTIONS",
    "passfile": "PGPASSFILE",
    "port": "PGPORT",
    "service": "PGSERVICE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
"""Parts of a URL's query, and the variable by which libpq takes them."""


def dump(url: URL, snapshot: Connection, to: Path) -> None:
    """Copies what the transaction `snapshot`, REPEATABLE READ, sees. Raises BackupError."""
    name = snapshot.scalar(text("SELECT pg_export_snapshot()"))
    schema = snapshot.scalar(text("SELECT current_schema()"))
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--schema={schema}", f"--snapshot={name}"]
    _run(url, "pg_dump", *options, f"--file={to}")


def require_empty(engine: Engine) -> None:
    """Raises BackupError when there are tables: nothing is overwritten."""
    with engine.connect() as connection:
        count = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"))
    if count:
        raise BackupError(
            "The database that DATABASE_URL names is not empty. Make a new one (createdb), set DATABASE_URL to it, and "
            "run this again. Nothing was changed."
        )


def fill(url: URL, engine: Engine, copy: Path) -> None:
    """Leaves nothing if it fails. Raises BackupError."""
    with engine.connect() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--schema={schema}"]
    _run(url, "pg_restore", *options, f"--dbname={url.database}", str(copy))


def empty(engine: Engine) -> None:
    """Removes what `fill` made."""
    with engine.begin() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
        for name in tables.all():
            connection.execute(text(f'DROP TABLE "{name}" CASCADE'))


def _run(url: URL, program: str, *arguments: str) -> None:
    """Hands the password over where other users of the machine cannot see it."""
    given: dict[str, object] = {MEANINGS[key]: value for key, value in url.query.items() if key in MEANINGS}
    given |= {"PGHOST": url.host} if url.host else {}
    given |= {"PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}
    path = shutil.which(program)
    if path is None:
        raise BackupError(f"{program} is not installed: it comes with PostgreSQL's client. Nothing was done.")
    environment = {name: str(value) for name, value in given.items() if value}
    done = subprocess.run([path, *arguments], check=False, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip()}")
