"""Tables of pairs of an article and a message, and of indexes of several sizes."""

from collections.abc import Sequence
from typing import Any

from indexer.evaluation.explain import Explained, paragraph
from indexer.evaluation.tables import cell, cells, table

Json = dict[str, Any]

PAIRS = ("as_wanted", "answered", "large", "small", "offered")


def pairs(found: Json) -> str:
    rows = [[name, *cells(shares, PAIRS)] for by in ("by_want", "by_kind") for name, shares in found[by].items()]
    return "\n".join(
        ["\nPairs of an article and a message, by what is wanted and by kind", *table(rows, ("", "n", *PAIRS))]
    )


def failing(read: Sequence[Explained], found: Json) -> str:
    """Shows the pairs that get something else than is wanted."""
    ids = set(found.get("failing", ()))
    some = [f"wanted {one.query.want}\n{paragraph(one)}" for one in read if one.query.want and one.query.id in ids]
    return "\n\n".join(["", "Pairs that fail", *some]) if some else ""


def sizes(found: Json) -> str:
    seen = ("said", "offered", "quiet", "found_by_card", "found")
    shares = [
        [size, what, *cells(one[what], seen), f"{one['new']['cards'] or 0:.1f}" if what == "new" else ""]
        for size, one in found.items()
        for what in ("new", "known")
    ]
    words = [
        [size, new, cell(mix, "calibration_error"), *(_word(one) for one in mix["standing"].values())]
        for size, one in found.items()
        for new, mix in one["mixes"].items()
    ]
    names = next((list(mix["standing"]) for one in found.values() for mix in one["mixes"].values()), [])
    return "\n".join(
        [
            "\nIndexes of several sizes: shares of new and of known messages; said: answered or named",
            *table(shares, ("articles", "messages", "n", *seen, "cards each")),
            "\nCalibration error of the first candidate, and the share that is right of what is shown with each word",
            *table(words, ("articles", "new", "error", *names)),
        ]
    )


def _word(found: Json) -> str:
    if found["right"] is None:
        return "-"
    low, high = found["interval"]
    return f"{found['right']:.3f} [{low:.2f} {high:.2f}] of {found['n']}"
