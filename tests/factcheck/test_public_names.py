import pytest

from factcheck.errors import InvalidInputError
from factcheck.ids import random_id
from factcheck.public_names import checked_name
from factcheck.services.pseudonyms import pseudonym


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("  小 \n 明  ", "小 明"),
        ("Badminton fan", "Badminton fan"),
        ("Modest Admiral", "Modest Admiral"),
        ("數學公式愛好者", "數學公式愛好者"),
        ("Ольга", "Ольга"),
        ("José Ångström", "José Ångström"),
        ("👩‍👧 มานี", "👩‍👧 มานี"),
        ("ab\u202ecd\u200b", "abcd"),
        ("さくら", "さくら"),
    ],
)
def test_names_that_are_taken(typed: str, taken: str) -> None:
    assert checked_name(typed) == taken


@pytest.mark.parametrize(
    "name",
    [
        "",
        "\u200b\u2060",
        "\u3164 \u2800",
        "\u0301",
        "名" * 41,
        "Factline admin",
        "FACTLINE",
        "Ａｄｍｉｎ",
        "a d m i n",
        "a.d.m.i.n",
        "adm1n",
        "Ädmin",
        "Mod_3rator admin",
        "аdmin",  # a Cyrillic letter
        "Cofacts Admin ✅ 官方",
        "Mary ✔",
        "查核 官 方",
        "管理員小明",
        "運営チーム",
        "แอดมิน",
        "ผู้ดูแลระบบ",
    ],
)
def test_names_that_nobody_sees_or_that_claim_an_office_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_name(name)


def test_names_that_we_make_are_taken() -> None:
    made = [pseudonym(random_id()) for _ in range(200)]
    assert [checked_name(name) for name in made] == made
