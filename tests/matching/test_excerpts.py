"""Which part of a long article is shown, and what of it is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.matching.text.excerpts import MOST_SHARED, beginning, shared_spans

ZH = "早上起來要先喝水，飯後不要馬上躺下，多走路身體好。晚上不要熬夜，家人常聚聚，心情會開朗！"
JA = "健康のためのヒントです。毎朝水を飲みましょう。よく歩き、よく眠りましょう。家族と笑いましょう！"
TH = "เคล็ดลับสุขภาพสำหรับทุกคน ดื่มน้ำเยอะๆ ทุกเช้า เดินทุกวัน นอนให้พอ กินผักผลไม้ "
EN = "Here are some health tips for every day. Drink water, and walk a lot. Sleep well, and be happy with your family. "
LONG = (
    (ZH * 5, "隔夜的白木耳會產生亞硝酸鹽，吃了會致癌。", "聽說隔夜白木耳吃了會致癌，真的假的？"),
    (ZH * 5, "隔夜的白木耳會產生亞硝酸鹽，吃了會致癌。", "听说隔夜白木耳吃了会致癌，真的假的？"),
    (JA * 5, "一晩置いた白きくらげは亜硝酸塩を生み、血球を壊します。", "白きくらげを一晩置くと血球を壊すと聞きました"),
    (TH * 5, "เห็ดหูหนูขาวค้างคืนทำลายเม็ดเลือด ", "จริงไหม เห็ดหูหนูขาวค้างคืนทำลายเม็ดเลือด"),
    (EN * 5, "White fungus left overnight destroys blood cells. ", "Is it so that WHITE FUNGUS left overnight harms?"),
)


@pytest.mark.parametrize("length", [40, 160])
@pytest.mark.parametrize(("tips", "claim", "sent"), LONG)
def test_an_excerpt_begins_where_the_person_read_it(tips: str, claim: str, sent: str, length: int) -> None:
    article = tips + claim + tips
    start = beginning(article, sent, length)
    assert article[start : start + length].lstrip().startswith(claim[: length // 2].strip())


@pytest.mark.parametrize(("tips", "claim", "sent"), LONG)
def test_who_sent_the_beginning_sees_the_beginning(tips: str, claim: str, sent: str) -> None:
    article = tips + claim + tips
    assert [beginning(article, text, 160) for text in (article, article[:200], article[:80])] == [0, 0, 0]


@pytest.mark.parametrize("sent", ["", " ", "?!", "癌", "Drinking milk", "😀", "字" * 20_000])
def test_without_anything_shared_it_is_the_beginning(sent: str) -> None:
    assert beginning(ZH * 5 + "白木耳", sent, 160) == 0
    assert shared_spans(ZH, sent) == []


def test_one_word_is_found() -> None:
    article = EN * 5 + "Nobody needs ivermectin. " + EN * 5
    assert article[beginning(article, "ivermectin", 160) :].startswith(" Nobody needs")


def test_a_sentence_is_shown_from_its_beginning_if_there_is_room() -> None:
    claim = "Doctors in Taipei say, after years of work, that silver ear mushrooms are deadly."
    start = beginning(EN * 5 + claim + EN * 5, "silver ear mushrooms are deadly", 160)
    assert (EN * 5 + claim)[start:].strip() == claim


def test_what_is_marked() -> None:
    assert marks("隔夜的白木耳，會產生亞硝酸鹽！", "聽說隔夜的白木耳會致癌") == ["隔夜的白木耳，會"]
    assert marks("我們可以一起去，醫生說白木耳", "我們不可以，白木耳很好") == ["白木耳"], "no single words"
    assert marks("The white fungus leftover", "any WHITE fungus left") == ["white fungus"], "whole words"
    assert marks("白きくらげはおいしいです", "りんごはおいしいです") == [], "no grammar alone"
    assert marks("ขาวค้างคืนทำลาย", "เห็ดขาวค้างคืน") == ["ขาวค้างคืน"]
    assert marks("國語教育", "国语教育") == ["國語教育"]


def marks(shown: str, sent: str) -> list[str]:
    return [shown[start:end] for start, end in shared_spans(shown, sent)]


TEXTS = st.lists(
    st.sampled_from(["字", "白木耳", "，", "。", " ", "\n", "a", "fungus ", "กำ้", "e\u0301", "👨", "เ", "20"])
).map("".join)


@given(TEXTS, TEXTS, st.integers(1, 200))
def test_any_texts(article: str, sent: str, length: int) -> None:
    start = beginning(article, sent, length)
    assert start == 0 or 0 < start < len(article)
    spans = shared_spans(article, sent)
    assert len(spans) <= MOST_SHARED
    places = [place for span in spans for place in span]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(article) for start, end in spans)
