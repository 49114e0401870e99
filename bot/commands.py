"""The commands of `python -m bot`. Each raises SettingsError and returns an exit code."""

import argparse
import sys
import time

from bot.line.client import LineError, LineUnreachableError
from bot.line.menus_client import LineMenus
from bot.outbound import rich_menu
from bot.worker import access_token, run_worker
from factcheck.clock import utc_now
from factcheck.db.session import open_database
from factcheck.logs import configure_logging
from factcheck.settings import Settings, require_for_service

PAUSE_SECONDS = 1.0


def work(settings: Settings, _options: argparse.Namespace) -> int:
    require_for_service(settings)
    configure_logging()
    run_worker(settings)
    return 0


def set_up_menus(settings: Settings, options: argparse.Namespace) -> int:
    require_for_service(settings)
    line = LineMenus(settings.line_host, settings.line_content_host, access_token(settings))
    factory = open_database(settings)
    give_up_at = time.monotonic() + options.wait
    while True:
        try:
            rich_menu.set_up(
                line, factory, utc_now, default_locale=settings.default_locale, dry_run=options.dry_run, say=print
            )
            return 0
        except LineError as error:
            token = " Is LINE_CHANNEL_ACCESS_TOKEN the one in the LINE console?" if error.status == 401 else ""
            print(f"{error}{token} (x-line-request-id: {error.request_id})", file=sys.stderr)
            return 1
        except LineUnreachableError as error:
            if time.monotonic() >= give_up_at:
                again = "Run the command again: it goes on where it stopped."
                print(f"LINE did not answer ({error}). {again}", file=sys.stderr)
                return 1
        time.sleep(PAUSE_SECONDS)
