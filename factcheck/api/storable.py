"""What no database stores: NUL, and halves of characters that JSON can write. Pure."""

import re
from typing import Any

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    return _UNSTORABLE.search(text) is None


def all_storable(value: Any) -> bool:
    """Looks at all texts, names too, of what was read from JSON, however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and not is_storable(one):
            return False
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += [*one, *one.values()]
    return True
