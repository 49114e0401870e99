"""⭕ and ❌, ⬆ and ⬇, = and ≠ beside words."""

import pytest

from factcheck.matching.compare.changes import difference
from factcheck.matching.compare.features import TextFacts
from factcheck.matching.text.normalise import fingerprint

EGGS = "農業處抽驗雞蛋的結果：{} 安心牧場、{} 綠野牧場、{} 長春牧場，不合格的已經下架。"
OIL = "中油公告下週一凌晨起油價調整，汽油 {} 0.5 元、柴油 {} 0.3 元，要加油的鄉親可以看著辦。"
RICE = "營養師公布換算：一碗白飯 {} 三片吐司，糖尿病友可以照著算，請家屬參考。"


def is_large(message: str, article: str, *, strict: bool) -> bool:
    found = difference(TextFacts(message), TextFacts(article), strict=strict)
    return found is not None and found.is_large


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(
    ("article", "message"),
    [
        (EGGS.format("⭕", "⭕", "❌"), EGGS.format("❌", "❌", "⭕")),
        (EGGS.format("✅", "✅", "✅"), EGGS.format("✅", "🚫", "✅")),
        (OIL.format("⬆️", "⬇️"), OIL.format("⬇️", "⬆️")),
        (OIL.format("↑", "▼"), OIL.format("🔽", "📈")),
        (RICE.format("="), RICE.format("≠")),
    ],
)
def test_signs_turned_round_are_another_message(article: str, message: str, strict: bool) -> None:
    assert fingerprint(article) != fingerprint(message)
    assert is_large(message, article, strict=strict)
    assert is_large(article, message, strict=strict)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EGGS.format("⭕", "⭕", "❌"), EGGS.format("✅", "✔️", "✖️")),
        (EGGS.format("✅", "✅", "✅"), EGGS.format("", "", "")),
        (OIL.format("⬆️", "⬇️"), OIL.format("🔼", "🔻")),
    ],
)
def test_how_a_sign_is_drawn_and_what_decorates_change_nothing(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)
    assert difference(TextFacts(one), TextFacts(other), strict=True) is None


def test_a_sign_in_the_other_script_stands_by_the_same_words() -> None:
    simplified = "农业处抽验鸡蛋的结果：⭕ 安心牧场、⭕ 绿野牧场、❌ 长春牧场，不合格的已经下架。"
    assert fingerprint(EGGS.format("⭕", "⭕", "❌")) == fingerprint(simplified)


@pytest.mark.parametrize("sign", ["❌", "👎👎👎", "🚫"])
def test_a_sign_that_denies_a_true_notice_is_a_change(sign: str) -> None:
    notice = "教育局公布，明天因為颱風來襲，全市各級學校停止上課，補習班一併停課。"
    assert is_large(notice + sign, notice, strict=True)
    assert not is_large(notice + sign, notice, strict=False)
    assert not is_large(notice + "🙏👍", notice, strict=True)


def test_an_equals_sign_in_an_address_is_none() -> None:
    assert fingerprint("看這裡 https://example.com/a?b=1") == fingerprint("看這裡https://example.com/a?b=1")
