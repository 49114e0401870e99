"""`make chaos`: people send the bot texts and pictures while `web` and `worker` are killed every few seconds and LINE
fails, repeats and reorders; then it is counted whether each person got exactly the right answers.

    python -m benchmarks.chaos [--events 2000] [--seed 1] [--texts-alone] [--profile embedded|elasticsearch]
                               [--json OUT]

Ten minutes or so on two quiet cores. Exit status 1 if an answer is missing or came twice. The same seed gives the same
people, texts, faults and lengths of life; what coincides depends on the machine. The elasticsearch profile needs
TEST_DATABASE_URL (PostgreSQL) and TEST_ELASTICSEARCH_URL.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.setting import Setting, heading
from indexer.evaluation.results import out_file, save
from tests.e2e.chaos import Plan, run_chaos


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--texts-alone", action="store_true", help="nobody sends pictures")
    parser.add_argument("--profile", choices=["embedded", "elasticsearch"], default="embedded")
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    print(heading(options.profile), f"seed {options.seed}", sep=", ", flush=True)
    plan = Plan(events=options.events, seed=options.seed, crowd=40, with_pictures=not options.texts_alone)
    with (
        tempfile.TemporaryDirectory(prefix="factline-chaos-") as folder,
        Setting(Path(folder), options.profile) as setting,
    ):
        report = run_chaos(setting.service, setting.line, setting.factory, plan)
        print(report)
        if options.json:
            save(options.json, {"profile": options.profile, "seed": options.seed, **report.figures()})
        if not report.is_good:
            print(setting.service.logs())
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
