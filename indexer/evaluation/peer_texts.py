"""How the peers cut and compare texts: as a `cjk` analyser does, without folding Traditional and Simplified."""

import unicodedata
from collections import Counter

import regex

# Lucene's English stop words.
_STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or s such t that the their then there these they "
    "this to was will with www".split()
)
_URL = r"(?:https?://|www\.)[^\s\p{Han}\p{Hiragana}\p{Katakana}，。！？、「」（）]+"
_CJK = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー]"
_WORD = rf"(?:(?!{_CJK})[\p{{L}}\p{{M}}\p{{N}}_])+(?:['.,:](?:(?!{_CJK})[\p{{L}}\p{{N}}])+)*"
_TOKEN = regex.compile(rf"(?P<cjk>{_CJK}+)|{_WORD}")
_TOKEN_OR_URL = regex.compile(rf"(?P<url>{_URL})|(?P<cjk>{_CJK}+)|{_WORD}")
_WIDE = regex.compile(r"[\uFF00-\uFFEF]+")
_SPACE = regex.compile(r"\s+")
_HAN = regex.compile(r"\p{Han}")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_SPACED = regex.compile(r"(?:(?![\p{Han}\p{Hiragana}\p{Katakana}])[\p{L}\p{M}\p{N}])+")


def cjk_tokens(text: str, *, whole_urls: bool) -> list[str]:
    """Bigrams of Chinese, Japanese and Korean, else lower-case words (Thai is not cut). `whole_urls`: a URL is one
    token."""
    folded = _WIDE.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text).lower()
    tokens: list[str] = []
    for match in (_TOKEN_OR_URL if whole_urls else _TOKEN).finditer(folded):
        run = match.group("cjk")
        if run is None:
            tokens.append(match.group())
        else:
            tokens.extend([run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)])
    return [token for token in tokens if token not in _STOP_WORDS]


def character_dice(one: str, other: str) -> float:
    """Sørensen-Dice over character bigrams without white space, as Cofacts' bot compares."""
    first, second = _SPACE.sub("", one), _SPACE.sub("", other)
    if first == second:
        return 1.0
    if len(first) < 2 or len(second) < 2:
        return 0.0
    bags = [Counter(text[at : at + 2] for at in range(len(text) - 1)) for text in (first, second)]
    return 2 * (bags[0] & bags[1]).total() / (bags[0].total() + bags[1].total())


def word_count(text: str) -> int:
    """Counts as Meedan Check does: half the Chinese characters, a quarter of the kana, and words between spaces."""
    chinese, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    return -(-chinese // 2) + -(-kana // 4) + len(_SPACED.findall(text))
