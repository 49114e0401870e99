"""The figures of docs/votes.md: `python -m factcheck simulate-votes`, with what they were measured on.

    python -m benchmarks.votes DATASET_DIR [--repeats 1] [--json OUT] [--plot OUT]

DATASET_DIR holds zipped CSV files in Cofacts' format.
"""

import argparse
from pathlib import Path

from factcheck.votes.simulation.command import measure, shown
from factcheck.votes.simulation.plot import draw
from indexer.evaluation.results import out_file, save


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.votes", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--repeats", type=int, default=1, help="worlds of each kind")
    parser.add_argument("--json", type=out_file, metavar="OUT", help="write the figures there")
    parser.add_argument("--plot", type=out_file, metavar="OUT", help="draw the attacks there")
    options = parser.parse_args()
    figures = measure(0, options.repeats, options.dataset)
    print(shown(figures))
    if options.json:
        save(options.json, figures)
    if options.plot:
        draw(figures["attacks"], options.plot)


if __name__ == "__main__":
    main()
