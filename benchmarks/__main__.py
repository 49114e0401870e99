"""`make bench`: speed and memory, measured on this machine in one run; about thirteen minutes a profile.

    python -m benchmarks [answer] [pickup] [webhook] [crowd] [--seconds 60] [--rate 50]
                        [--profile embedded|elasticsearch] [--json OUT]

Without --profile: the default one, and then the elasticsearch profile if TEST_DATABASE_URL (PostgreSQL) and
TEST_ELASTICSEARCH_URL are set. --json, which needs --profile, writes the figures to a file.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import answer, crowd, memory, pickup, webhook
from benchmarks.setting import Setting, heading
from indexer.evaluation.results import out_file, save
from tests.e2e.profiles import PROFILES, missing_server

BENCHES = {"answer": answer.run, "pickup": pickup.run, "webhook": webhook.run, "crowd": crowd.run}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], default=[], help="which (default: all)")
    parser.add_argument("--seconds", type=int, default=60, help="length of the webhook run, and of each of the crowd's")
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--profile", choices=PROFILES)
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    if options.json and not options.profile:
        parser.error("--json needs --profile: a file holds the figures of one")
    for profile in [options.profile] if options.profile else PROFILES:
        missing = missing_server(profile)
        if missing:
            print(f"profile {profile} is left out: {missing}")
        else:
            figures = measure(profile, options)
            if options.json:
                save(options.json, figures)


def measure(profile: str, options: argparse.Namespace) -> dict[str, Any]:
    figures: dict[str, Any] = {"profile": profile}
    print(heading(profile), flush=True)
    with tempfile.TemporaryDirectory(prefix="factline-bench-") as folder, Setting(Path(folder), profile) as setting:
        before = memory.of_processes(setting)
        for name in options.names or BENCHES:
            print(f"\n== {name}", flush=True)
            shown, figures[name] = BENCHES[name](setting, options)
            print(shown, flush=True)
        shown, figures["memory"] = memory.compared(before, memory.of_processes(setting))
        print(f"\n== memory\n{shown}\n\n{heading(profile)}", flush=True)
    return figures


if __name__ == "__main__":
    main()
