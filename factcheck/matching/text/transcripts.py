"""Messages copied or exported from a chat: their texts stay; headers, days, times and senders go."""

import re

# LINE's export begins with its own name, and with when it was saved.
_TIME = r"(?:(?:上午|下午|午前|午后|[ap]m) ?)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]\.?m\.?)?"
_DAY = (
    r"(?:[0-9]{4}[./年-] ?[0-9]{1,2}[./月-] ?[0-9]{1,2}日?\.?|[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})"
    r"|[a-z]{3,9}\.? [0-9]{1,2},? [0-9]{4}|[0-9]{1,2} [a-z]{3,9}\.? [0-9]{4})"
)
_WEEKDAY = r"(?:星期.|礼拜.|周.|.曜日?|[a-z]{3,9}\.?|[ก-๙]{1,8}\.?|[一二三四五六日月火水木金土])"
_DAY_LINE = re.compile(rf"(?:{_WEEKDAY},? ?)?{_DAY}(?: ?\(?{_WEEKDAY}\)?)?")
_SAVED = re.compile(rf"[^\n:0-9]{{2,24}}: ?{_DAY},? {_TIME}")
_EXPORT = re.compile(r"\[line\][^\n]{1,100}")
_NAME = r"[^\n\t:\[\]]{1,40}"
_MESSAGE = re.compile(
    rf"{_TIME}\t[^\t\n]{{0,60}}\t(?P<tabbed>.*)"
    rf"|\[(?:{_DAY},? )?{_TIME}\] {_NAME}: ?(?P<bracketed>.*)"
    rf"|{_DAY},? {_TIME} - {_NAME}: (?P<dashed>.*)"
)
# Behind a day of LINE's, tabs may have become spaces.
_SPACED = re.compile(rf"{_TIME} [^\s:]{{1,40}} (?P<spaced>\S.*)")
_STAMP = re.compile(
    rf"{_NAME}(?P<sure>, ?\[{_DAY}(?: at)?,? {_TIME}\]:?|\([0-9]{{5,12}}\) (?:{_DAY} )?{_TIME})"
    rf"|[^\n\t:\[\],。!?]{{1,24}} {_DAY} {_TIME}"
)
_SECONDS = re.compile(r":[0-9]{2}:[0-9]{2}")
_MINUTE = re.compile(r":(?P<minute>[0-9]{2})")
_SYSTEM = re.compile(rf"{_DAY},? {_TIME} - .*")
_PLACEHOLDER = re.compile(r"\[[^\]\n]{1,20}\]|<[^>\n]{1,30}>|[^\n]{1,20} omitted")
_AGREED = 5
_FEWEST_SAID = 2


def without_transcript(text: str) -> str:
    """Expects a folded text with its line breaks and tabs."""
    if not _MINUTE.search(text):
        return text
    lines = [line.strip(" \r") for line in text.split("\n")]
    head = _head(lines)
    body = lines[head:]
    if not _is_transcript(body, exported=head > 0):
        return text
    kept = [said for line in body if (said := _said(line, body, exported=head > 0)) is not None]
    return "\n".join(kept) if any(kept) else text


def is_conversation(text: str) -> bool:
    """Tells whether a folded text is copied from a chat and holds several messages, which make no claim as a whole."""
    lines = [line.strip(" \r") for line in text.split("\n")]
    head = _head(lines)
    body = lines[head:]
    if not _is_transcript(body, exported=head > 0):
        return False
    begun = sum(1 for line in body if _MESSAGE.fullmatch(line) or _SPACED.fullmatch(line) or _is_stamp(line, body))
    return begun >= _FEWEST_SAID


def _head(lines: list[str]) -> int:
    """Counts the lines of an export's header."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if not filled or not _EXPORT.fullmatch(lines[filled[0]]) or len(filled) == 1:
        return 0
    following = lines[filled[1]]
    if _SAVED.fullmatch(following):
        return filled[1] + 1
    return filled[1] if _DAY_LINE.fullmatch(following) or _MESSAGE.fullmatch(following) else 0


def _is_transcript(lines: list[str], *, exported: bool) -> bool:
    filled = [line for line in lines if line.strip()]
    if exported or not filled:
        return exported
    first, rest = filled[0], filled[1:]
    if _DAY_LINE.fullmatch(first) and rest:
        tabbed, spaced = _MESSAGE.fullmatch(rest[0]), _SPACED.fullmatch(rest[0])
        return tabbed is not None or (spaced is not None and any(map(_is_odd, rest)))
    if _SYSTEM.fullmatch(first):
        return any(_MESSAGE.fullmatch(line) for line in filled)
    if match := _MESSAGE.fullmatch(first):
        return match["tabbed"] is None or any(map(_is_odd, filled))
    return bool(rest) and _is_stamp(first, filled)


def _is_stamp(line: str, lines: list[str]) -> bool:
    """A place and time may stand above a notice, but hardly twice, nor to the second or at 21:38."""
    match = _STAMP.fullmatch(line)
    if match is None:
        return False
    again = sum(1 for other in lines if _STAMP.fullmatch(other)) > 1
    return bool(match["sure"]) or _is_odd(line) or again or _SECONDS.search(line) is not None


def _is_odd(line: str) -> bool:
    """Tells whether its time is none that people agree on, such as 21:38."""
    time = _MINUTE.search(line)
    return time is not None and int(time["minute"]) % _AGREED != 0


def _said(line: str, lines: list[str], *, exported: bool) -> str | None:
    """Gives what a line says; None for one that only tells who, when, or that there was a picture."""
    dated = exported or any(_DAY_LINE.fullmatch(other) for other in lines[:1])
    if match := _MESSAGE.fullmatch(line) or (_SPACED.fullmatch(line) if dated else None):
        said = str(next(part for part in match.groups() if part is not None))
        return None if _PLACEHOLDER.fullmatch(said.strip()) else said
    if _DAY_LINE.fullmatch(line) or _SYSTEM.fullmatch(line) or _is_stamp(line, lines):
        return None
    return line
