"""`python -m factcheck simulate-votes`: what the rule for votes is worth."""

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from factcheck.settings import Settings
from factcheck.votes.simulation import attacks, prediction, quality
from factcheck.votes.simulation.methods import METHODS
from factcheck.votes.simulation.plot import draw

TITLES = {
    "auc": "AUC, good against others",
    "auc_larger_camp": "AUC, good against the larger camp's",
    "good_risen": "share of good replies that rise",
    "larger_camp_risen": "share of the larger camp's that rise",
    "bad_risen": "share of bad replies that rise",
}


def simulate(_settings: Settings, options: argparse.Namespace) -> int:
    """Prints the tables, and writes figures and picture where they are wanted. Raises FactlineError."""
    figures = measure(options.seed, options.repeats, options.votes)
    print(shown(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        draw(figures["attacks"], options.plot)
    return 0


def measure(seed: int, repeats: int, votes: Path | None = None) -> dict[str, Any]:
    """Simulates, which takes minutes. `votes`: a folder with a dataset whose later votes are foretold. Raises
    FactlineError where it has none."""
    real = prediction.read_votes(votes) if votes else []  # first, so that a wrong folder is told at once
    figures: dict[str, Any] = {"seed": seed, "repeats": repeats, "methods": METHODS, "attack_sizes": attacks.SIZES}
    figures["attacks"] = list(attacks.measure(seed))
    figures["quality"] = list(quality.measure(seed, repeats))
    if real:
        figures["real"] = prediction.measure(real)
    return figures


def shown(figures: Mapping[str, Any]) -> str:
    """The figures as tables of text."""
    tables = [_table(title, figures["quality"], "world", figure) for figure, title in TITLES.items()]
    tables.append(_table("attackers who turn half of the replies", figures["attacks"], "attack", "attackers"))
    foretold = figures.get("real", {}).get("methods", [])
    lines = [f"{row['method']:<24}{row['log_loss']:>10.4f}{row['brier']:>10.4f}" for row in foretold]
    return "\n".join([*tables, *(["\nlater votes              log loss     Brier"] if lines else []), *lines])


def _table(title: str, rows: Sequence[dict[str, Any]], what: str, figure: str) -> str:
    lines = [f"\n{title:<40}" + "".join(f"{method:>11}" for method in METHODS)]
    for name in dict.fromkeys(row[what] for row in rows):
        cells: Iterable[Any] = (row[figure] for row in rows if row[what] == name)
        lines.append(f"{name:<40}" + "".join(f"{_cell(value):>11}" for value in cells))
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    if value is None:
        return f"> {attacks.SIZES[-1]}"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
