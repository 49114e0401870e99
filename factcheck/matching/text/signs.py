"""Signs that say yes or no, up or down, equal or not, of the words beside them.

A list of ⭕ and ❌ claims something else when they are swapped. Other emoji are decoration.
"""

from collections.abc import Callable
from typing import NamedTuple

import regex

_SHOWN = {
    "yes": "⭕✅✔☑🆗🙆🟢",
    "no": "❌✖✗✘❎🚫⛔🙅👎",
    "up": "⬆↑▲🔼🔺📈⇧",
    "down": "⬇↓▼🔽🔻📉⇩",
    "equal": "=＝",
    "unequal": "≠",
}
_OPPOSITES = {"yes": "no", "no": "yes", "up": "down", "down": "up", "equal": "unequal", "unequal": "equal"}
_AGREES = frozenset(("yes", "equal"))
"""Decoration, as long as nothing says the opposite in its place."""
_SAYS = {sign: says for says, signs in _SHOWN.items() for sign in signs}
_FOUND = regex.compile(f"([{''.join(_SAYS)}])([^{''.join(_SAYS)}]*)")
_NOTHING = regex.compile(r"[^\p{L}\p{M}\p{N}]+")
_BESIDE = 4
"""Letters that tell which words a sign stands by."""
_READ = 40
"""Characters behind a sign among which they are."""


class Sign(NamedTuple):
    says: str
    beside: str
    """The first letters behind it, folded; "" if there are none before the next sign."""
    shown: str
    """It and the words behind it, as written."""

    @property
    def denies(self) -> bool:
        return self.says in ("no", "unequal")


def has_signs(text: str) -> bool:
    return _FOUND.search(text) is not None


def signs(text: str, fold: Callable[[str], str]) -> list[Sign]:
    """Finds them in order. `fold` makes one of the letters that are written in different ways."""
    return [
        Sign(
            _SAYS[found.group(1)],
            _NOTHING.sub("", fold(found.group(2)[:_READ]))[:_BESIDE],
            found.group().split("\n")[0].strip(),
        )
        for found in _FOUND.finditer(text)
    ]


def identifying(found: list[Sign]) -> list[str]:
    """Lists what the same text must have, too."""
    return [f"{sign.says} {sign.beside}" for sign in found if sign.says not in _AGREES]


def turned(yours: list[Sign], theirs: list[Sign]) -> list[tuple[Sign, Sign]]:
    """Pairs the signs that say the opposite of the same words."""
    known = {(sign.says, sign.beside): sign for sign in theirs if sign.beside}
    pairs = ((sign, known.get((_OPPOSITES[sign.says], sign.beside))) for sign in yours)
    return [(sign, other) for sign, other in pairs if other]
