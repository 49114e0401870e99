"""The rules of others, on cases worked out by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from factcheck.matching.decide.decision import Outcome
from indexer.evaluation.baseline_scores import BaselineQuery, MoreLikeThis
from indexer.evaluation.baselines import (
    cofacts,
    cofacts_group,
    meedan,
    reciprocal_rank_fusion,
    run_baselines,
)
from indexer.evaluation.collection import Collection
from indexer.evaluation.data import UNMATCHED, LabelledArticle, Query
from indexer.evaluation.lexical import LexicalIndex
from indexer.evaluation.peer_texts import character_dice, cjk_tokens, word_count
from indexer.sync import ArticleText, search_documents
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch

CLAIM = "喝大蒜水可以預防感冒，退休的教授說他四十年沒有生病"
LONG = "one two three four five six seven eight nine ten"


def articles(*texts: str) -> list[LabelledArticle]:
    return [LabelledArticle(f"a{number}", text) for number, text in enumerate(texts)]


def asked(text: str, **scores: Sequence[float]) -> BaselineQuery:
    size = max(len(values) for values in scores.values())
    columns = {name: np.zeros(size) for name in ("like", "coverage", "peer", "ours", "cosine")}
    given = {name: np.array(values, dtype=np.float64) for name, values in scores.items()}
    return BaselineQuery(text, **{**columns, **given}, seconds={})


def test_bm25_is_the_formula() -> None:
    index = LexicalIndex([["a", "b", "a"], ["b"], ["c", "c"]])
    # Mean length 2; "a" is in one of three, twice in a text of three.
    weight = math.log(1 + 2.5 / 1.5) * 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2))
    assert index.scores(["a", "unknown"]) == pytest.approx([weight, 0, 0])
    assert index.scores(["a", "a"]) == pytest.approx([2 * weight, 0, 0])
    assert index.held(["a", "b", "b"]).tolist() == [3, 2, 0]
    assert LexicalIndex([]).scores(["a"]).tolist() == []


def test_the_heaviest_terms_are_frequent_here_and_rare_elsewhere() -> None:
    index = LexicalIndex([["a", "b"], ["a"], ["a", "c"]])
    assert index.heaviest(["a", "b", "c", "c", "unknown"], 2) == ["c", "b"]


def test_peers_cut_bigrams_and_fold_width_but_not_traditional() -> None:
    assert cjk_tokens("喝大蒜水，ＡＢＣ The DEF 好", whole_urls=False) == ["喝大", "大蒜", "蒜水", "abc", "def", "好"]
    assert cjk_tokens("醫院", whole_urls=False) != cjk_tokens("医院", whole_urls=False)
    assert cjk_tokens("看https://x.example/a?b=1吧", whole_urls=True) == ["看", "https://x.example/a?b=1", "吧"]
    assert len(cjk_tokens("น้ำกระเทียมรักษาหวัดได้", whole_urls=False)) == 1


def test_dice_is_that_of_character_bigrams() -> None:
    assert character_dice("night", "nacht") == 0.25
    assert character_dice("a b", "ab") == 1
    assert character_dice("a", "b") == 0
    assert character_dice("aaaa", "aa") == 0.5


def test_words_are_counted_by_half_a_chinese_character() -> None:
    assert word_count("喝大蒜水可以") == 3
    assert word_count("three plain words") == 3
    assert word_count("大蒜水 is good ひらがな") == 2 + 2 + 1


def test_more_like_this_needs_all_of_ten_terms_and_70_percent_of_more() -> None:
    ten = [f"word{number}" for number in range(10)]
    thirty = [f"term{number}" for number in range(30)]
    search = MoreLikeThis(articles(" ".join(ten), " ".join(thirty), "https://x.example/page and other words"))
    assert np.flatnonzero(search.scores(" ".join(ten))).tolist() == [0]
    assert not search.scores(" ".join([*ten[:9], "term1"])).any()
    # 25 of 30 known terms are kept, of which 17 are needed: more of its own do no harm, since nobody has them.
    assert np.flatnonzero(search.scores(" ".join([*thirty, "more", "words", "of", "its", "own"]))).tolist() == [1]
    assert np.flatnonzero(search.scores(" ".join([*thirty[:17], *ten[:8]]))).tolist() == [1]
    assert not search.scores(" ".join([*thirty[:15], *ten])).any()
    assert np.flatnonzero(search.scores("look https://x.example/page?utm_source=line")).tolist() == [2]
    assert not search.scores("").any()


@pytest.mark.parametrize(
    ("texts", "like", "outcome"),
    [
        ([CLAIM, "別的"], [5, 0], Outcome.ANSWER),
        ([CLAIM, CLAIM + "。真的"], [5, 4], Outcome.CHOOSE),
        ([CLAIM[:-6], "別的"], [5, 0], Outcome.CHOOSE),
        ([CLAIM], [0], Outcome.UNKNOWN),
    ],
    ids=["alone and the same", "not alone", "not the same", "not found"],
)
def test_cofacts_opens_one_candidate_that_is_nearly_the_same(
    texts: list[str], like: list[float], outcome: Outcome
) -> None:
    assert cofacts(articles(*texts), asked(CLAIM, like=like)).outcome == outcome


def test_cofacts_sorts_four_candidates_by_dice() -> None:
    found = cofacts(articles("別的", CLAIM, "x", "y", "z", "喝大蒜水"), asked(CLAIM, like=[9, 5, 0, 1, 8, 7]))
    assert found.ranked[:2] == ("a1", "a5")
    assert len(found.ranked) == 4
    assert "a3" not in found.ranked
    assert found.confidence == 1


def test_cofacts_answers_in_groups_from_70_percent_on_and_is_silent_otherwise() -> None:
    near, far = CLAIM[:-5], CLAIM[:8]
    assert cofacts_group(articles(near), asked(CLAIM, like=[1])).outcome == Outcome.ANSWER
    refused = cofacts_group(articles(far), asked(CLAIM, like=[1]))
    assert (refused.outcome, refused.offered) == (Outcome.UNKNOWN, ())
    short = cofacts_group(articles("喝大蒜水"), asked("喝大蒜水", like=[1]))
    assert (short.outcome, short.confidence) == (Outcome.UNKNOWN, 0)
    true = [LabelledArticle("a0", CLAIM, "NOT_RUMOR")]
    assert cofacts_group(true, asked(CLAIM, like=[1])).outcome == Outcome.UNKNOWN


def test_meedan_takes_a_match_by_vector_before_one_by_words() -> None:
    two = articles("by words", "by vector")
    found = meedan(two, asked(LONG, coverage=[1, 0.1], peer=[30, 1], cosine=[0.8, 0.96]))
    assert (found.outcome, found.ranked) == (Outcome.ANSWER, ("a1", "a0"))
    assert found.confidence >= 1
    words_only = meedan(two, asked(LONG, coverage=[0.875, 0.1], peer=[30, 1], cosine=[0.8, 0.94]))
    assert (words_only.outcome, words_only.offered[0]) == (Outcome.ANSWER, "a0")


def test_meedan_only_suggests_what_is_short_or_weak() -> None:
    one = articles("text")
    short = meedan(one, asked("too few words", coverage=[1], peer=[30], cosine=[0.99]))
    assert (short.outcome, short.offered, short.confidence) == (Outcome.CHOOSE, ("a0",), 0)
    weak = meedan(one, asked(LONG, coverage=[0.8], peer=[30], cosine=[0.76]))
    assert weak.outcome == Outcome.CHOOSE
    assert weak.confidence < 1
    low_score = meedan(one, asked(LONG, coverage=[1], peer=[9], cosine=[0.5]))
    assert low_score.outcome == Outcome.UNKNOWN


def test_rank_fusion_adds_reciprocal_ranks() -> None:
    fused = reciprocal_rank_fusion(asked(LONG, ours=[3, 2, 0], cosine=[0.7, 0.9, -1]))
    assert fused == pytest.approx([1 / 61 + 1 / 62, 1 / 62 + 1 / 61, 0])


def test_all_in_one_run_with_the_best_cut_for_bare_scores() -> None:
    known = {article.id: article for article in articles(CLAIM, "橋星期一封閉，請改道", "😀")}
    queries = [
        Query(CLAIM.replace("大蒜", "洋蔥"), "forward", "", "a0"),
        Query("完全無關的句子沒有人說過", UNMATCHED),
        Query("😀", "forward", "", "a2"),
    ]
    texts = [ArticleText(article.id, 1, article.text, "") for article in known.values()]
    documents = {document.article_id: document for document in search_documents(texts, FakeEmbedder())}
    collection = Collection(known, documents, FakeSearch(), FakeEmbedder())
    found = run_baselines(collection, queries)
    answer, choose, unknown = Outcome.ANSWER, Outcome.CHOOSE, Outcome.UNKNOWN
    bm25, vectors = found["bm25"].judged, found["vectors"].judged
    assert [one.outcome for one in bm25] == [answer, choose, unknown]
    assert [one.outcome for one in vectors] == [answer, choose, unknown]
    assert bm25[0].ranked == ("a0",)
    assert vectors[0].ranked[0] == "a0"
    assert (bm25[0].probability, vectors[0].probability) == (None, vectors[0].confidence)
    without_unmatched = run_baselines(collection, queries[:1])
    assert without_unmatched["bm25"].judged[0].outcome == Outcome.CHOOSE
