"""`python -m bot worker`: the process that does the jobs. `python -m bot rich-menu`: make the menus below the chat."""

import argparse
import sys

from bot.line.client import LineError, LineUnreachableError
from bot.line.menus_client import LineMenus
from bot.outbound import rich_menu
from bot.worker import access_token, run_worker
from factcheck.clock import utc_now
from factcheck.db.session import make_engine, make_session_factory
from factcheck.logs import configure_logging
from factcheck.settings import Settings, SettingsError, load_settings, require_for_service


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("worker", help="do jobs until stopped")
    menus = commands.add_parser("rich-menu", help="make the menus below the chat in LINE, or bring them up to date")
    menus.add_argument("--dry-run", action="store_true", help="only say what would be done")
    chosen = parser.parse_args(arguments)
    try:
        settings = load_settings()
        require_for_service(settings)
        if chosen.command == "rich-menu":
            return set_up_menus(settings, dry_run=chosen.dry_run)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    configure_logging()
    run_worker(settings)
    return 0


def set_up_menus(settings: Settings, *, dry_run: bool) -> int:
    """Raises SettingsError."""
    line = LineMenus(settings.line_host, settings.line_content_host, access_token(settings))
    factory = make_session_factory(make_engine(settings.resolved_database_url))
    try:
        rich_menu.set_up(line, factory, utc_now, default_locale=settings.default_locale, dry_run=dry_run, say=print)
    except LineError as error:
        token = " Is LINE_CHANNEL_ACCESS_TOKEN the one in the LINE console?" if error.status == 401 else ""
        print(f"{error}{token} (x-line-request-id: {error.request_id})", file=sys.stderr)
        return 1
    except LineUnreachableError as error:
        print(f"LINE did not answer ({error}). Run the command again: it goes on where it stopped.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
