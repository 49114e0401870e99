"""How `python -m factcheck`, `python -m indexer` and `python -m bot` run a command.

A command's function, `module:function`, is imported only when chosen, so `--help` and mistyped commands need no
libraries.
"""

import argparse
import errno
import pkgutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from factcheck.errors import FactlineError
from factcheck.version import VERSION

DATABASE_HELP = (
    "Is it the one that DATABASE_URL names, is it up, has its disk room? If it is damaged, stop the service and put a "
    "backup back: python -m factcheck restore FILE"
)
MIGRATE_FIRST = "It has not been migrated to this release. Run first: python -m factcheck migrate"

DISK_ERRORS = frozenset(
    getattr(errno, name)
    for name in "ENOSPC EDQUOT EFBIG EROFS EACCES EPERM EIO EEXIST ENOTDIR EISDIR ENOENT ELOOP EMFILE".split()
)
DISK_HELP = "Has the disk room, and may this user write there? VAR_DIR names the folder; nothing else was changed."

if TYPE_CHECKING:
    from factcheck.settings import Settings

    Command = Callable[[Settings, argparse.Namespace], int]


def run_command(parser: argparse.ArgumentParser, arguments: list[str] | None, *, wrong_settings: int = 1) -> int:
    """Returns the exit code. A FactlineError is said on stderr and gives 1, as does a database that cannot be used;
    SettingsError gives `wrong_settings`."""
    parser.add_argument("--version", action="version", version=f"factline {VERSION}")
    options = parser.parse_args(arguments)
    import sqlite3

    from sqlalchemy.exc import DatabaseError

    from factcheck.private_files import keep_private
    from factcheck.settings import SettingsError, load_settings

    command: Command = pkgutil.resolve_name(options.run)
    try:
        settings = load_settings()
        for complaint in keep_private(settings.var_dir):
            print(complaint, file=sys.stderr)
        return command(settings, options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return wrong_settings
    except FactlineError as error:
        print(error, file=sys.stderr)
        return 1
    except DatabaseError as error:
        advice = MIGRATE_FIRST if _is_not_migrated(settings) else DATABASE_HELP
        print(f"The database cannot be used: {error.orig}. {advice}", file=sys.stderr)
        return 1
    except sqlite3.Error as error:  # of a file that SQLAlchemy does not open, such as what an evaluation remembers
        print(f"A file cannot be used: {error}. {DISK_HELP}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        print(disk_sentence(error), file=sys.stderr)
        return 1


def _is_not_migrated(settings: "Settings") -> bool:
    from sqlalchemy.exc import DatabaseError

    from factcheck.db.migrate import pending
    from factcheck.db.session import make_engine

    engine = make_engine(settings.resolved_database_url)
    try:
        return pending(engine)
    except DatabaseError:
        return False
    finally:
        engine.dispose()


def disk_sentence(error: OSError) -> str:
    what = f"{error.filename} cannot be used" if error.filename else "A file cannot be written"
    return f"{what}: {error.strerror}. {DISK_HELP}"
