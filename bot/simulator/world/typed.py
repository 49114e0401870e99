"""What LINE's app makes of a typed text: mentions and LINE's own emoji."""

import re
from collections.abc import Mapping

from bot.simulator.validation.limits import utf16_units
from bot.simulator.validation.node import JSONObject

EMOJIS = {
    "(brown)": ("5ac1bfd5040ab15980c9b435", "001"),
    "(cony)": ("5ac1bfd5040ab15980c9b435", "002"),
    "(sally)": ("5ac1bfd5040ab15980c9b435", "003"),
}
"""Word -> product and emoji id. LINE shows pictures for them; a bot gets the words."""
MENTIONS = 20


def marks(text: str, people: Mapping[str, JSONObject]) -> JSONObject:
    """Return `mention` and `emojis` of a text. `people`: name -> what a mention says of them."""
    names = sorted(people, key=len, reverse=True)  # "@Ann Lee" is not Ann
    mentions = [{**_span(text, found), "type": "user", **people[found[1]]} for found in _found(text, r"@(%s)", names)][
        :MENTIONS
    ]
    emojis: list[object] = [
        {**_span(text, found), "productId": EMOJIS[found[1]][0], "emojiId": EMOJIS[found[1]][1]}
        for found in _found(text, "(%s)", list(EMOJIS))
    ]
    return {**({"mention": {"mentionees": mentions}} if mentions else {}), **({"emojis": emojis} if emojis else {})}


def _found(text: str, pattern: str, words: list[str]) -> list[re.Match[str]]:
    return list(re.finditer(pattern % "|".join(map(re.escape, words)), text)) if words else []


def _span(text: str, found: re.Match[str]) -> JSONObject:
    """Counts in UTF-16 units, as LINE does."""
    return {"index": utf16_units(text[: found.start()]), "length": utf16_units(found[0])}
