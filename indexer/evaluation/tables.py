"""Figures as lines of text."""

from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]


def cells(shares: Json, names: Sequence[str]) -> list[str]:
    return [str(shares["n"]), *(cell(shares, name) for name in names)]


def cell(shares: Json, name: str) -> str:
    value, interval = shares.get(name), shares["interval"]
    interval = interval.get(name) if isinstance(interval, dict) else interval
    if value is None:
        return "-"
    return f"{value:.3f} [{interval[0]:.2f} {interval[1]:.2f}]" if interval else f"{value:.3f}"


def table(rows: Iterable[Sequence[str]], header: Sequence[str]) -> list[str]:
    lines = [list(header), *map(list, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(header))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
