from bot.messages import sizes
from bot.messages.limits import ELLIPSIS, cut_graphemes, cut_units
from factcheck.directions import isolated, undirected
from factcheck.matching.text.excerpts import beginning


def excerpt(text: str, sent: str = "", length: int = sizes.CARD) -> str:
    """Cut a text to one line of at most `length` grapheme clusters: the part most like what was `sent`."""
    text = undirected(text)
    whole = " ".join(text.split())
    shown = cut_graphemes(whole, length)
    if shown != whole and (start := beginning(text, sent, min(length, sizes.CARD_SEEN) - len(ELLIPSIS))):
        shown = cut_graphemes(ELLIPSIS + " ".join(text[start:].split()), length)
    return isolated(cut_units(shown, sizes.CARD_UNITS))
