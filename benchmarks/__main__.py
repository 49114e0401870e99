"""`make bench`: the figures of the README, measured on this machine in one run.

    python -m benchmarks [webhook] [answer] [--seconds 60] [--rate 20] [--profile embedded|elasticsearch]

The elasticsearch profile needs TEST_DATABASE_URL (PostgreSQL) and TEST_ELASTICSEARCH_URL.
"""

import argparse
import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import answer, pickup, webhook
from benchmarks.setting import Setting, machine

BENCHES = {"webhook": webhook.run, "pickup": pickup.run, "answer": answer.run}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], default=[], help="which (default: all)")
    parser.add_argument("--seconds", type=int, default=60, help="length of the webhook run")
    parser.add_argument("--rate", type=int, default=20, help="events a second")
    parser.add_argument("--profile", choices=["embedded", "elasticsearch"], default="embedded")
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}, profile {options.profile}")
    with (
        tempfile.TemporaryDirectory(prefix="factline-bench-") as folder,
        Setting(Path(folder), options.profile) as setting,
    ):
        for name in options.names or BENCHES:
            print(f"\n== {name}")
            print(BENCHES[name](setting, options))


if __name__ == "__main__":
    main()
