"""Units, signs and clocks beside numbers, and single digits that count."""

import unicodedata

import regex

from factcheck.matching.text.words import list_of, pattern_of, words_by_language


def _spellings() -> dict[str, str]:
    listed = "\n".join(words.units.strip() for words in words_by_language())
    lines = (line.split() for line in unicodedata.normalize("NFKC", listed).casefold().split("\n") if line.strip())
    return {spelling.replace("·", " "): key for key, *spellings in lines for spelling in spellings}


_UNIT_KEYS = _spellings()
_IN_WORDS = list_of(lambda words: words.units_in_words)
_BY_LENGTH = sorted(_UNIT_KEYS, key=len, reverse=True)
_LATIN = "|".join(regex.escape(word) for word in _BY_LENGTH if word.isascii() and word.isalpha())
_OTHER = "|".join(regex.escape(word) for word in _BY_LENGTH if not (word.isascii() and word.isalpha()))
_ALONE = "|".join(word for word in _BY_LENGTH if not word.isascii() and word not in _IN_WORDS)
_TENTHS = "成(?![功为立本长员分果就年人])"
UNIT = regex.compile(rf" ?(?:(?P<latin>{_LATIN}|per cent)(?![a-z])|(?P<other>{_OTHER})|(?P<tenths>{_TENTHS}))")
_BELOW_ZERO = pattern_of(lambda words: words.below_zero)
SIGNED = f"(?P<below>{_BELOW_ZERO})?"
SIGN_STARTS = "".join(word[0] for word in _BELOW_ZERO.split("|"))
_COUNTERS = "|".join(list_of(lambda words: words.counters))
SMALL = (
    rf"(?:[二两三四五六七八九十](?= ?(?:{_COUNTERS}))"
    rf"|[一二两三四五六七八九十](?= ?(?:{_TENTHS}|{_ALONE}))"
    r"|(?<=第)[一二三四五六七八九十])"
)
"""One Chinese digit before a unit or classifier; alone it may be part of a word."""
CLOCK = (
    r"(?P<hour>1[0-9]|2[0-4]|0?[0-9]|[一二两三四五六七八九]|十[一二]?) ?[点时](?![间候常节])"
    r"(?: ?(?P<minute>[0-5]?[0-9]) ?分|(?P<half>半)|[整钟])?(?![0-9])"
)


def unit_key(match: regex.Match[str]) -> str:
    """Gives the unit of a match of UNIT: '%' for tenths, whose number counts ten times."""
    return "%" if match["tenths"] else _UNIT_KEYS[match["latin"] or match["other"]]
