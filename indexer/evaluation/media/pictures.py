"""What the reader makes of the set's pictures, and which of their edited copies are found again."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from PIL import Image

from factcheck.ports import PictureText
from indexer.evaluation.media.drawing import VERTICAL, Plan, draw, plans
from indexer.evaluation.media.readings import error_rate, read_all

Json = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    plan: Plan
    truth: str
    image: Image.Image
    data: bytes
    """The file, without losses beyond those of its own JPEG."""


def drawn(share: float) -> list[Drawn]:
    found = []
    for plan in plans(share):
        image, truth = draw(plan)
        found.append(Drawn(plan, truth, image, as_file(image)))
    return found


def as_file(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def measure_reading(pictures: Sequence[Drawn], folder: Path) -> tuple[Json, list[PictureText]]:
    """Gives error rates by language and by kind, and what was read."""
    texts = read_all([each.data for each in pictures], folder, label="reading")
    rates = [error_rate(each.truth, text.text) for each, text in zip(pictures, texts, strict=True)]
    groups: dict[str, list[float]] = defaultdict(list)
    kinds: dict[str, list[float]] = defaultdict(list)
    for each, rate in zip(pictures, rates, strict=True):
        groups[_group(each.plan)].append(rate)
        kinds[each.plan.kind].append(rate)
    rows = zip(pictures, texts, rates, strict=True)
    worst = sorted(rows, key=lambda row: (-row[2], row[0].plan.name))[:12]
    return {
        "pictures": len(pictures),
        "error_rate": {group: _rates(each) for group, each in sorted(groups.items())},
        "error_rate_by_kind": {kind: _rates(each) for kind, each in sorted(kinds.items())},
        "worst": [
            {
                "name": each.plan.name,
                "rate": round(rate, 3),
                "size": each.plan.size,
                "contrast": each.plan.contrast,
                "tilt": each.plan.tilt,
                "confidence": round(text.confidence, 2),
                "truth": each.truth,
                "read": text.text,
            }
            for each, text, rate in worst
        ],
    }, texts


def _group(plan: Plan) -> str:
    """Names what a wanted figure is about."""
    if plan.language == "th":
        return "th, memes" if plan.kind == "meme" else "th, plain"
    return f"{plan.language}, {'vertical' if plan.kind == VERTICAL else 'horizontal'}"


def _rates(rates: Sequence[float]) -> Json:
    return {
        "pictures": len(rates),
        "mean": round(mean(rates), 4),
        "median": round(median(rates), 4),
        "without_error": sum(rate == 0 for rate in rates),
    }


def shares(found: Mapping[str, Iterable[bool]]) -> dict[str, float]:
    return {name: round(mean(map(float, each)), 3) for name, each in found.items()}
