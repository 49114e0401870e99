from itertools import combinations

import pytest

from factcheck.matching.compare.features import COPIED, Field, TextFacts, pair_features
from factcheck.matching.compare.kept import facts_of
from factcheck.ports import Hit
from tests.trial import rows


def messages(script: str) -> list[TextFacts]:
    found = [TextFacts(row["text"]) for row in rows("articles")]
    return [facts for facts in found if facts.script == script]


def copied(one: TextFacts, other: TextFacts) -> float:
    hit = Hit("a", cosine=0.3)
    return pair_features(one, other, hit, Field.of([hit])).values["copied"]


@pytest.mark.parametrize("script", ["Han", "kana", "Latin", "Thai"])
def test_different_messages_do_not_count_as_copied_in_any_script(script: str) -> None:
    shares = sorted(copied(one, other) for one, other in combinations(messages(script), 2))
    assert len(shares) >= 10
    assert shares[int(0.9 * len(shares))] < COPIED / 2


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (
            "Drinking salt water on an empty stomach every morning washes all fat out of your blood vessels",
            "Hi, drinking warm salt water on an empty stomach each morning washes the fat out of your blood vessels!",
        ),
        (
            "ดื่มน้ำเกลือตอนท้องว่างทุกเช้าช่วยล้างไขมันในหลอดเลือดได้หมด แม้แต่หมอก็ทำแบบนี้",
            "เขาบอกว่าดื่มน้ำเกลืออุ่นตอนท้องว่างทุกเช้าช่วยล้างไขมันในหลอดเลือด หมอก็ทำแบบนี้",
        ),
        (
            "每天早上空腹喝一杯鹽水可以把血管裡的脂肪全部沖掉，連醫生都這樣做",
            "聽說每天早上空腹喝杯溫鹽水可以把血管裡的脂肪沖掉，連醫生都這樣做喔",
        ),
    ],
)
def test_an_edited_forward_counts_as_copied_in_any_script(text: str, changed: str) -> None:
    assert copied(TextFacts(changed), TextFacts(text)) > COPIED


def test_what_the_index_says_counts_beside_the_other_candidates_only() -> None:
    best, next_best, other = Hit("a", bm25=8.0, cosine=0.6), Hit("b", bm25=4.0, cosine=0.5), Hit("c", cosine=0.2)
    field = Field.of([other, next_best, best])
    texts = TextFacts("甲乙丙丁"), TextFacts("子丑寅卯")
    values = [pair_features(*texts, hit, field).values for hit in (best, next_best, other)]
    assert [one["words"] for one in values] == [1.0, 0.5, 0.0]
    assert values[0]["lead"] == pytest.approx(0.1 / 0.15)
    assert values[1]["lead"] == pytest.approx(-0.1 / 0.15)
    assert values[0]["lift"] > values[1]["lift"] > values[2]["lift"]


def test_without_a_vector_nothing_is_said_of_meaning() -> None:
    hit = Hit("a", bm25=1.0)
    values = pair_features(TextFacts("甲"), TextFacts("乙"), hit, Field.of([hit])).values
    assert not {"cosine", "lift", "lead", "article_windows"} & values.keys()


def test_an_article_of_many_windows_is_told_from_one_of_a_single_one() -> None:
    hit = Hit("a", cosine=0.5)
    texts = [TextFacts("鹽水" * length) for length in (1, 200, 400, 100_000)]
    shares = [pair_features(TextFacts("甲"), text, hit, Field.of([hit])).values["article_windows"] for text in texts]
    assert shares[0] == shares[1] == 0
    assert 0 < shares[2] < shares[3] == pytest.approx(1)


def test_nothing_of_an_article_that_is_far_is_worked_out_twice() -> None:
    message, text = "每天吃一顆蘋果可以不用看醫生 https://apples.example/1", "明天九點起全市停水，電話 02-2345-6789"
    hit = Hit("a", bm25=1.0, cosine=0.5)
    query, article = TextFacts(message), facts_of(text)
    known = dict(article.__dict__)
    assert not pair_features(query, article, hit, Field.of([hit])).is_near
    assert query.elsewhere(article)
    assert "normalised" not in article.__dict__, "what a comparison asks for is not kept"
    assert article.__dict__.keys() - known.keys() <= {"names", "places"}


def test_of_a_long_message_the_window_counts_that_is_near() -> None:
    filler = "今天社區的花園很漂亮，大家都來看看，順便聊聊天。" * 40
    message = TextFacts(f"{filler}聽說每天喝500毫升鹽水不會感冒。{filler}而且2019年有300人參加過這個活動。")
    article = TextFacts("只要一天500cc的鹹水，從此告別傷風")
    near = next(n for n in range(1, 9) if "500" in message.window(n).numbers)
    windowed, whole = (
        pair_features(message, article, hit, Field.of([hit])).values
        for hit in (Hit("a", cosine=0.6, window=near), Hit("a", cosine=0.6))
    )
    assert (windowed["numbers_missing"], whole["numbers_missing"]) == (0, pytest.approx(2 / 3))
    assert windowed["query_length"] < whole["query_length"]
    assert windowed["query_windows"] == whole["query_windows"] > 0
