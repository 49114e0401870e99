"""Names that volunteers choose: such that one sees who speaks, and nobody speaks for the house."""

import unicodedata

import regex

from factcheck.directions import undirected
from factcheck.errors import InvalidInputError
from factcheck.limits import MAX_NAME_LENGTH

OFFICES = frozenset(
    "admin admins administrator administrators moderator moderators mod mods official officials staff support sysadmin "
    "webmaster root factline cofacts".split()
)
OFFICES_WITHOUT_SPACES = (
    *(
        "官方",
        "管理員",
        "管理员",
        "管理人",
        "管理者",
        "管理团队",
        "管理團隊",
        "版主",
        "站長",
        "站长",
        "客服",
        "工作人員",
    ),
    *("公式アカウント", "運営", "モデレーター", "アドミン", "スタッフ", "サポート担当"),
    *("แอดมิน", "ผู้ดูแล", "เจ้าหน้าที่", "ทางการ", "ทีมงาน", "ผู้ตรวจสอบอย่างเป็นทางการ"),
)
_SEALS = regex.compile("[\u2705\u2713\u2714\u2611\u221a\U0001f5f8\U0001f396\U0001f6e1\u00ae\u2122]")
"""Ticks and shields, which elsewhere say that an account was verified."""
_SEEN = regex.compile(r"[\p{L}\p{N}\p{S}\p{P}--[\u115f\u1160\u3164\uffa0\u2800]]", regex.VERSION1)
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Co}\p{Cs}--[\u200c\u200d]]", regex.VERSION1)
_LATIN = regex.compile(r"\p{Latin}")
_LATIN_LOOKALIKES = regex.compile(r"[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}\p{Lisu}]")
_WORD = regex.compile(r"\p{L}+")
_ABREAST = str.maketrans("013457", "oieast")


def checked_name(name: str) -> str:
    """Returns the name in one line. Raises InvalidInputError for one that cannot be seen, is too long, mixes letters
    that look alike, or sounds like an office."""
    name = " ".join(_UNSEEN.sub("", undirected(name)).split())
    if not _SEEN.search(name):
        raise InvalidInputError("name", "Please give a name.")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInputError("name", "Please use at most %(limit)d characters.", limit=MAX_NAME_LENGTH)
    if _LATIN.search(name) and _LATIN_LOOKALIKES.search(name):
        raise InvalidInputError("name", "Please use letters of one alphabet, so that nobody takes you for another.")
    if _claims_office(name):
        raise InvalidInputError(
            "name", "Please take a name that does not sound like an office: you speak for yourself."
        )
    return name


def _claims_office(name: str) -> bool:
    if _SEALS.search(name):
        return True
    folded = _without_accents(unicodedata.normalize("NFKC", name).casefold())
    words = {word for plain in (folded, folded.translate(_ABREAST)) for word in _WORD.findall(plain)}
    spelled = "".join(word for word in _WORD.findall(folded) if len(word) == 1)
    joined = "".join(folded.split())
    return bool(words & OFFICES) or spelled in OFFICES or any(office in joined for office in OFFICES_WITHOUT_SPACES)


def _without_accents(text: str) -> str:
    """Leaves Thai and Japanese marks, without which words are others."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", regex.sub(r"(?<=\p{Latin}\p{M}*)\p{M}", "", parts))
