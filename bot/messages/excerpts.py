"""A part of a long text, in one line."""

from bot.messages.limits import ELLIPSIS, cut_graphemes, cut_units
from factcheck.matching.text.excerpts import beginning

EXCERPT_LENGTH = 160
EXCERPT_UNITS = 200
"""One emoji may be twenty UTF-16 units, each six bytes on the wire: ten cards, whose text is in them twice where a part
of it is marked, must stay under 50 KB together."""

SEEN_LENGTH = 100
"""What is surely seen of it on a card, where eight lines are shown."""


def excerpt(text: str, sent: str = "", length: int = EXCERPT_LENGTH) -> str:
    """Cuts a text to one line of at most `length` grapheme clusters: of a long one, the part that is most like what
    was `sent`."""
    whole = " ".join(text.split())
    shown = cut_graphemes(whole, length)
    if shown != whole and (start := beginning(text, sent, min(length, SEEN_LENGTH) - len(ELLIPSIS))):
        shown = cut_graphemes(ELLIPSIS + " ".join(text[start:].split()), length)
    return cut_units(shown, EXCERPT_UNITS)
