"""Where the marks of a chart stand. Pure: templates draw them as SVG, without script or style."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 640, 160
LABELS_AT_MOST = 6

Part = dict[str, Any]
Series = tuple[str, Callable[[Part], float]]
"""The name of a kind of mark, and its value in a part."""


@dataclass(frozen=True)
class Mark:
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """What stands above one part of the time."""

    name: str
    middle: float
    label: str
    """'' where there is no room for it."""
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Chart:
    columns: Sequence[Column]
    highest: float


def stacked(parts: Sequence[Part], *series: Series) -> Chart:
    """Puts the series on each other, the first at the bottom."""
    return _chart(parts, series, sum, on_each_other=True)


def beside_each_other(parts: Sequence[Part], *series: Series) -> Chart:
    """Puts the series before each other, the last in front: each from the bottom."""
    return _chart(parts, series, max, on_each_other=False)


def _chart(
    parts: Sequence[Part],
    series: Sequence[Series],
    height_of: Callable[[Sequence[float]], float],
    *,
    on_each_other: bool,
) -> Chart:
    highest = max((height_of([value(part) for _, value in series]) for part in parts), default=0.0)
    step = WIDTH / max(1, len(parts))
    every = -(-len(parts) // LABELS_AT_MOST)
    columns = []
    for number, part in enumerate(parts):
        marks, bottom = [], 0.0
        for kind, value in series:
            height = HEIGHT * value(part) / highest if highest else 0.0
            if height:
                top = HEIGHT - bottom - height
                marks.append(
                    Mark(kind, _round(number * step + step * 0.1), _round(top), _round(step * 0.8), _round(height))
                )
            bottom += height if on_each_other else 0.0
        label = str(part["name"]) if number % every == 0 else ""
        columns.append(Column(str(part["name"]), _round((number + 0.5) * step), label, marks))
    return Chart(columns, highest)


def _round(value: float) -> float:
    return round(value, 1)
