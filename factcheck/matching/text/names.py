"""Names that lists and surroundings tell: places, people with a title, known kinds of bodies, brands in Latin
letters inside other writing, accounts and addresses."""

import unicodedata
from pathlib import Path

_PLACES = Path(__file__).with_name("places.txt")


def _gazetteer() -> dict[str, str]:
    spellings = {}
    lines = unicodedata.normalize("NFKC", _PLACES.read_text(encoding="utf-8")).splitlines()
    for entry in " ".join(line for line in lines if not line.startswith("#")).split():
        usual, _, others = entry.replace("·", " ").partition(":")
        for spelling in [usual, *filter(None, others.split(","))]:
            spellings[spelling] = usual
    return spellings


PLACES = _gazetteer()
