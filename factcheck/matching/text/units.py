"""Units, signs and clocks beside numbers, and single digits that count."""

import unicodedata

from factcheck.matching.text.words import list_of, words_by_language


def _spellings() -> dict[str, str]:
    listed = "\n".join(words.units.strip() for words in words_by_language())
    lines = (line.split() for line in unicodedata.normalize("NFKC", listed).casefold().split("\n") if line.strip())
    return {spelling.replace("·", " "): key for key, *spellings in lines for spelling in spellings}


UNITS = _spellings()
_IN_WORDS = list_of(lambda words: words.units_in_words)
_BY_LENGTH = sorted(UNITS, key=len, reverse=True)
_ALONE = "|".join(word for word in _BY_LENGTH if not word.isascii() and word not in _IN_WORDS)
_TENTHS = "成(?![功为立本长员分果就年人])"
COUNTERS = list_of(lambda words: words.counters)
_COUNTED = "|".join(COUNTERS)
SMALL = (
    rf"(?:[二两三四五六七八九十](?= ?(?:{_COUNTED}))"
    rf"|[一二两三四五六七八九十](?= ?(?:{_TENTHS}|{_ALONE}))"
    r"|(?<=第)[一二三四五六七八九十])"
)
"""One Chinese digit before a unit or classifier; alone it may be part of a word."""
CLOCK = (
    r"(?P<hour>1[0-9]|2[0-4]|0?[0-9]|[一二两三四五六七八九]|十[一二]?) ?[点时](?![间候常节])"
    r"(?: ?(?P<minute>[0-5]?[0-9]) ?分|(?P<half>半)|[整钟])?(?![0-9])"
)
