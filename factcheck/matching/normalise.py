"""One form of a message for comparing. The original is what is stored and shown."""

import unicodedata
from functools import lru_cache

import opencc
import regex
import xxhash

from factcheck.matching.chatter import compile_chatter, strip_chatter
from factcheck.matching.tokens import bigrams, windows
from factcheck.matching.urls import extract_urls, remove_urls

__all__ = ["bigrams", "extract_urls", "fingerprint", "normalise", "significant", "windows"]

# Less text than this beside a URL says little ("look at this"): the URL is then part of the identity.
LITTLE_TEXT = 10

_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]+")
# Format and control characters, private use, lone surrogates, variation selectors, keycap frames, and the letters
# that are drawn as nothing. Line breaks and tabs are spaces, not noise.
_INVISIBLE = regex.compile(
    r"(?![\t\n\r\x0b\x0c\x85])[\p{Cf}\p{Cc}\p{Co}\p{Cs}\uFE00-\uFE0F\U000E0100-\U000E01EF\u20E0-\u20E3"
    r"\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\uFFFD]+"
)
_LINE_BREAK = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Digits of other scripts, and the round ones (❶ ➀ ➊) that NFKC leaves alone.
_OTHER_DIGIT = regex.compile(r"(?![0-9])[\p{Nd}\u2776-\u2793]")
_SPACES = regex.compile(r"\s+")
# Hyphens and minus signs in their many forms; the long dashes of a sentence are none of them.
_HYPHEN = regex.compile(r"[\u02D7\u2010-\u2013\u2212]")
# What stays in a fingerprint: letters, marks, digits, currency and mathematical signs, per cent; and what parts or
# signs numbers: 1.5 is not 15, nor 1-3 or "1 3" 13, -5 is not 5, and 50 % is not 50.
_KEPT = r"\p{L}\p{M}\p{N}\p{Sc}\p{Sm}%"
_RANGE = regex.compile(r"(?<=\p{Nd}(?:%|\p{Han}{1,2})?+)\s*[-—~〜]\s*(?=\p{Nd})")
_BETWEEN_NUMBERS = regex.compile(rf"(?<=\p{{Nd}})(?![.:/-]\p{{Nd}})[^{_KEPT}]+(?=\p{{Nd}})")
_INSIGNIFICANT = regex.compile(rf"(?:(?<=\p{{Nd}})[ .:/]|(?<![\p{{Latin}}-])-)(?=\p{{Nd}})(*SKIP)(*FAIL)|[^{_KEPT}]")
_DIGIT_GROUPS = regex.compile(r"(?<=\p{Nd}),(?=\p{Nd}{3}(?!\p{Nd}))")

_to_simplified = opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """Fold width, case, Traditional and Simplified Chinese; take out URLs, emoji, invisible characters and chatter
    around the message; collapse white space. '' when nothing but those was there."""
    folded = _fold(_EMOJI.sub(" ", remove_urls(_visible(text))))
    lines = "\n".join(" ".join(line.split()) for line in folded.split("\n"))
    return _SPACES.sub(" ", strip_chatter(lines, _chatter())).strip()


def significant(text: str) -> str:
    """What counts of a normalised text: no spaces, no punctuation, except where they part or sign numbers."""
    parted = _BETWEEN_NUMBERS.sub(" ", _RANGE.sub("-", _DIGIT_GROUPS.sub("", text)))
    return _INSIGNIFICANT.sub("", parted)


def fingerprint(text: str) -> str:
    """Identity of a message for comparing, 32 hexadecimal digits; '' when it has neither text nor URL."""
    core = significant(normalise(text))
    if len(core) < LITTLE_TEXT:
        core = "\n".join([core, *sorted(extract_urls(text))])
    return xxhash.xxh3_128_hexdigest(core.encode()) if core.strip() else ""


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))


def _fold(text: str) -> str:
    """NFKC and case folding to a fixed point, one hyphen, digits of any script as 0 to 9, Simplified characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = _HYPHEN.sub("-", folded)
    folded = _OTHER_DIGIT.sub(lambda digit: str(int(unicodedata.numeric(digit.group()))), folded)
    return str(_to_simplified.convert(_INVISIBLE.sub("", folded)))


@lru_cache(maxsize=1)
def _chatter() -> regex.Pattern[str]:
    return compile_chatter(_fold)
