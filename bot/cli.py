"""`python -m bot worker`: the process that does the jobs. `python -m bot rich-menu`: make the menus below the chat."""

import argparse

from factcheck.command_line import run_command


def main(arguments: list[str] | None = None) -> int:
    return run_command(parser(), arguments, wrong_settings=2)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("worker", help="do jobs until stopped")
    command.set_defaults(run="bot.commands:work")
    command = commands.add_parser("rich-menu", help="make the menus below the chat in LINE, or bring them up to date")
    command.add_argument("--dry-run", action="store_true", help="only say what would be done")
    command.add_argument(
        "--wait",
        metavar="SECONDS",
        type=float,
        default=0,
        help="how long to try again while LINE does not answer, such as a simulated one that is starting",
    )
    command.set_defaults(run="bot.commands:set_up_menus")
    return parser
