"""`make bench`: speed and memory, measured on this machine in one run; about a quarter of an hour a profile.

    python -m benchmarks [answer] [pickup] [webhook] [known] [crowd] [minute] [media] [--seconds 60] [--rate 50]
                        [--workers 1] [--profile embedded|elasticsearch] [--articles FILE [--queries FILE...]]
                        [--json OUT]

`media` needs the packages of `requirements/read.txt` and the fonts that `indexer/evaluation/media/drawing.py` names.

The service knows `--articles` beside the trial texts, one JSON object with a `text` a line, else so many made ones as
most collections have; `--queries` are asked about them, else parts of them. All texts are distinct.

`python -m benchmarks pages --help` is about pages with a real dataset (`benchmarks.page_speed`).

`python -m benchmarks api [--json OUT]` measures the API alone, with a `web` and 100,000 articles of its own, on
PostgreSQL if TEST_DATABASE_URL names a server.

Without --profile: the default one, and then the elasticsearch profile if TEST_DATABASE_URL (PostgreSQL) and
TEST_ELASTICSEARCH_URL are set. --json, which needs --profile, writes the figures to a file.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import answer, api, crowd, media, memory, minute, page_speed, pickup, webhook
from benchmarks.articles import made_texts, read_texts
from benchmarks.setting import Setting, heading
from indexer.evaluation.results import out_file, save
from tests.e2e.profiles import PROFILES, missing_server

MADE = 4_000
"""Articles that are made where no file is given."""

API = "api"
BENCHES = {
    "answer": answer.run,
    "pickup": pickup.run,
    "webhook": webhook.run,
    "known": webhook.run_known,
    "crowd": crowd.run,
}
ON_ITS_OWN = {"minute": minute.run, "media": media.run}
"""Measured only when it is named."""


def main() -> None:
    if sys.argv[1:2] == ["pages"]:
        page_speed.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", choices=[[], *BENCHES, *ON_ITS_OWN, API], default=[], help="which (default: all)"
    )
    parser.add_argument("--seconds", type=int, default=60, help="length of the webhook run, and of each of the crowd's")
    parser.add_argument("--rate", type=int, default=50, help="events a second")
    parser.add_argument("--profile", choices=PROFILES)
    parser.add_argument("--workers", type=int, default=1, help="processes that answer")
    parser.add_argument("--articles", type=Path, metavar="FILE", help="messages that the service knows")
    parser.add_argument("--queries", type=Path, nargs="+", default=[], metavar="FILE", help="messages that are asked")
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    options = parser.parse_args()
    if options.names == [API]:
        figures = api.measure(seconds=min(options.seconds, 20))
        print(f"{heading('web alone')}\n{api.shown(figures)}")
        if options.json:
            save(options.json, figures)
        return
    if API in options.names:
        parser.error("api is measured alone")
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
    known = read_texts([options.articles]) if options.articles else made_texts(MADE)
    with (
        tempfile.TemporaryDirectory(prefix="factline-bench-") as folder,
        Setting(Path(folder), profile, known, read_texts(options.queries)) as setting,
    ):
        figures |= {"articles": len(known), "workers": options.workers}
        for number in range(2, options.workers + 1):
            setting.service.start("worker", number)
        before = memory.of_processes(setting)
        for name in options.names or BENCHES:
            print(f"\n== {name}", flush=True)
            shown, figures[name] = {**BENCHES, **ON_ITS_OWN}[name](setting, options)
            print(shown, flush=True)
        shown, figures["memory"] = memory.compared(before, memory.of_processes(setting))
        print(f"\n== memory\n{shown}\n\n{heading(profile)}", flush=True)
    return figures


if __name__ == "__main__":
    main()
