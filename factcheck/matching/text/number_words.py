"""Numbers written as words, in English and Thai."""

import regex

from factcheck.matching.text.numerals import chinese_value, plain

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ENGLISH = (
    {word: number for number, word in enumerate([*_ONES, *_TEENS], start=1)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
)
# Thai words as the Chinese characters that count the same way.
_THAI = {
    "หนึ่ง": "一", "เอ็ด": "一", "ยี่": "二", "สอง": "二", "สาม": "三", "สี่": "四", "ห้า": "五", "หก": "六", "เจ็ด": "七",
    "แปด": "八", "เก้า": "九", "สิบ": "十", "ร้อย": "百", "พัน": "千", "หมื่น": "万", "แสน": "十万", "ล้าน": "百万",
}  # fmt: skip
# Words that begin like a number: สามารถ can, สามี husband, เก้าอี้ chair, หกล้ม to fall, พันธุ์ breed, ร้อยละ per cent.
_THAI_WORD = (
    r"(?:หนึ่ง|เอ็ด|ยี่(?=สิบ)|สอง|สาม(?!ารถ|ัคคี|ัญ)|สี่|ห้า(?!ม)|หก(?!ล้ม|คะเมน)|เจ็ด|แปด(?!เปื้อน)|เก้า(?!อี้)"
    r"|สิบ|ร้อย(?!ละ|กรอง)|พัน(?!ธ|ผ้า|แผล)|หมื่น|แสน(?!ดี)|ล้าน)(?!\p{M})"
)
NUMBER_WORDS = (
    rf"(?P<english>(?:{'|'.join(_TENS)})[ -](?:{'|'.join(_ONES)})(?![a-z]))|(?P<thai_number>(?:{_THAI_WORD}){{1,12}})"
)
"""Those that are more than one word in Latin letters."""
NUMBER_WORD_STARTS = {word[0] for word in _THAI}


def english_number(words: str) -> str | None:
    """In digits. "one" is none: it stands for anything."""
    values = [_ENGLISH.get(word) for word in regex.split("[ -]", words)]
    return None if None in values or words == "one" else plain(sum(filter(None, values)))


def thai_number(words: str) -> str:
    for word, numeral in _THAI.items():
        words = words.replace(word, numeral)
    # 三百五 is 350 in Chinese; in Thai the last digit counts as what it is.
    return plain(chinese_value(regex.sub("(?<=[百千万])(?=[一二三四五六七八九]$)", "零", words)))
