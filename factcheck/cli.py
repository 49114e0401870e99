"""`python -m factcheck ...`: the database, the dataset, jobs."""

import argparse
from pathlib import Path

from factcheck.command_line import run_command


def main(arguments: list[str] | None = None) -> int:
    return run_command(parser(), arguments)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m factcheck", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("migrate", help="bring the database to the newest schema")
    command.set_defaults(run="factcheck.commands:migrate_database")
    command = commands.add_parser("load-fixtures", help="add the trial texts of fixtures/")
    command.set_defaults(run="factcheck.commands:add_fixtures")
    command = commands.add_parser("export-dataset", help="write the open dataset as zipped CSV files")
    command.add_argument("folder", type=Path, nargs="?", help="where to; left out: publish it at /data/")
    command.set_defaults(run="factcheck.commands:export")
    command = commands.add_parser("import-dataset", help="load zipped CSV files of the same form")
    command.add_argument("folder", type=Path, help="where the files are; again: adds what is new")
    command.set_defaults(run="factcheck.commands:import_files")
    command = commands.add_parser("jobs", help="show waiting and dead jobs; retry or drop dead ones")
    command.add_argument("--retry", metavar="ID", type=_job_id, help="give a dead job (or 'all') fresh attempts")
    command.add_argument("--drop", metavar="ID", type=int, help="forget a dead job")
    command.set_defaults(run="factcheck.commands:manage_jobs")
    command = commands.add_parser("usage", help="what happened in the chats, counted by day")
    command.add_argument("--days", metavar="N", type=int, default=30, help="the last N days (default 30)")
    command.set_defaults(run="factcheck.commands:show_usage")
    command = commands.add_parser("organisation", help="add a newsroom or fact-checking house, and who writes for it")
    command.add_argument("name", help="as it stands on replies")
    command.add_argument("url", help="the address of its own page")
    command.add_argument("--member", metavar="ADDRESS", nargs="+", default=[], help="addresses they log in with")
    command.set_defaults(run="factcheck.commands:add_organisation")
    command = commands.add_parser("bounce", help="take a returned mail on stdin, from the mail server")
    command.add_argument("address", help="the address that it was returned to (see MAIL_BOUNCES)")
    command.set_defaults(run="factcheck.commands:take_bounce")
    command = commands.add_parser("role", help="say what a volunteer may do; so the first admin is made")
    command.add_argument("address", help="the e-mail address they log in with")
    command.add_argument("role", choices=["volunteer", "reviewer", "admin"])
    command.set_defaults(run="factcheck.commands:give_role")
    command = commands.add_parser("backup", help="copy the database into a file, while the service runs")
    command.add_argument("file", type=Path, help="a new file, which only you may read")
    command.set_defaults(run="factcheck.backup.commands:backup")
    command = commands.add_parser("restore", help="put a backup back, while the service is stopped")
    command.add_argument("file", type=Path, help="what `backup` wrote")
    command.add_argument(
        "--notices", choices=["send", "drop"], help="what to do with notices that waited to be sent then"
    )
    command.set_defaults(run="factcheck.backup.commands:restore")
    return parser


def _job_id(text: str) -> int:
    """Reads an id; 0 stands for all."""
    return 0 if text == "all" else int(text)
