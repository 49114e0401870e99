"""One form of a message for comparing. The original is what is stored and shown."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import opencc
import regex
import xxhash

from factcheck.matching.text.chatter import Chatter, compile_chatter, says_nothing, strip_chatter
from factcheck.matching.text.contacts import ADDRESS, PHONE
from factcheck.matching.text.signs import Sign, has_signs, identifying, signs
from factcheck.matching.text.tokens import bigrams, windows
from factcheck.matching.text.transcripts import is_conversation, without_transcript
from factcheck.matching.text.urls import extract_urls, place_of, remove_urls

__all__ = ["bigrams", "extract_urls", "fingerprint", "normalise", "significant", "windows"]

_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]+")
# What is not seen: format and control characters (line breaks and tabs are spaces), private use, lone surrogates,
# variation selectors, keycap frames, letters drawn as nothing.
_INVISIBLE = regex.compile(
    r"(?:(?![\t\n\r\x0b\x0c\x85])[\p{Cf}\p{Cc}\p{Co}\p{Cs}\uFE00-\uFE0F\U000E0100-\U000E01EF\u20E0-\u20E3"
    r"\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\uFFFD])+"
)
# Phrases in one character, which NFKC expands to up to 18 letters.
_PHRASE = regex.compile(r"[\uFDFA\uFDFB]+")
_LINE_BREAK = regex.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Other scripts' digits, and the round ones (❶ ➀ ➊) that NFKC leaves alone.
_OTHER_DIGIT = regex.compile(r"(?![0-9])[\p{Nd}\u2776-\u2793]")
_SPACES = regex.compile(r"\s+")
# Not the long dashes of a sentence.
_HYPHEN = regex.compile(r"[\u02D7\u2010-\u2013\u2212]")
# A number right behind a number: 1½ is not 11/2, 10² is not 102.
_RAISED = regex.compile(r"(?<=\p{Nd})(?=[\u00B2\u00B3\u00B9\u00BC-\u00BE\u2070-\u2079\u2150-\u215F\u2189])")
# Look-alikes in Thai: the tone mark before sara am, sara ae as two e.
_THAI_TONE = regex.compile(r"\u0E4D([\u0E48-\u0E4B])(?=\u0E32)")
_THAI_AE = "\u0e40\u0e40"
# A fingerprint keeps letters, marks, digits, currency, what parts or signs numbers (1.5 is not 15, -5 is not 5, > 24 is
# not < 24), and the punctuation of addresses and ids.
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

# Variants that OpenCC keeps apart, since one is also a word of its own or regional. For the fingerprint alone: the
# sentence model knows 著名, not 着名.
_VARIANTS = str.maketrans(
    "著瞭甚衞粧痺簷鹻鬪糭榖枱砲凖眞靑旣愼塡敎閙賸菓氷妳祢牠衹敍諮睪吿啓",
    "着了什卫妆痹檐碱斗粽谷台炮准真青既慎填教闹剩果冰你你它只叙咨睾告启",
)
_to_simplified = opencc.OpenCC("t2s")


@lru_cache(maxsize=64)  # a dozen steps of an answer ask for one message
def normalise(text: str) -> str:
    """Folds width, case and Chinese variants; drops URLs, emoji, invisible characters and chatter around the
    message; collapses white space. '' when nothing remains."""
    lines = "\n".join(" ".join(line.split()) for line in without_transcript(_folded_lines(text)).split("\n"))
    # Chatter wrapped over two lines shows when they are joined.
    return _without_chatter(_SPACES.sub(" ", _without_chatter(lines)))


def _folded_lines(text: str) -> str:
    return remove_urls(fold(_EMOJI.sub(" ", remove_urls(seen(text)))))


def is_chat_log(text: str) -> bool:
    """Tells whether it is a conversation that was copied, not one message."""
    return is_conversation(_folded_lines(text))


@lru_cache(maxsize=16384)
def fold_letter(cluster: str) -> str:
    """Folds one grapheme cluster; a space for an emoji, a line break for one, "" for what is not seen."""
    return fold(_EMOJI.sub(" ", seen(cluster)))


def is_chatter(text: str) -> bool:
    """Tells whether a text is nothing but chatter, such as "is this a scam?" """
    return says_nothing(" ".join(fold(_EMOJI.sub(" ", seen(text))).split()), _chatter())


def significant(text: str) -> str:
    """Drops spaces and punctuation, except in addresses or where they part or sign numbers, and folds variants."""
    text = _PHONE.sub(lambda phone: phone.group().translate(_PHONE_MARKS), _DIGIT_GROUPS.sub("", text))
    parted = _BETWEEN_NUMBERS.sub(" ", _RANGE.sub("-", text))
    return fold_variants(_INSIGNIFICANT.sub("", parted))


def fold_variants(text: str) -> str:
    """Gives folded text with one of the characters that may stand for each other, letter for letter."""
    return text.translate(_VARIANTS)


def fingerprint(text: str) -> str:
    """Identifies a message by 32 hexadecimal digits; '' when it has neither text nor URL. The same words with
    another link may be another message."""
    return identity(significant(normalise(text)), extract_urls(text), signs_of(text))


def identity(core: str, urls: Iterable[str], signs: list[Sign]) -> str:
    """Gives the fingerprint for significant characters, URLs and signs."""
    links = sorted({_link(url) for url in urls})
    parts = [core, *links, *identifying(signs)]
    return xxhash.xxh3_128_hexdigest("\n".join(parts).encode()) if core or links else ""


def signs_of(text: str) -> list[Sign]:
    """Finds the signs of a message as it was sent."""
    return signs(remove_urls(shown), _letters) if has_signs(shown := seen(text)) else []


def _letters(part: str) -> str:
    return fold_variants(fold(part))


def _link(url: str) -> str:
    place, parameters = place_of(url)
    return "?".join([place, "&".join(sorted(parameters))])


def _without_chatter(text: str) -> str:
    """Every forward may add a layer."""
    for _ in range(_MOST_LAYERS):
        shorter = strip_chatter(text, _chatter()).strip()
        if shorter == text:
            break
        text = shorter
    return text


def seen(text: str) -> str:
    """Drops characters that are not seen, such as direction marks; folds line breaks."""
    return _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text))


def fold(text: str) -> str:
    """NFKC and case folding to a fixed point, one hyphen, ASCII digits, Simplified characters."""
    folded = unicodedata.normalize("NFKC", _RAISED.sub(" ", _PHRASE.sub(" ", text))).casefold()
    folded = _HYPHEN.sub("-", unicodedata.normalize("NFKC", folded).replace("\u2044", "/"))
    folded = _THAI_TONE.sub("\\1\u0e4d", folded.replace(_THAI_AE, "แ"))
    folded = _OTHER_DIGIT.sub(_as_digit, folded)
    # OpenCC turns 薴 into 苧, and 苧 into 苎.
    return str(_to_simplified.convert(_INVISIBLE.sub("", folded))).replace("苧", "苎")


def _as_digit(match: regex.Match[str]) -> str:
    """Keeps digits newer than Python's tables."""
    value = unicodedata.numeric(match.group(), None)
    return match.group() if value is None else str(int(value))


@lru_cache(maxsize=1)
def _chatter() -> Chatter:
    return compile_chatter(fold)
