"""The commands return an exit code and raise FactlineError."""

import argparse

from factcheck.backup.backup import make_backup
from factcheck.backup.restore import restore_backup
from factcheck.settings import Settings


def backup(settings: Settings, options: argparse.Namespace) -> int:
    manifest = make_backup(settings, options.file)
    rows = sum(manifest.rows.values())
    print(f"{options.file}: {rows} rows as of {manifest.made_at}, read again and found whole.")
    print(f"Keep it apart from SECRET_KEY, and beside it {settings.resolved_erasures_file}.")
    return 0


def restore(settings: Settings, options: argparse.Namespace) -> int:
    done = restore_backup(settings, options.file, notices=options.notices, without_erasures=options.without_erasures)
    print(f"The database is as of {done.manifest.made_at}.")
    print(f"{done.closed_events} messages that were open then will not be answered again.")
    print(f"{done.erased} erasures and decisions made since were applied.")
    if done.kept:
        print(f"The database before is kept as {done.kept}: remove it when all is well, since it has what was erased.")
    print("Start the service. The worker brings the search index into line.")
    return 0
