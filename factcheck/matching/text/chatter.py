"""Forwarding chatter: words around a message that ask to pass it on or whether it is true.

A statement that it is or is not true stays: without it, a debunk would be the claim itself. In patterns, `{name}` is
the list of words of that name (`text.lang`). Possessive repetitions, and longer words first, keep matching linear.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import regex

from factcheck.matching.text.words import pattern_of, words_by_language

# A mail program's lines above a forwarded message. Without its title, lines that may be a notice ("date: …, to: …") do
# not count. No long number stands in them: an account to pay to belongs to the message.
_MAIL_WORD = pattern_of(lambda words: words.mail_fields)
_MAIL_LINE = (
    rf"[> ]*(?:{_MAIL_WORD}|{pattern_of(lambda words: words.mail_fields_too)})"
    r" ?:(?![^\n]*(?:\p{Nd}{5}|\p{Nd}{3}-\p{Nd}{3}))[^\n]{0,300}"
)
_OF_MAIL = rf"(?:[> ]*(?:{_MAIL_WORD}) ?:|[^\n]*@)"
_MAIL_HEADER = (
    rf"[\-_=* ]*(?:begin )?forwarded (?:message|mail)\b[^\n\p{{L}}]*(?:\n+{_MAIL_LINE})*+"
    rf"|(?={_OF_MAIL}|[^\n]*\n+{_OF_MAIL}){_MAIL_LINE}(?:\n+{_MAIL_LINE})++"
)
# A sign before a number is no separator.
_SEPARATORS = regex.compile(
    r"(?:[\n。!?:;,~、|【】\[\]()「」『』《》“”\"*=#▶…]|>(?!\s?\p{Nd})|\.(?=\s|$|[\p{Han}\p{Hiragana}\p{Katakana}]))+"
)
_READABLE = regex.compile(r"[\p{L}\p{N}]")
_QUOTE = regex.compile(r"^(?:> ?)+", regex.MULTILINE)
_QUOTED = regex.compile(r"^(?:> ?)++(?!\p{Nd})", regex.MULTILINE)
_ALL_QUOTED = regex.compile(r"(?:> ?)++[^\n]*(?:\n+(?:> ?)++[^\n]*)++\n*")
_EDGES = " \t.-_+/'’‘`^·•"
_LONGEST = 60


@dataclass(frozen=True)
class Chatter:
    segment: regex.Pattern[str]
    """What a whole part between separators must match."""
    line: regex.Pattern[str]
    header: regex.Pattern[str]


def compile_chatter(fold: Callable[[str], str]) -> Chatter:
    groups = {name: _alternatives(fold(" ".join(words)).split()) for name, words in _word_groups().items()}

    def compiled(patterns: Iterable[str]) -> regex.Pattern[str]:
        alternatives = []
        for pattern in patterns:
            folded = fold(pattern)
            for name, words in groups.items():
                folded = folded.replace("{" + name + "}", words)
            alternatives.append(f"(?:{folded})")
        return regex.compile("|".join(alternatives))

    segments = [pattern for words in words_by_language() for pattern in words.chatter_segments]
    lines = [pattern for words in words_by_language() for pattern in words.chatter_lines]
    return Chatter(compiled(segments), compiled(lines), regex.compile(_MAIL_HEADER))


def _word_groups() -> Mapping[str, list[str]]:
    groups = defaultdict(list)
    for words in words_by_language():
        for name, listed in words.chatter_words.items():
            groups[name].append(listed)
    return groups


def _alternatives(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def strip_chatter(text: str, chatter: Chatter) -> str:
    """Takes chatter off both ends, and quotation marks off lines, unless nothing readable would remain. A "please
    share" inside a message may belong to its story."""
    rest = _rest(text, chatter)
    return rest if _READABLE.search(rest) else text


def says_nothing(text: str, chatter: Chatter) -> bool:
    """Tells whether nothing readable remains without chatter."""
    return not _READABLE.search(_rest(text, chatter))


def _rest(text: str, chatter: Chatter) -> str:
    return _without_segments(_without_lines(_unquoted(text), chatter), chatter)


def _unquoted(text: str) -> str:
    """Takes off a mail's >; before a number it may mean "more than", unless every line has one."""
    if ">" not in text:
        return text
    return _QUOTE.sub("", text) if _ALL_QUOTED.fullmatch(text) else _QUOTED.sub("", text)


def _without_lines(text: str, chatter: Chatter) -> str:
    header = chatter.header.match(text)
    lines = text[header.end() if header else 0 :].split("\n")
    first, last = 0, len(lines)
    while first < last and _is_chatter_line(lines[first], chatter):
        first += 1
    while last > first and _is_chatter_line(lines[last - 1], chatter):
        last -= 1
    return "\n".join(lines[first:last])


def _is_chatter_line(line: str, chatter: Chatter) -> bool:
    words = line.strip(_EDGES + "()[]【】「」!。*=~")
    return not words or (len(words) <= _LONGEST and chatter.line.fullmatch(words) is not None)


def _without_segments(text: str, chatter: Chatter) -> str:
    bounds = _segments(text)
    first, last = 0, len(bounds)
    while first < last and _is_chatter(text[slice(*bounds[first])], chatter):
        first += 1
    while last > first and _is_chatter(text[slice(*bounds[last - 1])], chatter):
        last -= 1
    if first == 0 and last == len(bounds):
        return text
    start = bounds[first][0] if first < last else 0
    end = bounds[last - 1][1] if first < last else 0
    return text[start:end]


def _segments(text: str) -> Sequence[tuple[int, int]]:
    bounds, at = [], 0
    for match in _SEPARATORS.finditer(text):
        bounds.append((at, match.start()))
        at = match.end()
    bounds.append((at, len(text)))
    return [(start, end) for start, end in bounds if _READABLE.search(text, start, end)]


def _is_chatter(segment: str, chatter: Chatter) -> bool:
    words = " ".join(segment.strip(_EDGES).split())
    return len(words) <= _LONGEST and chatter.segment.fullmatch(words) is not None
