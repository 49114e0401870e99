"""`python -m factcheck ...`: the database, the dataset, jobs."""

import argparse
from pathlib import Path

from factcheck.command_line import run_command

MODERATION = (
    *("reports", "log", "dismiss", "publish", "undo"),
    *("hold", "hide", "block", "unblock", "restore", "redact", "remove"),
)
TARGETS = "article:ID, reply:ID, request:ID, comment:ID, pending:ID, user:PUBLISHED-ID"


def main(arguments: list[str] | None = None) -> int:
    return run_command(parser(), arguments)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m factcheck", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("migrate", help="bring the database to the newest schema")
    command.set_defaults(run="factcheck.commands:migrate_database")
    command = commands.add_parser("load-fixtures", help="add the trial texts of fixtures/")
    command.set_defaults(run="factcheck.commands:add_fixtures")
    command = commands.add_parser(
        "export-dataset", help="write the open dataset, as CSV, and as Parquet where PyArrow is installed"
    )
    command.add_argument("folder", type=Path, nargs="?", help="where to; left out: publish a release at /data/")
    command.add_argument("--by-worker", action="store_true", help="have the worker publish it, as it does every week")
    command.set_defaults(run="factcheck.commands:export")
    command = commands.add_parser("import-dataset", help="load CSV or Parquet files of the same form")
    command.add_argument("source", help="a folder, a zip archive, or an address; again: adds what is new")
    command.set_defaults(run="factcheck.commands:import_files")
    command = commands.add_parser("new-user-key", help="give everybody another id in the dataset and the API")
    command.set_defaults(run="factcheck.commands:change_key")
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
    add_votes_commands(commands)
    add_app_command(commands)
    add_hook_command(commands)
    add_elsewhere_command(commands)
    command = commands.add_parser("mcp", help="serve an instance's fact-checks to an assistant, over stdio, read-only")
    command.add_argument("--url", default="", help="the instance, https://...; left out: BASE_URL")
    command.set_defaults(run="factcheck.mcp_server:serve")
    add_people_commands(commands)
    command = commands.add_parser("check-media", help="say which pictures, films and sounds are damaged or gone")
    command.set_defaults(run="factcheck.commands:check_media")
    command = commands.add_parser("backup", help="copy the database into a file, while the service runs")
    command.add_argument("file", type=Path, help="a new file, which only you may read")
    command.set_defaults(run="factcheck.backup.commands:backup")
    command = commands.add_parser("restore", help="put a backup back, while the service is stopped")
    command.add_argument("file", type=Path, help="what `backup` wrote")
    command.add_argument(
        "--notices", choices=["send", "drop"], help="what to do with notices that waited to be sent then"
    )
    command.add_argument(
        "--without-erasures", action="store_true", help="ERASURES_FILE is lost or damaged: what is not in it comes back"
    )
    command.set_defaults(run="factcheck.backup.commands:restore")
    return parser


def add_votes_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "votes", help="what last night decided by, and accounts whose votes are counted apart"
    )
    command.set_defaults(run="factcheck.commands:show_votes")
    command = commands.add_parser("simulate-votes", help="what the rule for votes is worth, in made worlds and attacks")
    command.add_argument("--seed", metavar="N", type=int, default=0, help="the same gives the same figures")
    command.add_argument("--repeats", metavar="N", type=int, default=3, help="worlds of each kind (default 3)")
    command.add_argument("--votes", metavar="FOLDER", type=Path, help="zipped CSV files whose later votes are foretold")
    command.add_argument("--json", metavar="FILE", type=Path, help="write the figures there")
    command.add_argument("--plot", metavar="FILE", type=Path, help="draw the attacks there (.svg or .png)")
    command.set_defaults(run="factcheck.votes.simulation.command:simulate")


def add_people_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("role", help="say what a volunteer may do; so the first admin is made")
    command.add_argument("address", help="the e-mail address they log in with")
    command.add_argument("role", choices=["volunteer", "reviewer", "admin"])
    command.set_defaults(run="factcheck.commands:give_role")
    command = commands.add_parser("moderate", help="see reports, and decide what stays")
    command.add_argument("action", choices=MODERATION, help="what to do, or what to show")
    command.add_argument("target", nargs="*", help=f"one of {TARGETS}; for undo the decision's number")
    command.add_argument("--reason", metavar="REASON", help="spam, scam ...; a wrong one names them all")
    command.add_argument("--note", default="", help="for reviewers alone")
    command.add_argument(
        "--piece", metavar="WORDS", action="append", default=[], help="what redact takes out; may come several times"
    )
    command.add_argument("--sure", action="store_true", help="for remove, which cannot be undone")
    command.set_defaults(run="factcheck.moderation.commands:moderate")


def add_app_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("app", help="show, add and change apps that speak for people of theirs")
    command.add_argument("action", nargs="?", choices=["list", "add", "secret", "off", "on", "forget"], default="list")
    command.add_argument("id", nargs="?", default="", help="what its data is signed with")
    command.add_argument("--name", default="", help="who it is")
    command.add_argument(
        "--scope", action="append", default=[], help="what it may do: write, topics, hooks; repeatable"
    )
    command.add_argument("--origin", action="append", default=[], help="a site whose pages may name it; repeatable")
    command.add_argument("--person", default="", help="forget: what the app calls the person whose data goes")
    command.add_argument("--quota", type=int, metavar="N", default=600, help="operations a minute (default 600)")
    command.set_defaults(run="factcheck.app_commands:manage_apps")


def add_hook_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("webhook", help="show, add and test addresses that are told of changes")
    choices = ["list", "add", "secret", "test", "log", "replay", "off", "on", "remove"]
    command.add_argument("action", nargs="?", choices=choices, default="list")
    command.add_argument("id", nargs="?", default="", help="of the webhook; add: of the app, replay: of a delivery")
    command.add_argument("--url", default="", help="where events are sent to")
    command.add_argument("--event", action="append", default=[], help="one to be told of; left out: all; repeatable")
    command.set_defaults(run="factcheck.app_commands:manage_hooks")


def add_elsewhere_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("elsewhere", help="show, add and read sources of fact-checks by others")
    choices = ["list", "add", "read", "off", "on", "remove"]
    command.add_argument("action", nargs="?", choices=choices, default="list")
    command.add_argument("id", nargs="?", default="", help="a short name of the source")
    command.add_argument("--kind", choices=["claim-review", "cofacts"], default="claim-review", help="what it speaks")
    command.add_argument("--url", default="", help="the feed, or the API's address")
    command.add_argument("--publisher", default="", help="who checks")
    command.add_argument("--licence", default="", help="under which their texts may be shown")
    command.add_argument("--page", default="", help="cofacts: where people read an article, with {id} in it")
    command.add_argument("--hours", type=int, metavar="N", default=24, help="between two looks (default 24)")
    command.set_defaults(run="factcheck.app_commands:manage_sources")


def _job_id(text: str) -> int:
    """Reads an id; 0 stands for all."""
    return 0 if text == "all" else int(text)
