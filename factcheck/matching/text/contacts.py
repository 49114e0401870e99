"""Phones, accounts, messenger ids, e-mail addresses and bare hosts in text folded by `normalise`."""

from dataclasses import dataclass
from typing import NamedTuple

import regex

_TOP_LEVEL = (
    "com|net|org|info|biz|edu|gov|mil|int|shop|top|xyz|site|online|club|vip|app|store|live|link|news|asia|tokyo|taipei"
    "|io|me|cc|tv|ly|gl|gg|co|ai|to|tw|jp|th|hk|cn|sg|my|us|uk|eu|kr|vn|id|ph|au|de|fr|ru|in"
)
_LABELS = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}"
_MAIL = r"[a-z0-9_][a-z0-9_.+-]{0,63}@[a-z0-9](?:[a-z0-9.-]{0,100}[a-z0-9])?"
_AT = r"@[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9_])?"
_MESSENGER = r"line|赖|微信|wechat|weixin|telegram|whatsapp|skype|ไลน์|帐号|账号|(?<![a-z])(?:id|ig|tg|fb)"
ADDRESS = (
    r"(?<![a-z0-9._@-])(?:"
    rf"{_MAIL}|{_AT}"
    r"|[a-z0-9]{1,63}(?:_{1,3}[a-z0-9]{1,63}){1,8}"
    rf"|{_LABELS}(?:{_TOP_LEVEL})(?![a-z0-9])"
    rf"|(?<=(?:{_MESSENGER})[ :@]{{1,3}})[a-z0-9](?:[a-z0-9._-]{{1,62}}[a-z0-9])(?![a-z0-9]))"
)
"""Pattern of e-mail addresses, ids and hosts, whose punctuation counts."""

PHONE = (
    r"(?<!\p{Nd})(?<!\p{Nd}[.:/-])(?:\+\p{Nd}{1,3}[ -]?\(?\p{Nd}{1,3}\)?|\(0\p{Nd}{1,3}\)|0\p{Nd}{1,3})"
    r"[ -]?\p{Nd}{3,4}[ -]?\p{Nd}{3,4}(?![\p{Nd}-])"
)
"""Pattern of a number with its area or country code."""

# Words that may follow a full stop without a space: "every day.in the morning".
_WORDS_TOO = r"(?:in|to|me|my|us|id|co|live)"
_HOST = rf"(?<![a-z0-9._@/-])({_LABELS}(?!{_WORDS_TOO}(?![a-z0-9]))(?:{_TOP_LEVEL}))(?![a-z0-9@-]|\.[a-z0-9])"
# Written so that no program finds it.
_TOP = rf"(?!{_WORDS_TOO}(?![a-z0-9]))(?:{_TOP_LEVEL})"
_SURE_TOP = "com|net|org|tw|cn|cc|xyz|top"
_DOT = r"(?: ?(?:点|。|\[\.\]|\(\.\)|\(dot\)|\[dot\]|ดอท|ドット) ?| dot | \. )"
_IN_WORDS = (
    r"(?<![a-z0-9._@/-])(?=[a-z0-9-]*[a-z])"
    rf"([a-z0-9][a-z0-9-]{{1,62}}(?:{_DOT}[a-z0-9-]{{2,63}}|\.[a-z0-9-]{{2,63}}){{0,3}}"
    rf"(?:{_DOT}{_TOP}|(?: \.|\. )(?:{_SURE_TOP}))(?:(?:{_DOT}|\.)(?:tw|jp|th|hk|cn|uk))?)(?![a-z0-9@-])"
)
_DOTS = regex.compile(rf"{_DOT}| ?\. ?")
_EVERYBODY = r"@(?:all|everyone|here)(?![a-z0-9._-])"
_ID = r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9_](?![a-z0-9])"
_APP = rf"(?<![a-z])(?:{_MESSENGER}|instagram|facebook|messenger|kakao|ライン|カカオ|纸飞机)(?<![a-z](?=[a-z]))"
_BETWEEN = (
    r"(?:[ :@=「『【(\[<\"'“,~>.-]|[找问洽]\p{Han}{0,4}|的|是|为|我|请|加入?|搜[寻索]|好友|官方|客服|专员|老师|助理"
    r"|群组?|[帐账][号户]|号"
    r"|公式|アカウント|友(?:だち|达)|追加|登录|検索|の|は|を|に|で|ไอดี|แอด|มา|ที่|หา|คือ|บัญชี"
    r"|(?<![a-z])(?:my|our|is|official|account|user|name|id)(?![a-z]))"
)
_ADD = r"(?:加|搜[寻索]|追加|แอด|ไอดี|(?<![a-z])(?:add|id)(?![a-z]))"
_DATE = r"(?:19|20|1)\p{Nd}\p{Nd}[ ./-]?[01]?\p{Nd}[ ./-]?[0-3]?\p{Nd}(?![\p{Nd}-])"
# Without a word like "add", only what is no plain word: "line: abc1", but not "line: free".
_ACCOUNT = regex.compile(
    rf"{_APP}{_BETWEEN}{{1,8}}+(?=[a-z.-]*[0-9_])(?!{_DATE})({_ID})"
    rf"|{_ADD}{_BETWEEN}{{0,4}}{_APP}{_BETWEEN}{{0,8}}+({_ID})"
    rf"|{_APP}{_BETWEEN}{{0,4}}{_ADD}{_BETWEEN}{{0,8}}+({_ID})"
)
_NAME = regex.compile(
    rf"(?<![a-z0-9._@-])(?:({_MAIL}\.[a-z]{{2,24}})|(?!{_EVERYBODY})@([a-z0-9][a-z0-9._-]{{1,62}}[a-z0-9_]))|{_HOST}"
    r"|(?<![a-z0-9])(0x[0-9a-f]{40}|bc1[a-z0-9]{25,60}|t[a-z0-9]{33})(?![a-z0-9])"  # wallets
)
_HOST_IN_WORDS = regex.compile(_IN_WORDS)
_WORD = regex.compile(r"[a-z0-9](?:[a-z0-9._@-]*[a-z0-9_])?")

_AMOUNT = r"\s?(?:元|块|圆|円|千|万|亿|人|名|次|笔|บาท|ล้าน|dollars|usd|ntd|baht|%)"
_CALL_OR_PAY = (
    r"(?:[帐账]|户头|电|手机|号码|专线|热线|汇|拨|银行|邮局|口座|番号|振|携|โทร|เบอร์|บัญชี|พร้อมเพย์|โอน"
    r"|(?<![a-z])(?:tel|telephone|phone|call|dial|fax|hotline|account|acct|a/c|iban|promptpay|pay)(?![a-z]))"
)
_NUMBER = regex.compile(
    rf"{PHONE}|(?<![\p{{Nd}}.-])\p{{Nd}}(?:-?\p{{Nd}}){{9,19}}+(?!\p{{Nd}}|{_AMOUNT})"
    rf"|{_CALL_OR_PAY}[^\p{{Nd}}$€£¥฿]{{0,12}}+(?!{_DATE})"
    rf"\p{{Nd}}(?:[ ./()-]{{0,2}}\p{{Nd}}){{5,29}}+(?!\p{{Nd}}|{_AMOUNT})"
)
_SHORTEST_NUMBER = 5  # emergency calls and hotlines have fewer
_LETTER = regex.compile(r"[a-z]")
_LOCAL = 8
"""Digits at the end of a phone number that any way of writing it has."""
_BEFORE_DIGITS = regex.compile(r"^[^\p{Nd}+(]+")
_NO_DIGIT = regex.compile(r"\P{Nd}+")
_WITHIN_NUMBER = regex.compile(r"(?<=\p{Nd})[ ./()+-]+(?=\p{Nd})")


@dataclass(frozen=True)
class Contacts:
    names: frozenset[str]
    """Ids, e-mail addresses, hosts without "www.", wallets."""
    numbers: frozenset[str]
    """Digits of accounts, and of phones without country or leading 0."""


class FoundContact(NamedTuple):
    start: int
    end: int
    key: str
    """As in `Contacts`."""


def contacts(text: str) -> Contacts:
    keys = {found.key for found in find_contacts(text)}
    names = {key for key in keys if _LETTER.search(key)}
    return Contacts(frozenset(names), frozenset(keys - names))


def find_contacts(text: str) -> list[FoundContact]:
    """Finds them in order; one may lie in another."""
    worded = [FoundContact(*match.span(1), _DOTS.sub(".", match[1])) for match in _HOST_IN_WORDS.finditer(text)]
    named = [
        FoundContact(*match.span(group), key)
        for pattern in (_NAME, _ACCOUNT)
        for match in pattern.finditer(text)
        for group, name in enumerate(match.groups(), 1)
        if name and (key := _key(name)) and not any(host.key.endswith(f".{key}") for host in worded)
    ]
    numbered = [
        FoundContact(match.start() + len(match.group()) - len(_BEFORE_DIGITS.sub("", match.group())), match.end(), key)
        for match in _NUMBER.finditer(text)
        if len(key := _number(match.group())) >= _SHORTEST_NUMBER
    ]
    return sorted([*worded, *named, *numbered])


def _key(written: str) -> str:
    """Gives '' for a number too short to be one's own."""
    if _LETTER.search(written):
        return written
    number = _number(written)
    return number if len(number) >= _SHORTEST_NUMBER else ""


def words(text: str) -> frozenset[str]:
    """Finds every word that may be a name of `contacts`."""
    return frozenset(_WORD.findall(text))


def digits(text: str) -> str:
    """Joins the digits of each number, so that a number of `contacts` can be looked up."""
    return _NO_DIGIT.sub(" ", _WITHIN_NUMBER.sub("", text))


def _number(written: str) -> str:
    number = _NO_DIGIT.sub("", written)
    return number[-_LOCAL:] if "+" in written else number.removeprefix("0")
