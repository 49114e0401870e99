"""One form of a message for comparing. The original is what is stored and shown."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import opencc
import regex
import xxhash

from factcheck.matching.text.chatter import Chatter, compile_chatter, strip_chatter
from factcheck.matching.text.contacts import ADDRESS, PHONE
from factcheck.matching.text.tokens import bigrams, windows
from factcheck.matching.text.urls import extract_urls, place_of, remove_urls

__all__ = ["bigrams", "extract_urls", "fingerprint", "normalise", "significant", "windows"]

_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]+")
# Format and control characters, private use, lone surrogates, variation selectors, keycap frames, and the letters
# that are drawn as nothing. Line breaks and tabs are spaces, not noise.
_INVISIBLE = regex.compile(
    r"(?:(?![\t\n\r\x0b\x0c\x85])[\p{Cf}\p{Cc}\p{Co}\p{Cs}\uFE00-\uFE0F\U000E0100-\U000E01EF\u20E0-\u20E3"
    r"\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\uFFFD])+"
)
# Phrases written as one character, which NFKC takes apart: the longest into 18 letters.
_PHRASE = regex.compile(r"[\uFDFA\uFDFB]+")
_LINE_BREAK = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Digits of other scripts, and the round ones (❶ ➀ ➊) that NFKC leaves alone.
_OTHER_DIGIT = regex.compile(r"(?![0-9])[\p{Nd}\u2776-\u2793]")
_SPACES = regex.compile(r"\s+")
# Hyphens and minus signs in their many forms; the long dashes of a sentence are none of them.
_HYPHEN = regex.compile(r"[\u02D7\u2010-\u2013\u2212]")
# A number right behind a number: 1½ is not 11/2, 10² is not 102.
_RAISED = regex.compile(r"(?<=\p{Nd})(?=[\u00B2\u00B3\u00B9\u00BC-\u00BE\u2070-\u2079\u2150-\u215F\u2189])")
# Thai letters that look the same in another order or number of keys: the tone mark before sara am, sara ae as two e.
_THAI_TONE = regex.compile(r"\u0E4D([\u0E48-\u0E4B])(?=\u0E32)")
_THAI_AE = "\u0e40\u0e40"
# What stays in a fingerprint: letters, marks, digits and currency; what parts or signs numbers: 1.5 is not 15, nor 1-3
# or "1 3" 13, -5 is not 5, 50 % is not 50, and > 24 is not < 24; and the punctuation of addresses and ids of accounts.
_KEPT = r"\p{L}\p{M}\p{N}\p{Sc}%‰"
_SIGN = r"[<>=≥≤≠≈±×÷+]"
_PHONE = regex.compile(PHONE)
_PHONE_MARKS = str.maketrans("", "", " -()")
_RANGE = regex.compile(r"(?<=\p{Nd}(?:%|\p{Han}{1,2})?+)\s*[-—~〜]\s*(?=\p{Nd})")
_BETWEEN_NUMBERS = regex.compile(rf"(?<=\p{{Nd}})(?![.:/-]\p{{Nd}}|\s*{_SIGN})[^{_KEPT}]+(?=\p{{Nd}})")
_INSIGNIFICANT = regex.compile(
    rf"(?:{ADDRESS}"
    r"|(?<=\p{Nd})[ .:/](?=\p{Nd})|(?<![\p{Latin}-])-(?=\p{Nd})|(?<=\p{Nd})°(?![cf])"
    rf"|(?<=\p{{Nd}}\s?){_SIGN}|{_SIGN}(?=\s?[\p{{Nd}}=])|(?<=[a-z])\+)(*SKIP)(*FAIL)"
    rf"|[^{_KEPT}]"
)
_MOST_LAYERS = 10
_DIGIT_GROUPS = regex.compile(r"(?<=\p{Nd}),(?=\p{Nd}{3}(?!\p{Nd}))")

# Forms of a character that OpenCC takes for two, since one of them is also a word of its own, or is used in Taiwan or
# Hong Kong only. For the fingerprint alone: the sentence model knows 著名, not 着名.
_VARIANTS = str.maketrans(
    "著瞭甚衞粧痺簷鹻鬪糭榖枱砲凖眞靑旣愼塡敎閙賸菓氷妳祢牠衹敍諮睪吿啓",
    "着了什卫妆痹檐碱斗粽谷台炮准真青既慎填教闹剩果冰你你它只叙咨睾告启",
)
_to_simplified = opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """Fold width, case, Traditional and Simplified Chinese; take out URLs, emoji, invisible characters and chatter
    around the message; collapse white space. '' when nothing but those was there."""
    folded = remove_urls(_fold(_EMOJI.sub(" ", remove_urls(_visible(text)))))
    lines = "\n".join(" ".join(line.split()) for line in folded.split("\n"))
    # Chatter that is wrapped over two lines shows when they are joined.
    return _without_chatter(_SPACES.sub(" ", _without_chatter(lines)))


def significant(text: str) -> str:
    """Keeps what counts of a normalised text: no spaces, no punctuation, except where they part or sign numbers or
    stand in an address; one form of each character."""
    text = _PHONE.sub(lambda phone: phone.group().translate(_PHONE_MARKS), _DIGIT_GROUPS.sub("", text))
    parted = _BETWEEN_NUMBERS.sub(" ", _RANGE.sub("-", text))
    return _INSIGNIFICANT.sub("", parted).translate(_VARIANTS)


def fingerprint(text: str) -> str:
    """Identity of a message for comparing, 32 hexadecimal digits; '' when it has neither text nor URL.

    Its links belong to it, wherever they stand: the same words with another link may be another message.
    """
    return identity(significant(normalise(text)), extract_urls(text))


def identity(core: str, urls: Iterable[str]) -> str:
    """The fingerprint of a text whose significant characters and URLs are known."""
    links = sorted({_link(url) for url in urls})
    return xxhash.xxh3_128_hexdigest("\n".join([core, *links]).encode()) if core or links else ""


def _link(url: str) -> str:
    place, parameters = place_of(url)
    return "?".join([place, "&".join(sorted(parameters))])


def _without_chatter(text: str) -> str:
    """Layer by layer, as every forward may add one."""
    for _ in range(_MOST_LAYERS):
        shorter = strip_chatter(text, _chatter()).strip()
        if shorter == text:
            break
        text = shorter
    return text


def _visible(text: str) -> str:
    return _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))


def _fold(text: str) -> str:
    """NFKC and case folding to a fixed point, one hyphen, digits of any script as 0 to 9, Simplified characters."""
    folded = unicodedata.normalize("NFKC", _RAISED.sub(" ", _PHRASE.sub(" ", text))).casefold()
    folded = _HYPHEN.sub("-", unicodedata.normalize("NFKC", folded).replace("\u2044", "/"))
    folded = _THAI_TONE.sub("\\1\u0e4d", folded.replace(_THAI_AE, "แ"))
    folded = _OTHER_DIGIT.sub(_as_digit, folded)
    # OpenCC makes 苧 of 薴, and 苎 of 苧.
    return str(_to_simplified.convert(_INVISIBLE.sub("", folded))).replace("苧", "苎")


def _as_digit(match: regex.Match[str]) -> str:
    """Digits newer than Python's tables stay."""
    value = unicodedata.numeric(match.group(), None)
    return match.group() if value is None else str(int(value))


@lru_cache(maxsize=1)
def _chatter() -> Chatter:
    return compile_chatter(_fold)
