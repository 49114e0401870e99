"""Puts lines found in a picture into the order in which people read them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.ports import PictureText, ReadLine


@dataclass(frozen=True)
class FoundLine:
    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]
    """Upper left, upper right, lower right, lower left, in pixels of the picture."""


def put_in_order(lines: Sequence[FoundLine], width: int, height: int) -> PictureText:
    ordered = sorted(lines, key=lambda line: (line.corners[0][1], line.corners[0][0]))
    return as_text([[_read_line(line, width, height) for line in ordered]])


def as_text(blocks: Sequence[Sequence[ReadLine]]) -> PictureText:
    lines = tuple(line for block in blocks for line in block)
    length = sum(len(line.text) for line in lines)
    confidence = sum(line.confidence * len(line.text) for line in lines) / length if length else 0.0
    text = "\n\n".join("\n".join(line.text for line in block) for block in blocks if block)
    return PictureText(text, round(confidence, 4), lines)


def _read_line(line: FoundLine, width: int, height: int) -> ReadLine:
    across = [x / width for x, _ in line.corners]
    down = [y / height for _, y in line.corners]
    box = tuple(round(min(1.0, max(0.0, side)), 4) for side in (min(across), min(down), max(across), max(down)))
    return ReadLine(line.text, round(line.confidence, 4), box)  # type: ignore[arg-type]
