"""Pairs, turned words, mixes of known and new messages: what is made and what is measured, on small data."""

import json
import random
from operator import eq
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from factcheck.matching.compare.changes import Change, ChangeKind, Difference
from factcheck.matching.decide.decision import Outcome, Standing
from indexer import cli
from indexer.evaluation.cases import measure_cases, read_pairs
from indexer.evaluation.data import TURNED, TURNED_FORWARD, UNMATCHED, EvaluationDataError, LabelledArticle, Query
from indexer.evaluation.explain import explained, page
from indexer.evaluation.intervals import around, wilson
from indexer.evaluation.judging import Judged
from indexer.evaluation.labels import label
from indexer.evaluation.metrics import measure
from indexer.evaluation.mixes import Seen, measured, weighted_error
from indexer.evaluation.sizes import settings_of
from indexer.evaluation.turning.other import listed, other_pairs, wordnet
from indexer.evaluation.turning.turned import SWAP, turned_queries, turnings
from indexer.evaluation.turning.words import word_sets
from indexer.evaluation.wanted import compared

LARGE = Difference((Change(ChangeKind.WORDS, "照常上班", "停班停課"),))
SMALL = Difference((Change(ChangeKind.ADDED, "請大家轉發", ""),))

Json = dict[str, Any]


def named(difference: Difference, article: str = "a") -> Judged:
    return Judged((article,), Outcome.DIFFERS, (article,), difference=difference)


def answered(article: str = "a") -> Judged:
    return Judged((article,), Outcome.ANSWER, (article,))


def write(path: Path, lines: list[Json]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def shares(kind: str, *found: Judged, source: str = "a") -> Json:
    queries = [Query("words", kind, "", source) for _ in found]
    decisions: Json = measure(label(queries, found, eq))["decision"]
    return decisions[kind]


def test_a_difference_is_told_by_its_wording_and_its_article() -> None:
    found = shares("turned", answered(), named(LARGE), named(SMALL), named(LARGE, "b"))
    assert [found[name] for name in ("answered_right", "differs_right", "differs_wrong")] == [0.25, 0.5, 0.25]
    assert [found[name] for name in ("answered", "named", "large", "small")] == [0.25, 0.75, 0.5, 0.25]
    assert found["answered_or_named_right"] == 0.75
    hard = shares("hardneg", named(LARGE), named(LARGE, "b"))
    assert [hard[name] for name in ("differs_wrong", "differs_other", "named", "answered")] == [0.5, 0.5, 1, 0]


def test_what_a_quiet_way_leads_to_is_found_and_on_no_card() -> None:
    quiet = Judged(tuple("ba"), Outcome.UNKNOWN, perhaps=tuple("ba"))
    found = shares("paraphrase", quiet, Judged(tuple("ab"), Outcome.CHOOSE, tuple("ab")), Judged((), Outcome.UNKNOWN))
    assert (found["found_by_card"], found["found"]) == (pytest.approx(1 / 3, abs=1e-6), pytest.approx(2 / 3, abs=1e-6))


def test_a_fourth_card_is_not_seen_at_once() -> None:
    fourth, third = Judged(tuple("bcda"), Outcome.CHOOSE, tuple("bcda")), Judged((), Outcome.CHOOSE, tuple("bca"))
    found = shares("question", fourth, third)
    assert (found["offered_right"], found["found_by_card"], found["found"]) == (1, 0.5, 1)


def test_cards_and_quiet_ways_of_messages_that_nobody_checked() -> None:
    three = Judged(tuple("abc"), Outcome.CHOOSE, tuple("abc"), perhaps=tuple("b"))
    one = Judged(tuple("a"), Outcome.CHOOSE, tuple("a"))
    results = [three, one, named(LARGE), Judged(tuple("a"), Outcome.UNKNOWN)]
    queries = [Query("words", UNMATCHED) for _ in results]
    found = measure(label(queries, results, eq))["unmatched"]
    assert [found[name] for name in ("answered", "differs", "offered", "cards", "quiet")] == [0, 0.25, 0.5, 2, 0.25]


def test_a_turned_word_must_be_quoted() -> None:
    turned = Query("words", "turned", "", "a", yours="照常上班", theirs="停班停課")
    results = [named(LARGE), named(SMALL), answered()]
    found = measure(label([turned] * 3, results, eq))["decision"]["turned"]
    assert found["quoted"] == pytest.approx(1 / 3, abs=1e-6)


def test_changed_copies_count_neither_as_right_nor_as_wrong_answers() -> None:
    queries = [Query("words", "turned", "", "a"), Query("words", "forward", "", "a")]
    found = measure(label(queries, [answered(), answered()], eq))
    assert found["right_at_far"]["n"] == 1
    assert found["right_at_far_by_kind"].keys() == {"forward"}


PAIR = {"id": "1", "kind": "k", "article": "學校明天停課", "reply_type": "NOT_RUMOR", "message": "x", "want": "differs"}


def test_pairs_share_an_article_and_are_measured_by_what_is_wanted(tmp_path: Path) -> None:
    wants = ("differs", "differs", "answer", "answer", "offered")
    lines = [PAIR | {"id": str(number), "want": want} for number, want in enumerate(wants)]
    articles, queries = read_pairs(write(tmp_path / "pairs.jsonl", lines))
    (article,) = articles.values()
    assert (article.text, article.reply_type) == ("學校明天停課", "NOT_RUMOR")
    ways = (named(LARGE), answered(), answered(), named(SMALL), Judged((), Outcome.UNKNOWN, perhaps=tuple("a")))
    results = [Judged(w.ranked, w.outcome, w.offered, difference=w.difference, perhaps=w.perhaps) for w in ways]
    queries = [Query(q.text, q.kind, q.lang, "a", id=q.id, want=q.want) for q in queries]
    found = measure_cases(label(queries, results, eq), queries)
    assert found["failing"] == ["1", "3"]
    assert found["by_want"]["differs"]["answered"] == 0.5
    assert found["by_want"]["answer"]["answered_or_small"] == 1
    assert found["by_want"]["offered"]["offered"] == 1
    assert found["by_kind"]["k"]["n"] == 5
    text = page(explained(queries, results, {"a": LabelledArticle("a", "學校明天停課")}), "differs")
    assert text.startswith("2 of the kind differs")
    assert "WORDS: yours 「照常上班」 theirs 「停班停課」" in text


def test_a_pair_that_wants_nothing_known_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match="want 'more' is none of"):
        read_pairs(write(tmp_path / "pairs.jsonl", [PAIR | {"want": "more"}]))


def test_the_words_are_many_and_of_many_kinds() -> None:
    kinds = {one.kind for one in word_sets()}
    assert sum(len(one.words) * (len(one.words) - 1) // 2 for one in word_sets()) >= 300
    assert len(kinds) >= 8
    assert all(len(set(one.words)) == len(one.words) >= 2 for one in word_sets())


def chance() -> random.Random:
    return random.Random(1)  # noqa: S311 - no secret


def replaced(text: str, source: str = "") -> set[str]:
    return {one.theirs for one in turnings(text, source or text, chance()) if one.kind != SWAP}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("研究指出飯前喝水會增加體重", {"飯前", "增加"}),
        ("不可以在飯前喝水", {"飯前"}),
        ("韓國瑜說的 #增加", {"韓國瑜"}),
        ("https://example.com 各位早安", set()),
    ],
)
def test_words_are_turned_and_not_parts_of_words(text: str, words: set[str]) -> None:
    assert replaced(text) == words


def test_what_was_put_around_a_forward_is_not_turned() -> None:
    source = "衛生局說疫苗可以預防感冒"
    assert replaced(f"晚上大家看：{source}", source) == {"疫苗", "預防", "感冒"}


def test_two_places_change_places_but_not_in_a_list() -> None:
    text, listed_text = "專家說台北出口到高雄的車都要課稅", "專家說台北和高雄的車都要課稅"
    swapped = {one.text for one in turnings(text, text, chance()) if one.kind == SWAP}
    assert swapped == {"專家說高雄出口到台北的車都要課稅"}
    assert SWAP not in {one.kind for one in turnings(listed_text, listed_text, chance())}


@pytest.fixture
def articles() -> dict[str, LabelledArticle]:
    texts = [
        f"第{number}號公告：{word}"
        for number, word in enumerate(["飯前吃香蕉會增加體重，大家要注意", "男性喝咖啡可以預防糖尿病，醫師這麼說"])
    ]
    return {str(number): LabelledArticle(str(number), text) for number, text in enumerate(texts)}


def test_turned_messages_are_the_same_each_time_and_differ_from_every_article(
    articles: dict[str, LabelledArticle],
) -> None:
    queries = [Query(f"請看 {articles['0'].text}", "forward", "zh-Hant", "0")]
    made = turned_queries(articles, queries, count=3)
    assert made == turned_queries(articles, queries, count=3)
    assert [one.kind for one in made] == [TURNED] * 3 + [TURNED_FORWARD] * 3
    assert len({one.text for one in made}) == 6
    for one in made:
        assert one.yours in one.text
        assert one.text not in {article.text for article in articles.values()}
    both = turned_queries(articles | {"9": LabelledArticle("9", made[0].text)}, [], count=3)
    assert made[0].text not in {one.text for one in both}


def test_the_command_writes_what_evaluate_reads(
    articles: dict[str, LabelledArticle], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    given = write(tmp_path / "a.jsonl", [{"id": one.id, "text": one.text} for one in articles.values()])
    english = {
        "source_id": "0",
        "kind": "crosslingual",
        "lang": "en",
        "text": "A doctor says that hot water cures the flu",
    }
    asked = write(tmp_path / "q.jsonl", [english])
    out = tmp_path / "out.jsonl"
    base = ["turned", "--articles", str(given), "--queries", str(asked), "--out", str(out)]
    assert cli.main(base) == 0
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {line["kind"] for line in lines} == {TURNED}
    assert cli.main([*base, "--rule", "other", "--wordnet", str(small_wordnet(tmp_path))]) == 0
    articles_made, queries = read_pairs(out)
    assert [article.text for article in articles_made.values()] == [english["text"]]
    assert [query.text for query in queries] == ["A doctor says that cold water cures the flu"]


def small_wordnet(folder: Path) -> Path:
    """Two adjectives that are opposites, in the form of WordNet's database files."""
    lines = [
        "  1 a licence",
        "01247240 00 a 01 hot 0 001 ! 01251128 a 0101 | warm",
        "01251128 00 a 02 cold 0 chilly 0 001 ! 01247240 a 0101 | not warm",
    ]
    for part in ("noun", "verb", "adj", "adv"):
        (folder / f"data.{part}").write_text("\n".join(lines if part == "adj" else lines[:1]) + "\n")
    (folder / "index.sense").write_text("hot%3:00:01:: 01247240 1 20\ncold%3:00:01:: 01251128 1 30\n")
    return folder


def test_wordnet_and_the_listed_words(tmp_path: Path) -> None:
    assert wordnet(small_wordnet(tmp_path)) == {"hot": ["cold"], "cold": ["hot"]}
    with pytest.raises(EvaluationDataError, match="no folder of WordNet's files"):
        wordnet(tmp_path / "nothing")
    words = listed()
    assert words.keys() == {"ja", "th"}
    text = "食前にりんご酢を飲むと血圧が上がると大学病院の先生が言っていました"
    (pair,) = other_pairs([Query(text, "crosslingual", "ja", "0")], {"ja": words["ja"]})
    assert pair["article"] == text != pair["message"]
    assert pair["want"] == "differs"


def seen(*, is_new: bool, probability: float, right: bool, word: Standing = Standing.PROBABLY) -> Seen:
    return Seen(is_new, (probability, right), ((word, right),), 1, False, False, right, right)


def test_a_mix_weighs_known_and_new_messages() -> None:
    known = [seen(is_new=False, probability=0.8, right=True)] * 10
    new = [seen(is_new=True, probability=0.8, right=False)] * 40
    found = measured([*known, *new])
    mix = found["mixes"]["0.70"]
    assert mix["standing"]["PROBABLY"]["right"] == pytest.approx(0.3)
    assert mix["standing"]["PROBABLY"]["n"] == 50
    assert mix["standing"]["SAME"] == {"n": 0, "right": None, "interval": None}
    assert mix["calibration_error"] == pytest.approx(0.5)
    assert found["worst"]["calibration_error"] == found["mixes"]["0.95"]["calibration_error"] == pytest.approx(0.75)
    assert (found["new"]["offered"], found["new"]["cards"], found["known"]["found"]) == (1, 1, 1)


def test_the_weighted_error_is_that_of_repeated_rows() -> None:
    random_numbers = np.random.default_rng(3)
    probability = np.linspace(0, 1, 40)
    right = (random_numbers.random(40) < probability).astype(float)
    times = random_numbers.integers(1, 4, 40)
    repeated = weighted_error(np.repeat(probability, times), np.repeat(right, times), np.ones(times.sum()))
    assert weighted_error(probability, right, times.astype(float)) == pytest.approx(repeated)


def test_an_index_of_a_size_leaves_sources_out_and_what_asks_for_them_is_new() -> None:
    articles = {str(number): LabelledArticle(str(number), f"text {number}") for number in range(400)}
    queries = [Query(f"q {number}", "forward", "", str(number)) for number in range(100)]
    queries += [Query(f"u {number}", UNMATCHED) for number in range(50)]
    (one,) = settings_of(300, articles, queries, messages=40)
    assert len(one.articles) == 300
    assert all(query.source_id in one.articles for query in one.known)
    assert not any(query.source_id in one.articles for query in one.new)
    assert (len(one.known), len(one.new), sum(query.kind == UNMATCHED for query in one.new)) == (40, 40, 20)
    small = list(settings_of(60, articles, queries, messages=30))
    assert [(len(each.articles), len(each.known), len(each.new)) for each in small] == [(60, 10, 10)] * 3


def test_intervals() -> None:
    assert wilson(0, 400) == [0, pytest.approx(0.0095, abs=1e-4)]
    assert wilson(50, 100) == [pytest.approx(0.4038, abs=1e-4), pytest.approx(0.5962, abs=1e-4)]
    low, high = around(0.05, np.linspace(0.06, 0.10, 101))
    assert low < 0.05 < high


def test_what_is_wanted_stands_beside_what_is() -> None:
    half = {"n": 44, "answered": 0.5, "interval": {"answered": [0.36, 0.64]}}
    turned_words = {
        "n": 200,
        "answered": 0.01,
        "large": 0.9,
        "interval": {"answered": [0, 0.03], "large": [0.85, 0.93]},
    }
    found = compared({"pairs": {"by_want": {"differs": half}}, "decision": {TURNED: turned_words}})
    assert [(one.shown, one.bound, one.is_met) for one in found.values()] == [
        ("22", "≤ 1", False),
        ("0.010", "≤ 0.02", True),
        ("0.900", "≥ 0.8", True),
    ]
