from itertools import combinations, product

import pytest

from factcheck.languages import JAPANESE, LANGUAGES, Language
from factcheck.matching.lexicon import tables
from factcheck.matching.lexicon.meaning import (
    are_slips,
    are_synonyms,
    contradictions,
    is_chatter,
    is_empty,
    limits,
    turns,
)
from factcheck.matching.text.normalise import fold

SIBLINGS = ("東南西北", "上下", "左右", "貓狗豬牛", "紅橙黃綠藍", "心肝脾肺腎", "開關", "買賣", "升降", "真假", "男女")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("手機", "行動電話"),
        ("醫師", "醫生"),
        ("新冠肺炎", "武漢肺炎"),
        ("疫苗", "預防針"),
        ("颱風假", "停班停課"),
        ("腳踏車", "自行車"),
        ("不要", "請勿"),
        ("必須", "務必"),
        ("今天", "今日"),
        ("導致", "造成"),
        ("喝水", "飲水"),
        ("維他命", "維生素"),
        ("網路", "互聯網"),
    ],
)
def test_synonyms(one: str, other: str) -> None:
    one, other = fold(one), fold(other)
    assert are_synonyms(one, other)
    assert are_synonyms(other, one)


@pytest.mark.parametrize("group", SIBLINGS)
def test_siblings_are_no_synonyms(group: str) -> None:
    for pair in combinations(fold(group), 2):
        assert not are_synonyms(*pair)
        for ending in ("", "边", "部", "色", "肉", "人", "门"):
            one, other = (f"{word}{ending}" for word in pair)
            assert not are_synonyms(one, other)
            assert not are_slips(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("可以", "必須"),
        ("會", "可能"),
        ("會", "不會"),
        ("以上", "以下"),
        ("最多", "至少"),
        ("約", "至少"),
        ("之前", "之後"),
        ("所有", "部分"),
        ("謠言", "真相"),
        ("增加", "減少"),
        ("允許", "禁止"),
        ("預防", "導致"),
        ("不能", "能"),
        ("免費", "付費"),
        ("領取", "繳納"),
        ("丈夫", "妻子"),
        ("手機", "電話簿"),
        ("喝", ""),
    ],
)
def test_what_changes_a_claim_is_no_synonym(one: str, other: str) -> None:
    one, other = fold(one), fold(other)
    assert not are_synonyms(one, other)
    assert not are_synonyms(other, one)
    assert not are_slips(one, other)


@pytest.mark.parametrize("word", ["的", "了", "非常", "請", "啊", "其實", "因為"])
def test_empty_words(word: str) -> None:
    assert is_empty(fold(word))
    assert not turns(fold(word))


@pytest.mark.parametrize("word", ["大家", "轉發", "分享", "長輩", "可怕", "聽說", "謝謝", "早安"])
def test_chatter(word: str) -> None:
    assert is_chatter(fold(word))


@pytest.mark.parametrize("word", ["付款", "撥打", "點擊", "登入", "安裝", "回覆", "匯款", "下載", "癌症"])
def test_demands_and_claims_are_no_chatter(word: str) -> None:
    assert not is_chatter(fold(word))
    assert not is_empty(fold(word))


@pytest.mark.parametrize(
    "word",
    [
        "不",
        "沒有",
        "勿",
        "未",
        "只",
        "最多",
        "以上",
        "約",
        "所有",
        "可能",
        "必須",
        "前",
        "後",
        "假",
        "謠言",
        "除了",
        "僅限",
        "部分",
    ],
)
def test_words_that_turn(word: str) -> None:
    word = fold(word)
    assert turns(word)
    assert not is_empty(word)
    assert not is_chatter(word)


@pytest.mark.parametrize("word", ["不飽和", "無鉛", "未領", "沒考上", "查不到"])
def test_a_word_that_begins_with_a_negation_turns_though_no_list_has_it(word: str) -> None:
    assert fold(word) not in tables.tables().turns
    assert turns(fold(word))
    assert limits(fold(word))


@pytest.mark.parametrize("word", ["不鏽鋼", "不好意思", "無線網路", "差不多"])
def test_unless_a_list_says_otherwise(word: str) -> None:
    assert not limits(fold(word)) or fold(word) in tables.tables().limits


@pytest.mark.parametrize("word", ["", "囧囧囧", "zzyzx", "กขฃ", "王小明"])
def test_of_an_unknown_word_nothing_is_known(word: str) -> None:
    assert not is_empty(word)
    assert not is_chatter(word)
    assert not turns(word)
    assert not are_synonyms(word, "手机")
    assert not are_slips(word, "手机")


@pytest.mark.parametrize(
    ("one", "other"),
    [("數據", "數劇"), ("計程車", "計乘車"), ("的", "得"), ("vaccine", "vacine"), ("ボランティア", "ボランティアー")],
)
def test_slips(one: str, other: str) -> None:
    one, other = fold(one), fold(other)
    assert are_slips(one, other)
    assert are_slips(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("買", "賣"),
        ("權利", "權力"),
        ("accept", "except"),
        ("未", "末"),
        ("王小明", "王曉明"),
        ("2020", "2021"),
        ("死", "似"),
    ],
)
def test_two_words_are_no_slip(one: str, other: str) -> None:
    assert not are_slips(fold(one), fold(other))


@pytest.mark.parametrize(("listed", "language"), [*product((*tables.WORDS, *tables.GROUPS), LANGUAGES)])
def test_every_line_has_one_word_or_a_group(listed: str, language: Language) -> None:
    for words in tables.groups_of(f"{language.primary}_{listed}"):
        assert len(words) > 1 if listed in tables.GROUPS else len(words) == 1, words


def test_no_list_contradicts_another() -> None:
    known = tables.tables()
    assert known.turns & (known.empty | known.chatter) == set()
    assert contradictions() == []
    spoken = [language.primary for language in LANGUAGES if language != JAPANESE]
    opposites = [group for primary in spoken for group in tables.groups_of(f"{primary}_opposites")]
    for one, other in (pair for group in opposites for pair in combinations(dict.fromkeys(group), 2)):
        assert not are_synonyms(one, other), f"{one} {other}"


def test_a_group_turns_as_a_whole() -> None:
    known = tables.tables()
    groups = tables.groups_of("zh_synonyms")
    assert [group for group in groups if 0 < len(known.turns.intersection(group)) < len(group)] == []


def test_a_negated_word_is_never_a_synonym() -> None:
    words = [word for group in tables.groups_of("zh_synonyms") for word in group]
    assert [word for word in words for no in "不无非未没反" if are_synonyms(word, f"{no}{word}")] == []
