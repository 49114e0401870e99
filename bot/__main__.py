"""`python -m bot worker`: the process that does the jobs."""

import argparse
import sys

from bot.worker import run_worker
from factcheck.logs import configure_logging
from factcheck.settings import SettingsError, load_settings, require_for_service


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_subparsers(dest="command", required=True).add_parser("worker", help="do jobs until stopped")
    parser.parse_args()
    try:
        settings = load_settings()
        require_for_service(settings)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    configure_logging()
    run_worker(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
