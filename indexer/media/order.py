"""Puts lines found in a picture into the order people read them. Pure.

Columns of vertical writing are read from the right to the left. Other lines are read from above, those of one height
from the left. What stands together is a block: a bubble of a chat, a paragraph of a poster.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from factcheck.ports import PictureText, ReadLine
from indexer.media.engine import TALL
from indexer.media.status_bar import is_of_a_status_bar

_MOSTLY = 0.5
"""A picture is written in columns when columns hold more of its letters than that."""
_ONE_ROW = 0.5
"""Lines whose middles are nearer than that, in heights of a line, stand in one row."""
_PARAGRAPH = 1.1
"""Heights of a line of empty space that part two blocks."""
_LEVEL = 0.5
"""Degrees of tilt that are none."""

_APOSTROPHE = re.compile(r"(?<![A-Za-z])[\'’](?![A-Za-z])")
_RING = re.compile(r"(?<![\d ])[°º]")
"""What a comma and a full stop of vertical writing are read as: they stand in the upper half."""

Point = tuple[float, float]


@dataclass(frozen=True)
class FoundLine:
    text: str
    confidence: float
    corners: tuple[Point, ...]
    """Upper left, upper right, lower right, lower left, in pixels of the picture."""

    @property
    def across(self) -> float:
        return math.dist(self.corners[0], self.corners[1])

    @property
    def down(self) -> float:
        return math.dist(self.corners[0], self.corners[3])

    @property
    def is_column(self) -> bool:
        return self.down > TALL * self.across

    @property
    def middle(self) -> float:
        return sum(y for _, y in self.corners) / len(self.corners)

    def moved_down(self, by: float) -> "FoundLine":
        return replace(self, corners=tuple((x, y + by) for x, y in self.corners))

    @property
    def tilt(self) -> float:
        """Degrees by which the line falls to the right."""
        (left, above), (right, below) = self.corners[0], self.corners[1]
        return math.degrees(math.atan2(below - above, right - left))


@dataclass(frozen=True)
class _Placed:
    """A line in a picture laid level."""

    line: FoundLine
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def put_in_order(lines: Sequence[FoundLine], width: int, height: int) -> PictureText:
    """Leaves out what belongs to a telephone's status bar. `width`, `height`: of the picture, in pixels."""
    kept = [line for line in lines if not is_of_a_status_bar(line.text, line.middle / height)]
    letters = sum(len(line.text) for line in kept)
    in_columns = [line for line in kept if line.is_column and len(line.text) > 1]
    if letters and sum(len(line.text) for line in in_columns) > _MOSTLY * letters:
        blocks = _columns(kept)
    else:
        blocks = _rows(kept)
    return as_text([[_read_line(line, width, height) for line in block] for block in blocks])


def as_text(blocks: Sequence[Sequence[ReadLine]]) -> PictureText:
    lines = tuple(line for block in blocks for line in block)
    length = sum(len(line.text) for line in lines)
    confidence = sum(line.confidence * len(line.text) for line in lines) / length if length else 0.0
    text = "\n\n".join("\n".join(line.text for line in block) for block in blocks if block)
    return PictureText(text, round(confidence, 4), lines)


def _columns(lines: Sequence[FoundLine]) -> list[list[FoundLine]]:
    """Reads from the right; pieces of one column from above; lines of headings and captions where they begin."""
    placed = sorted(map(_level(0.0), lines), key=lambda one: -(one.left + one.right))
    columns: list[list[_Placed]] = []
    for one in placed:
        column = columns[-1] if columns else []
        if column and (one.left + one.right) / 2 > min(each.left for each in column):
            column.append(one)
        else:
            columns.append([one])
    ordered = [each.line for column in columns for each in sorted(column, key=lambda each: each.top)]
    return [[replace(line, text=_RING.sub("。", _APOSTROPHE.sub("，", line.text))) for line in ordered]]


def _rows(lines: Sequence[FoundLine]) -> list[list[FoundLine]]:
    tilts = [line.tilt for line in lines if line.across > 2 * line.down]
    tilt = median(tilts) if tilts else 0.0
    placed = sorted(map(_level(tilt if abs(tilt) > _LEVEL else 0.0), lines), key=lambda one: one.middle)
    rows: list[list[_Placed]] = []
    for one in placed:
        row = rows[-1] if rows else []
        if row and one.middle - row[0].middle < _ONE_ROW * min(one.height, row[0].height):
            row.append(one)
        else:
            rows.append([one])
    blocks: list[list[_Placed]] = []
    for row in rows:
        row.sort(key=lambda one: one.left)
        if blocks and _goes_on(blocks[-1], row):
            blocks[-1] += row
        else:
            blocks.append(row)
    return [[one.line for one in block] for block in blocks]


def _goes_on(block: Sequence[_Placed], row: Sequence[_Placed]) -> bool:
    """Tells whether a row belongs to what stands above it: near it, and not beside it as another's bubble is."""
    gap = min(one.top for one in row) - max(one.bottom for one in block)
    lines = median([one.height for one in block])
    overlaps = min(max(o.right for o in block), max(o.right for o in row)) - max(
        min(o.left for o in block), min(o.left for o in row)
    )
    return gap < _PARAGRAPH * lines and overlaps > 0


def _level(tilt: float) -> Callable[[FoundLine], _Placed]:
    """Gives a function that places a line as if the picture were turned back by that many degrees."""
    sine, cosine = math.sin(math.radians(-tilt)), math.cos(math.radians(-tilt))

    def place(line: FoundLine) -> _Placed:
        turned = [(x * cosine - y * sine, x * sine + y * cosine) for x, y in line.corners]
        across, down = [x for x, _ in turned], [y for _, y in turned]
        return _Placed(line, min(across), min(down), max(across), max(down))

    return place


def _read_line(line: FoundLine, width: int, height: int) -> ReadLine:
    across = [x / width for x, _ in line.corners]
    down = [y / height for _, y in line.corners]
    box = tuple(round(min(1.0, max(0.0, side)), 4) for side in (min(across), min(down), max(across), max(down)))
    return ReadLine(line.text, round(line.confidence, 4), box)  # type: ignore[arg-type]
