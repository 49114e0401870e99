"""Dates, days and times of day in normalised text: 3月5日, 3/5, march 5th, 民国108年.

Each becomes one or more keys, by the first letter: y a year, d a month and day (? where not said), w a weekday, r a day
or year counted from now, p a part of the day.
"""

import unicodedata
from collections.abc import Iterable
from typing import Any

import regex

from factcheck.languages import BUDDHIST, ENGLISH, THAI
from factcheck.matching.text.numerals import chinese_value
from factcheck.matching.text.words import words_by_language, words_of

_WEEKS = {"r+1w": "下 下个", "r-1w": "上 上个", "r0w": "本 这 这个"}


def _words() -> dict[str, list[str]]:
    listed = [row for known in words_by_language() for row in known.date_words.items()]
    rows = ((unicodedata.normalize("NFKC", row).split(), keys.split()) for keys, row in listed)
    words = {word.replace("·", " "): keys for row, keys in rows for word in row}
    days = {word: keys for word, keys in words.items() if keys[0][0] == "w" and word[0] in "周星礼"}
    for week, befores in _WEEKS.items():
        words |= {before + day: [week, *keys] for before in befores.split() for day, keys in days.items()}
    return words


def _looked_up(table: str) -> dict[str, int]:
    rows = (row.split() for row in unicodedata.normalize("NFKC", table).split("|"))
    return {name: int(number) for *names, number in rows for name in names}


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(regex.escape(word) for word in sorted(words, key=len, reverse=True))


DATE_WORDS = _words()
_MONTH, _THAI_MONTH = _looked_up(words_of(ENGLISH).months), _looked_up(words_of(THAI).months)
MONTH_NUMBERS = _MONTH
_SURE_MONTHS = [name for name in _MONTH if len(name) > 3 and name not in ("march", "sept")]
_Y = "(?:19|20)[0-9]{2}"
_N = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_M, _D = "(?:1[0-2]|0?[1-9])", "(?:3[01]|[12][0-9]|0?[1-9])"
# Not a part of a longer number, a time, or a fraction.
_ALONE = "(?<![0-9])(?<![0-9][.:/-])"
_LATIN = [word for word in DATE_WORDS if word.isascii()]
_OTHER = [word for word in DATE_WORDS if not word.isascii()]
# Split by first character: most begin no date, and trying all patterns takes time.
_IN_FIGURES = (
    rf"(?P<year>(?:19|20|2[45])[0-9]{{2}}|1[0-9]{{2}})(?P<part>[./-])(?P<month>{_M})(?P=part)(?P<day>{_D})(?![0-9])"
    rf"|(?P<month>{_M})/(?P<day>{_D})/(?P<year>{_Y})(?![0-9])"
    rf"|(?P<month>{_M})/(?P<day>{_D})(?![0-9/]|\.[0-9])"
    rf"|(?P<day>{_D})(?:st|nd|rd|th)? (?:of )?(?P<name>{_alternatives(_MONTH)})(?![a-z])(?: (?P<year>{_Y}))?"
    rf"|(?P<day>{_D}) ?(?P<thai>{_alternatives(_THAI_MONTH)})(?: ?(?P<year>2[05][0-9]{{2}}))?"
)
_IN_NUMERALS = (
    r"(?<![0-9])(?<![0-9][.:/])(?P<day>[0-9]{1,2}) ?[日号](?![码线店楼间])"
    rf"|{_ALONE}(?P<year>(?:19|20|2[45])[0-9]{{2}}|1[0-3][0-9]|[一二][〇零一二三四五六七八九]{{3}}) ?年(?![前后来级多])"
    rf"|(?P<month>{_N}) ?月 ?(?:(?P<day>{_N})(?: ?[日号]|(?![0-9一二三四五六七八九十万千百个点:])))?"
)
_IN_ENGLISH = (
    rf"(?P<name>{_alternatives(_MONTH)})\.? (?P<day>{_D})(?:st|nd|rd|th)?(?![0-9a-z:])(?:,? (?P<year>{_Y}))?"
    rf"|(?P<name>{_alternatives(_SURE_MONTHS)})(?![a-z])|(?P<word>\L<latin_days>)(?![a-z])"
)
_ERA = (
    r"(?P<era>民国|令和|平成|昭和|公元|西元|พ\.?ศ\.? ?|ค\.?ศ\.? ?)"
    r"(?P<year>[0-9]{1,4}|[〇零一二三四五六七八九十百]{1,6}|元)年?"
)
DATE_PATTERN = (
    rf"(?=[0-9]){_ALONE}(?:{_IN_FIGURES})|(?=[0-9一二三四五六七八九十])(?:{_IN_NUMERALS})|(?=[a-z])(?<![a-z])(?:{_IN_ENGLISH})"
    rf"|(?=[民令平昭公西พค]){_ERA}|(?P<word>\L<days>)"
)
DATE_LISTS: dict[str, Any] = {"latin_days": _LATIN, "days": _OTHER}
_ERAS = {"民国": 1911, "令和": 2018, "平成": 1988, "昭和": 1925}


def date_keys(match: regex.Match[str]) -> list[str]:
    if match["word"]:
        return DATE_WORDS[match["word"]]
    keys = [f"y{full_year(match['year'], match['era'] or '')}"] if match["year"] else []
    month = _MONTH.get(match["name"] or "") or _THAI_MONTH.get(match["thai"] or "") or number_in(match["month"])
    if month or match["day"]:
        keys.append(f"d{month or '?'}-{number_in(match['day']) or '?'}")
    return keys


def full_year(text: str, era: str) -> int:
    year = 1 if text == "元" else number_in(text)
    if era in _ERAS:
        return year + _ERAS[era]
    if 2400 <= year < 2600:
        return year - BUDDHIST.years_ahead
    return year + _ERAS["民国"] if 100 <= year < 140 else year


def number_in(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() and text.isascii() else int(chinese_value(text))
