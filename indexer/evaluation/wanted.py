"""What the measures should be, beside what they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    what: str
    path: tuple[str, ...]
    """Of the shares in the figures of a run."""
    name: str
    at_most: float | None = None
    at_least: float | None = None
    as_count: bool = False
    """The bound is a number of messages."""


WANTED = (
    Wanted(
        "pairs that claim something else: answered plainly",
        ("pairs", "by_want", "differs"),
        "answered",
        1,
        as_count=True,
    ),
    Wanted("a word turned in a message: answered plainly", ("decision", "turned"), "answered", 0.02),
    Wanted("a word turned in a forward: answered plainly", ("decision", "turned_forward"), "answered", 0.02),
    Wanted("a word turned in a message: named, large", ("decision", "turned"), "large", at_least=0.80),
    Wanted("a word turned in a forward: named, large", ("decision", "turned_forward"), "large", at_least=0.80),
    Wanted("a word turned in a message: quoted", ("decision", "turned"), "quoted"),
    Wanted("a word turned in a forward: quoted", ("decision", "turned_forward"), "quoted"),
    Wanted("forward: answered plainly", ("decision", "forward"), "answered_right", at_least=0.50),
    Wanted("forward: answered plainly or named", ("decision", "forward"), "answered_or_named_right", at_least=0.97),
    Wanted("partial: answered plainly", ("decision", "partial"), "answered_right", at_least=0.85),
    Wanted("partial: answered plainly or named", ("decision", "partial"), "answered_or_named_right", at_least=0.97),
    Wanted(
        "pairs that are copies: answered plainly",
        ("pairs", "by_want", "answer"),
        "answered_right",
        at_least=20,
        as_count=True,
    ),
    Wanted(
        "pairs that are copies: plainly or small",
        ("pairs", "by_want", "answer"),
        "answered_or_small",
        at_least=23,
        as_count=True,
    ),
    Wanted(
        "pairs to be offered: offered or better", ("pairs", "by_want", "offered"), "offered", at_least=8, as_count=True
    ),
    Wanted("unmatched: answered or named", ("unmatched",), "answered_or_differs", 0.01),
    Wanted("another claim on the topic: answered plainly", ("decision", "hardneg"), "answered", 0.01),
    Wanted("another claim on the topic: named", ("decision", "hardneg"), "named", 0.05),
    Wanted("unmatched: with cards", ("unmatched",), "offered", 0.30),
    Wanted("unmatched: cards each, of those with cards", ("unmatched",), "cards", 1.5),
    Wanted("unmatched: with a quiet way", ("unmatched",), "quiet", 0.60),
    *(
        Wanted(
            f"calibration error of {size} articles, worst mix", ("sizes", str(size), "worst"), "calibration_error", 0.05
        )
        for size in (60, 300, 1000, 4000)
    ),
    Wanted("paraphrase: among the first five", ("retrieval", "paraphrase", "all"), "r5", at_least=0.86),
    Wanted("paraphrase: found by card or quiet way", ("decision", "paraphrase"), "found", at_least=0.83),
    Wanted("paraphrase: found by card", ("decision", "paraphrase"), "found_by_card", at_least=0.70),
    Wanted("long rewording: among the first five", ("retrieval", "long", "all"), "r5", at_least=0.90),
    Wanted("long rewording: found", ("decision", "long"), "found", at_least=0.85),
    Wanted("question: found", ("decision", "question"), "found", at_least=0.93),
    Wanted("another language: found", ("decision", "crosslingual"), "found", at_least=0.97),
)


@dataclass(frozen=True)
class Compared:
    wanted: Wanted
    shares: Json

    @property
    def value(self) -> float:
        share: float = self.shares[self.wanted.name]
        return round(share * self.shares["n"]) if self.wanted.as_count else share

    @property
    def interval(self) -> tuple[float, float]:
        found = self.shares["interval"]
        low, high = found[self.wanted.name] if isinstance(found, dict) else found
        return low, high

    @property
    def shown(self) -> str:
        return f"{self.value:.0f}" if self.wanted.as_count else f"{self.value:.3f}"

    @property
    def bound(self) -> str:
        """`≤ 0.02`, or nothing where no bound was set."""
        if self.wanted.at_most is not None:
            return f"≤ {self.wanted.at_most:g}"
        return f"≥ {self.wanted.at_least:g}" if self.wanted.at_least is not None else ""

    @property
    def is_met(self) -> bool:
        most, least = self.wanted.at_most, self.wanted.at_least
        return (most is None or self.value <= most) and (least is None or self.value >= least)


def compared(found: Mapping[str, Any]) -> dict[str, Compared]:
    """Maps what is wanted to what is. Leaves out what was not measured."""
    return {one.what: Compared(one, shares) for one in WANTED if (shares := _shares(found, one))}


def _shares(found: Mapping[str, Any], wanted: Wanted) -> Json | None:
    shares: Any = found
    for part in wanted.path:
        shares = (shares or {}).get(part)
    return shares if shares and shares.get(wanted.name) is not None else None
