"""One Japanese word said politely or plainly, or written with more or fewer kana, is one word; another tense, voice or
negation is not."""

import pytest

from factcheck.matching.lexicon.japanese import are_one_word


@pytest.mark.parametrize(
    "pair",
    """
    治ります 治る|治りました 治った|治りません 治らない|治りませんでした 治らなかった|話します 話す|待ちました 待った
    書きました 書いた|泳ぎました 泳いだ|飲みました 飲んだ|飲みまして 飲んで|行きました 行った|食べます 食べる
    食べられません 食べられない|発表します 発表する|発表しました 発表した|来ます 来る|見ません 見ない|ありません ない
    ありました あった|値上げされます 値上げされる|危険です 危険だ|危険です 危険|高いです 高い|必要でした 必要だった
    治るでしょう 治るだろう|ません ない|申し込み 申込み|申し込み 申込|取り消し 取消し|引き上げられる 引上げられる
    終わる 終る|変わった 変った|変わらない 変らない|表わす 表す|行なう 行う
    """.strip()
    .replace("\n", "|")
    .split("|"),
)
def test_one_word_in_two_ways(pair: str) -> None:
    for one, other in (pair.split(), pair.split()[::-1]):
        assert are_one_word(one, other)


@pytest.mark.parametrize(
    "pair",
    """
    治ります 治らない|治ります 治った|治りません 治る|治りました 治る|食べる 食べられる|殺した 殺された|見ます 見せる
    見る 見せる|引き上げ 引き下げ|上がる 上る|知る 知らない|死す 死なす|日当たり 日当|きました いた|高いです 高くない
    でした です|行きます 行かない|出します 出る|着ます 着かない|飲めます 飲む|止まる 止める
    """.strip()
    .replace("\n", "|")
    .split("|"),
)
def test_two_words(pair: str) -> None:
    for one, other in (pair.split(), pair.split()[::-1]):
        assert not are_one_word(one, other)
