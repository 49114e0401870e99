"""LINE's limits (Messaging API reference), and cutting text to them. LINE counts UTF-16 units, in some places grapheme
clusters; Python counts code points."""

from factcheck.directions import isolated, undirected
from factcheck.graphemes import clusters, first

MAX_MESSAGES = 5
MAX_TEXT_UNITS = 5_000
MAX_ALT_TEXT_UNITS = 1_500
MAX_FLEX_LABEL = 40
MAX_DISPLAY_TEXT = 300
MAX_POSTBACK_DATA = 300
MAX_URI = 1_000
ELLIPSIS = "…"
LEADING_VOWELS = "เแโใไ"
"""Thai writes these before their consonant, as a cluster of their own: no cut text ends with one."""


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_graphemes(text: str, limit: int) -> str:
    """End with an ellipsis if something was cut."""
    if len(text) <= limit or first(text, limit) == text:
        return text
    return first(text, limit - 1).rstrip(LEADING_VOWELS) + ELLIPSIS


def cut_units(text: str, limit: int) -> str:
    """Cut between grapheme clusters, to at most `limit` UTF-16 units."""
    if units(text) <= limit:
        return text
    return _take(text, limit - units(ELLIPSIS)).rstrip(LEADING_VOWELS) + ELLIPSIS


def one_line(text: str, graphemes: int, most_units: int) -> str:
    """Cut a text to one line, both by what is seen of it and by what LINE counts, as a part of another sentence."""
    return isolated(cut_units(cut_graphemes(" ".join(undirected(text).split()), graphemes), most_units))


def split_units(text: str, limit: int = MAX_TEXT_UNITS) -> list[str]:
    """Split between lines, else at a space, if there is one in the second half of a part, else between grapheme
    clusters. Only white space at the breaks is lost."""
    parts = []
    rest = text.strip()
    while units(rest) > limit:
        part = _take(rest, limit)
        ends = (part.rfind("\n"), part.rfind(" "))
        part = part[: next((end for end in ends if end > len(part) // 2), len(part))]
        parts.append(part.rstrip())
        rest = rest[len(part) :].lstrip()
    return [*parts, rest] if rest else parts


def _take(text: str, limit: int) -> str:
    """A cluster longer than `limit` is cut between code points."""
    used, end = 0, 0
    for cluster in clusters(text):
        used += units(cluster)
        if used > limit:
            break
        end += len(cluster)
    if end == 0:
        while end < len(text) and units(text[: end + 1]) <= limit:
            end += 1
    return text[:end]
