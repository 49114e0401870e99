from pathlib import Path
from typing import Any

from factcheck.errors import FactlineError

Json = dict[str, Any]

OURS = "factline"
LEAST_RATE = 1e-3
"""Where the logarithmic axis begins; smaller rates are drawn there."""


class PlotError(FactlineError):
    """The plot cannot be written; the message says why."""


def draw(found: Json, path: Path) -> None:
    """Draws a PNG. Raises PlotError."""
    # Loading takes a second. No display is asked for.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    systems = {OURS: found, **found.get("baselines", {})}
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    risk, rate = figure.subplots(1, 2)
    for name, measured in systems.items():
        width = 2.4 if name == OURS else 1.2
        _line(risk, measured["curve"], ("coverage", "risk"), label=name, linewidth=width)
        if found["unmatched"]["n"]:
            _line(rate, measured["curve"], ("unmatched_answered", "answered_right"), label=name, linewidth=width)
    _mark_decision(rate, found)
    _describe(risk, "Risk against coverage", "share of matched queries answered", "share of answers that are wrong")
    _describe(rate, "Right answers against false ones", "share of unmatched queries answered", "matched answered right")
    risk.set_ylim(-0.02, 1.0)
    rate.set_xscale("log")
    rate.set_xlim(LEAST_RATE, 1.0)
    for ours in (0.01, 0.05):
        rate.axvline(ours, color="grey", linewidth=0.6, linestyle=":")
    try:
        figure.savefig(path, format="png", dpi=110)
    except OSError as error:
        raise PlotError(f"{path} cannot be written: {error.strerror}.") from error


def _line(axes: Any, curve: dict[str, list[float]], names: tuple[str, str], **style: Any) -> None:
    x = [max(LEAST_RATE, value) for value in curve[names[0]]]
    axes.plot(x, curve[names[1]], drawstyle="steps-post", **style)


def _mark_decision(axes: Any, found: Json) -> None:
    matched = [shares for kind, shares in found["decision"].items() if kind != "hardneg"]
    count = sum(shares["n"] for shares in matched)
    if count and found["unmatched"]["n"]:
        right = sum(shares["answered_right"] * shares["n"] for shares in matched) / count
        place = max(LEAST_RATE, found["unmatched"]["answered"])
        axes.plot([place], [right], "ko", label="cuts in use")


def _describe(axes: Any, title: str, x: str, y: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend(fontsize="small")
