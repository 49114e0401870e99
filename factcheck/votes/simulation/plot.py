"""The attacks as a picture. Matplotlib is for research alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from factcheck.errors import FactlineError
from factcheck.packages import how_to_install
from factcheck.votes.simulation.attacks import ATTACKS, SIZES
from factcheck.votes.simulation.methods import METHODS, STAGED


def draw(attacks: Sequence[dict[str, Any]], path: Path) -> None:
    """Writes an SVG or PNG. Raises FactlineError where Matplotlib is not installed."""
    try:
        import matplotlib as mpl

        mpl.use("agg")
        from matplotlib import pyplot
    except ImportError:
        raise FactlineError(f"A plot needs matplotlib: {how_to_install('research')}") from None
    mpl.rcParams["svg.hashsalt"] = "factline"  # the same picture for the same figures
    figure, axes = pyplot.subplots(1, len(ATTACKS), figsize=(3 * len(ATTACKS), 3.4), sharey=True)
    for axis, name in zip(axes, ATTACKS, strict=True):
        for method in METHODS:
            row = next(row for row in attacks if row["attack"] == name and row["method"] == method)
            axis.plot(SIZES, row["turned"], label=method, linewidth=3 if method == STAGED else 1.2)
        axis.set(title=name, xlabel="attackers", ylim=(-0.03, 1.03))
    axes[0].set_ylabel("share of replies turned")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="lower center", ncols=len(METHODS), frameon=False)
    figure.tight_layout(rect=(0, 0.09, 1, 1))
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)
