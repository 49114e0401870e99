"""A reply cut to about a screen of a phone, where the whole of it is a press or a link away."""

from dataclasses import replace

from bot.messages import sizes
from bot.messages.answers import ReplyView
from bot.messages.limits import ELLIPSIS, cut_graphemes, cut_units

LONGEST_REPLY = 400
"""Graphemes; about one screen of a phone with large letters."""

LONGEST_REFERENCES = 300


def shortened(view: ReplyView) -> ReplyView:
    return replace(
        view,
        text=_cut(view.text, LONGEST_REPLY),
        reference=_cut(view.reference, LONGEST_REFERENCES),
    )


def _cut(text: str, length: int) -> str:
    """Cuts at the end of a line if there is one near, and never inside an address."""
    if (cut := cut_units(cut_graphemes(text, length), sizes.UNITS_A_GRAPHEME * length)) == text:
        return text
    lines, _, rest = cut.removesuffix(ELLIPSIS).rpartition("\n")
    if len(lines) > len(rest):
        return f"{lines.rstrip()}\n{ELLIPSIS}"
    words = cut.split(" ")
    if "://" in words[-1]:
        words[-1] = words[-1].partition("http")[0] + ELLIPSIS
    return " ".join(words)
