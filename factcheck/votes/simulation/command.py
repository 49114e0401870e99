"""`python -m factcheck simulate-votes`: what the rule for votes is worth."""

import argparse
import json
from collections.abc import Iterable, Sequence
from typing import Any

from factcheck.settings import Settings
from factcheck.votes.simulation import attacks, prediction, quality
from factcheck.votes.simulation.methods import METHODS
from factcheck.votes.simulation.plot import draw


def simulate(_settings: Settings, options: argparse.Namespace) -> int:
    """Prints the tables, and writes figures and picture where they are wanted. Raises FactlineError."""
    figures: dict[str, Any] = {"seed": options.seed, "repeats": options.repeats, "methods": METHODS}
    figures["attack_sizes"] = attacks.SIZES
    figures["quality"] = list(quality.measure(options.seed, options.repeats))
    print(_table("AUC, good against others", figures["quality"], "world", "auc"))
    print(_table("AUC, good against the larger camp's", figures["quality"], "world", "auc_larger_camp"))
    print(_table("share of good replies that rise", figures["quality"], "world", "good_risen"))
    print(_table("share of the larger camp's that rise", figures["quality"], "world", "larger_camp_risen"))
    figures["attacks"] = list(attacks.measure(options.seed))
    print(_table("attackers who turn half of the replies", figures["attacks"], "attack", "attackers"))
    if options.votes:
        figures["real"] = prediction.measure(prediction.read_votes(options.votes))
        for row in figures["real"]["methods"]:
            print(f"{row['method']:<24}{row['log_loss']:>8.4f}{row['brier']:>8.4f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        draw(figures["attacks"], options.plot)
    return 0


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
