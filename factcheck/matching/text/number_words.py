"""Numbers written as words, in English and Thai."""

import regex

from factcheck.languages import ENGLISH, THAI
from factcheck.matching.text.numerals import chinese_value, plain
from factcheck.matching.text.words import words_of

_ENGLISH = words_of(ENGLISH).numbers
_ONES = [word for word, value in _ENGLISH.items() if value < 10]
_TENS = [word for word, value in _ENGLISH.items() if 20 <= value < 100]
# Thai counts as Chinese does.
_NUMERALS = dict(zip((*range(1, 11), 100, 1000, 10_000), "一二三四五六七八九十百千万", strict=True))
_NUMERALS |= {100_000: "十万", 1_000_000: "百万"}
_THAI = {word: _NUMERALS[value] for word, value in words_of(THAI).numbers.items()}
# Not the words that begin like a number: สามารถ can, เก้าอี้ chair, พันธุ์ breed.
_THAI_WORD = (
    r"(?:หนึ่ง|เอ็ด|ยี่(?=สิบ)|สอง|สาม(?!ารถ|ัคคี|ัญ)|สี่|ห้า(?!ม)|หก(?!ล้ม|คะเมน)|เจ็ด|แปด(?!เปื้อน)|เก้า(?!อี้)"
    r"|สิบ|ร้อย(?!ละ|กรอง)|พัน(?!ธ|ผ้า|แผล)|หมื่น|แสน(?!ดี)|ล้าน)(?!\p{M})"
)
NUMBER_WORDS = (
    rf"(?P<english>(?:{'|'.join(_TENS)})[ -](?:{'|'.join(_ONES)})(?![a-z]))|(?P<thai_number>(?:{_THAI_WORD}){{1,12}})"
)
"""English numbers of two words, and all Thai ones."""


def thai_number(words: str) -> str:
    for word, numeral in _THAI.items():
        words = words.replace(word, numeral)
    # 三百五 is 350 in Chinese; in Thai the last digit counts as what it is.
    return plain(chinese_value(regex.sub("(?<=[百千万])(?=[一二三四五六七八九]$)", "零", words)))
