"""LINE's limits and the two units in which they are counted."""

import json
from collections.abc import Callable

from factcheck.graphemes import count

Unit = Callable[[str], int]


def utf16_units(text: str) -> int:
    """Count as LINE counts most texts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Count as LINE counts labels and titles."""
    return count(text)


def wire_size(value: object) -> int:
    """Count bytes as LINE's SDKs send them: compact, escaped to ASCII."""
    return len(json.dumps(value, ensure_ascii=True, separators=(",", ":")))


MESSAGES = 5
BODY_BYTES = 2 * 1024 * 1024
TEXT = 5000
EMOJIS = 20
SUBSTITUTIONS = 100
MENTIONS = 20
SENDER_NAME = 20
URL = 2000
ALT_TEXT = 1500
QUICK_REPLIES = 13
MULTICAST = 500

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
BUBBLES = 12
FLEX_DEPTH = 50

LABEL = 20
LABEL_FLEX = 40
LABEL_IMAGE_CAROUSEL = 12
POSTBACK_DATA = 300
ACTION_TEXT = 300
URI = 1000
CLIPBOARD = 1000

TEMPLATE_TITLE = 40
BUTTONS_TEXT = 160
BUTTONS_TEXT_WITH_MORE = 60
BUTTONS_ACTIONS = 4
CONFIRM_TEXT = 240
CAROUSEL_COLUMNS = 10
COLUMN_TEXT = 120
COLUMN_TEXT_WITH_MORE = 60
COLUMN_ACTIONS = 3

RICH_MENUS = 1000
RICH_MENU_NAME = 300
RICH_MENU_BAR_TEXT = 14
RICH_MENU_AREAS = 20
RICH_MENU_IMAGE_BYTES = 1024 * 1024
