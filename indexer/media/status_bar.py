"""Knows the lines along a screen's upper edge that say nothing: clock, network, battery. Pure."""

import re

UPPER_SHARE = 0.08
"""The part of a picture's height in which a status bar stands."""
_CLOCK = r"(?:上午|下午|午前|午後|AM|PM)?\s*[0-2]?\d[:：.][0-5]\d\s*(?:AM|PM|น\.?)?"
_BATTERY = r"\d{1,3}\s*[%％]"
_NETWORK = r"[2345]G\+?|4G\+|LTE\+?|VoLTE|VoWiFi|Wi-?Fi|HD|H\+|\d+(?:\.\d+)?\s*[KM]B?/s"
_CARRIER = r"中華電信|台灣大哥大|遠傳電信|遠傳|台灣之星|docomo|au|SoftBank|Rakuten|AIS|dtac|TRUE(?:-H)?"
_SIGN = r"[^\w\s]{1,6}|[oOlIⅠ]{1,4}|\d{1,3}"
"""What a reader makes of little pictures: dots, bars, a battery with a number in it."""
_KNOWN = rf"(?:{_CLOCK}|{_BATTERY}|{_NETWORK}|{_CARRIER})"
_BAR = re.compile(rf"\s*(?:(?:{_KNOWN}|{_SIGN})\s*)*{_KNOWN}\s*(?:(?:{_KNOWN}|{_SIGN})\s*)*", re.IGNORECASE)
_LONGEST = 48


def is_of_a_status_bar(text: str, middle: float) -> bool:
    """Tells whether a line is of a status bar and of nothing else. `middle`: where it stands, as a share of the
    picture's height from above."""
    return middle <= UPPER_SHARE and len(text) <= _LONGEST and _BAR.fullmatch(text) is not None
