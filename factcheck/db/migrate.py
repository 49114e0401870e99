"""Alembic, configured in code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from factcheck.errors import FactlineError

HERE = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 7_203_114_001
LOCK_SECONDS = 5
"""How long a migration waits for a table that somebody else holds."""


class NotMigratedError(FactlineError):
    """The database is not at the newest schema."""


def config(engine: Engine) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(HERE))
    alembic.attributes["engine"] = engine
    return alembic


def migrate(engine: Engine, revision: str = "head") -> None:
    """Brings the database to `revision`. Two at once wait for each other (migrations/env.py)."""
    command.upgrade(config(engine), revision)


def pending(engine: Engine) -> bool:
    with engine.connect() as connection:
        return revision(connection) != ScriptDirectory.from_config(config(engine)).get_current_head()


def revision(connection: Connection) -> str | None:
    """Returns the schema's; None without one."""
    return MigrationContext.configure(connection).get_current_revision()


def require_migrated(engine: Engine) -> None:
    """Raises NotMigratedError, which says what to do."""
    if pending(engine):
        raise NotMigratedError("The database has not been migrated. Run: python -m factcheck migrate")
