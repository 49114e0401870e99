import math
from dataclasses import replace

import pytest

from factcheck.matching.compare.features import TextFacts, usual_cosine
from factcheck.matching.decide import decision as decisions
from factcheck.matching.decide.decision import (
    Candidate,
    Decision,
    Outcome,
    decide,
    judge,
)
from factcheck.matching.decide.pair_model import load_pair_model
from factcheck.matching.decide.thresholds import MOST_CANDIDATES, MOST_PERHAPS, SAME_CLAIM
from factcheck.ports import Hit
from tests.matching.deciding import BRIDGE, EDITED, FLOUR, LEMON, OTHERS, QUAKE, candidate, first


def test_no_candidate_is_unknown() -> None:
    assert decide(FLOUR, []) == Decision(Outcome.UNKNOWN, ())
    assert decide("", []) == Decision(Outcome.UNKNOWN, ())


def test_a_forward_with_small_edits_is_answered() -> None:
    decision = decide(EDITED, [*OTHERS, candidate("flour", FLOUR, 0.9)])
    assert decision.outcome == Outcome.ANSWER
    assert first(decision) == "flour"


def test_unrelated_candidates_are_unknown_however_near_they_are_beside_the_others() -> None:
    far = [candidate("lemon", LEMON, 0.02), candidate("quake", QUAKE, 0.0)]
    assert decide(FLOUR, far).outcome == Outcome.UNKNOWN


def test_words_alone_answer_a_forward_when_there_is_no_model() -> None:
    decision = decide(EDITED, [candidate("flour", FLOUR), candidate("lemon", LEMON)])
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "flour")


def test_the_same_text_in_another_form_is_answered() -> None:
    decision = decide(
        "【轉傳】燙到手的時候，把手放進冷面粉里面１０分鐘 皮肤就不会起水泡 这是退休老医师说的🙏",
        [candidate("flour", FLOUR, 0.9)],
    )
    assert decision.outcome == Outcome.ANSWER
    assert decision.candidates[0].probability > 0.99


def test_the_probability_from_which_something_is_answered_or_offered_belongs_to_it() -> None:
    model, candidates = load_pair_model(), [*OTHERS, candidate("flour", FLOUR, 0.9)]
    confidence = decide(EDITED, candidates).confidence

    def outcome(**cuts: float) -> Outcome:
        return judge(EDITED, candidates, replace(model, **cuts)).decision.outcome

    above = math.nextafter(confidence, 1)
    assert outcome(answer_from=confidence) == Outcome.ANSWER
    assert outcome(answer_from=above) == Outcome.CHOOSE
    assert outcome(answer_from=above, card_from=confidence) == Outcome.CHOOSE
    assert outcome(answer_from=above, card_from=above) == Outcome.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [FLOUR.replace("10分鐘", "15分鐘"), FLOUR.replace("10", "四十"), FLOUR.replace("不會起水泡", "會起水泡")],
)
def test_a_changed_number_or_negation_asks(text: str) -> None:
    decision = decide(text, [*OTHERS, candidate("flour", FLOUR, 0.99)])
    assert (decision.outcome, first(decision)) == (Outcome.DIFFERS, "flour")


@pytest.mark.parametrize("text", ["hi", "真的", "嗎?", "123"])
def test_very_short_texts_never_answer_even_when_identical(text: str) -> None:
    decision = decide(text, [candidate("a", text, 1.0)])
    assert decision.outcome == Outcome.CHOOSE


def test_short_texts_answer_only_when_identical() -> None:
    assert decide("檸檬水治癌", [candidate("a", "檸檬水治癌！", 1.0)]).outcome == Outcome.ANSWER
    decision = decide("檸檬水治癌", [candidate("a", "檸檬水治癌症", 0.99)])
    assert decision.outcome == Outcome.CHOOSE


def test_a_message_that_is_only_a_url_is_answered_by_the_same_page() -> None:
    url = "https://news.example/a/1"
    assert decide(url, [candidate("a", url + "?utm_source=line")]).outcome == Outcome.ANSWER
    bare = "https://news.example/"
    assert decide(bare, [candidate("a", bare)]).outcome != Outcome.ANSWER


def test_an_identical_article_without_a_reply_is_the_same_message() -> None:
    other = candidate("other", EDITED, 0.98)
    decision = decide(FLOUR, [other, candidate("same", FLOUR, 1.0, answerable=False)])
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "same")
    assert decision.candidates[0].probability > 0.99
    assert not decision.candidates[0].answerable


def test_of_two_identical_articles_the_answerable_one_is_first() -> None:
    twins = [candidate("a", FLOUR, 1.0, answerable=False), candidate("b", FLOUR + "！", 1.0)]
    decision = decide(FLOUR, twins)
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "b")


def test_a_copy_without_a_reply_is_the_same_message_too() -> None:
    decision = decide(EDITED, [*OTHERS, candidate("flour", FLOUR, 0.975, answerable=False)])
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "flour")
    assert not decision.candidates[0].answerable


def test_two_different_articles_that_fit_as_well_are_a_choice() -> None:
    both = FLOUR + "\n" + LEMON
    decision = decide(both, [candidate("flour", FLOUR, 0.95), candidate("lemon", LEMON, 0.95)])
    assert decision.outcome == Outcome.CHOOSE
    assert {scored.article_id for scored in decision.candidates} == {"flour", "lemon"}


def test_what_is_changed_is_no_rival_of_what_is_not() -> None:
    more = "昨晚停電大家點蠟燭，菜市場的魚全部漲價，新來的里長很會唱歌，公園裡種了一排櫻花樹"
    changed = candidate("longer", f"{FLOUR.replace('10分鐘', '15分鐘')}。{more}", 0.98)
    known = [candidate("flour", FLOUR, 0.99), replace(changed, reply_id="other", reply_type="NOT_RUMOR")]
    judgement = judge(FLOUR + "，謝謝分享", known)
    best, next_ = (one.probability for one in judgement.ranked)
    assert best - next_ < load_pair_model().answer_margin, "it would be one"
    assert (judgement.decision.outcome, first(judgement.decision)) == (Outcome.ANSWER, "flour")


def test_two_versions_of_one_story_do_not_compete() -> None:
    decision = decide(EDITED, [*OTHERS, candidate("one", FLOUR, 0.9), candidate("two", FLOUR + "喔喔", 0.89)])
    assert decision.outcome == Outcome.ANSWER


def test_at_most_ten_are_offered_best_first() -> None:
    many = [
        candidate(f"a{i}", f"檸檬水好嗎？{STORIES[i]}，{STORIES[i - 1]}，{STORIES[i - 2]}", 0.7)
        for i in range(len(STORIES))
    ]
    decision = decide("有人說檸檬比化療還好嗎，聽說可以殺死癌細胞", many)
    probabilities = [scored.probability for scored in decision.candidates]
    assert decision.outcome == Outcome.CHOOSE
    assert len(probabilities) == MOST_CANDIDATES
    assert probabilities == sorted(probabilities, reverse=True)


STORIES = (
    "貓在山上吃了就好",
    "海邊的老漁夫試過三次",
    "隔壁班導師的女兒出國念書",
    "昨晚停電大家點蠟燭",
    "菜市場的魚全部漲價",
    "新來的里長很會唱歌",
    "公園裡種了一排櫻花樹",
    "火車誤點害人遲到",
    "冰箱壞掉要修很久",
    "小學生撿到錢包送警察局",
    "颱風天釣魚真危險",
    "鄉下阿公騎腳踏車環島",
)
REWORDED = "聽說被熱水燙傷之後，只要趕快埋進低溫的麵粉堆，就不會留下水皰"
FAR = [candidate(f"far{i}", f"{QUAKE}，第{i}次", -0.2 - i / 100) for i in range(6)]


def test_what_is_less_than_worth_a_card_is_behind_a_quiet_way() -> None:
    model = load_pair_model()
    doubted = [candidate(f"a{i}", f"{QUAKE}，{story}", 0.3 - i / 100) for i, story in enumerate(STORIES)]
    decision = judge(REWORDED, doubted, replace(model, card_from=0.99, choose_from=0.0)).decision
    assert (decision.outcome, decision.candidates) == (Outcome.UNKNOWN, ())
    assert len(decision.perhaps) == MOST_PERHAPS
    probabilities = [scored.probability for scored in decision.perhaps]
    assert probabilities == sorted(probabilities, reverse=True)


def test_a_quiet_way_leads_to_as_many_as_it_may_have_once_one_is_worth_it() -> None:
    model = load_pair_model()
    doubted = [candidate(f"a{i}", f"{QUAKE}，{story}", 0.3 - i / 100) for i, story in enumerate(STORIES)]
    first, second, *_ = (scored.probability for scored in judge(REWORDED, doubted).ranked)
    cut = (first + second) / 2
    worth_a_look = judge(REWORDED, doubted, replace(model, card_from=0.99, choose_from=cut, of_few=1.0)).decision
    assert len(worth_a_look.perhaps) == MOST_PERHAPS
    worth_a_card = judge(REWORDED, doubted, replace(model, card_from=cut, choose_from=cut, of_few=1.0)).decision
    assert len(worth_a_card.candidates) == 1
    assert worth_a_card.perhaps == ()


def test_beside_a_probable_rewording_nothing_improbable_is_offered() -> None:
    decision = decide(REWORDED, [*FAR, candidate("flour", FLOUR, 0.7)])
    assert decision.outcome == Outcome.CHOOSE
    assert [scored.article_id for scored in decision.candidates] == ["flour"]
    assert decision.perhaps == ()


def test_beside_a_version_nothing_improbable_is_offered() -> None:
    decision = decide(FLOUR.replace("10分鐘", "15分鐘"), [*FAR, candidate("flour", FLOUR, 0.98)])
    assert decision.outcome == Outcome.DIFFERS
    assert [scored.article_id for scored in decision.candidates] == ["flour"]


def test_one_card_a_claim() -> None:
    sisters = [
        Candidate(key, text, True, Hit(key, cosine=0.7), "r", "RUMOR") for key, text in (("a", FLOUR), ("b", LEMON))
    ]
    decision = decide(
        REWORDED, [*sisters, Candidate("c", FLOUR + "喔喔", True, Hit("c", cosine=0.6), "s", "RUMOR"), *FAR]
    )
    assert [scored.article_id for scored in decision.candidates] == ["a"], "one reply, and one story"


def test_the_order_of_candidates_does_not_matter() -> None:
    candidates = [*OTHERS, candidate("flour", FLOUR, 0.9)]
    assert decide(EDITED, candidates) == decide(EDITED, candidates[::-1])


def test_the_order_has_every_candidate_and_comes_from_the_same_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    compared, compare = [], decisions.pair_features
    monkeypatch.setattr(decisions, "pair_features", lambda *pair: compared.append(pair[1].original) or compare(*pair))
    far = [candidate(f"far{i}", f"{QUAKE}，第{i}次", -0.2) for i in range(MOST_CANDIDATES)]
    candidates = [*far, *OTHERS, candidate("flour", FLOUR, 0.9)]
    judgement = judge(EDITED, candidates)
    assert sorted(compared) == sorted(one.text for one in candidates), "each once"
    assert {scored.article_id for scored in judgement.ranked} == {one.article_id for one in candidates}
    probabilities = [scored.probability for scored in judgement.ranked]
    assert probabilities == sorted(probabilities, reverse=True)
    assert judgement.decision == decide(EDITED, candidates)
    offered = judgement.decision.candidates
    assert offered == judgement.ranked[: len(offered)]
    assert 0 < len(offered) < len(candidates)


def test_few_candidates_are_compared_with_what_is_usual_for_the_model() -> None:
    assert usual_cosine([]) == usual_cosine([0.99]) == pytest.approx(0.25)
    assert usual_cosine([0.4] * 40) == pytest.approx(0.4, abs=0.05)


def test_the_shipped_model_is_whole() -> None:
    model = load_pair_model()
    assert 0 < model.choose_from < model.answer_from < 1
    assert 0 < model.answer_margin < 1
    assert model.rewordings.coefficients["lift"] > 0
    assert model.rewordings.knots[-1][1] < SAME_CLAIM <= model.answer_from, "no rewording is taken for the message"
    assert TextFacts(FLOUR).script == "Han"


DRINK = "Drink hot water with lemon every morning"
LEMON_WATER = "每天早上喝熱檸檬水可以抗癌防癌"
CASH = "政府下個月起全面發放每人六千元現金"


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("Do not drink hot water with lemon every morning", DRINK),
        ("Fake: drink hot water with lemon every morning", DRINK),
        ("不要每天早上喝熱檸檬水可以抗癌防癌", LEMON_WATER),
        (LEMON_WATER + "，這是謠言不要相信", LEMON_WATER),
        ("並非政府下個月起全面發放每人六千元現金", CASH),
        (CASH + "已取消", CASH),
        (CASH + "是假的", CASH),
        (CASH + "，這則訊息是錯的", CASH),
        (CASH + "，已經證實是謠言了大家不要再轉傳", CASH),
        (CASH, CASH + "已取消"),
    ],
)
def test_a_negation_before_or_behind_the_claim_asks(text: str, article: str) -> None:
    decision = decide(text, [*OTHERS, candidate("claim", article, 0.985)])
    assert (decision.outcome, first(decision)) == (Outcome.DIFFERS, "claim")


@pytest.mark.parametrize(
    "chatter",
    [
        "是真的還是假的？",
        "，是真的嗎？還是假的",
        "，是不是詐騙啊",
        "，請問這是假消息嗎",
        "，不知道是真是假",
        "，別忘了分享",
    ],
)
def test_chatter_with_a_negation_beside_the_claim_is_answered(chatter: str) -> None:
    decision = decide(CASH + chatter, [*OTHERS, candidate("claim", CASH, 0.985)])
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "claim")


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("醫師建議大家每天喝1-3杯黑咖啡可以保護肝臟", "醫師建議大家每天喝13杯黑咖啡可以保護肝臟"),
        ("專家預估明年房價 -5%，大家先不要急著買房", "專家預估明年房價 5%，大家先不要急著買房"),
    ],
)
def test_a_lost_range_or_sign_asks(text: str, article: str) -> None:
    assert decide(text, [*OTHERS, candidate("a", article, 0.99)]).outcome == Outcome.DIFFERS


STRANGE = "明天起全國加油站停止供應九五無鉛汽油，只剩九八可以加，而且每公升要漲三塊錢，今天晚上趕快去排隊加滿"


KNOWN = f"{FLOUR}，{BRIDGE}"


@pytest.mark.parametrize("message", [f"{KNOWN}\n{STRANGE}", f"{STRANGE}\n{KNOWN}"])
def test_a_known_claim_with_a_long_unknown_one_asks(message: str) -> None:
    decision = decide(message, [*OTHERS, candidate("known", KNOWN, 0.95)])
    assert (decision.outcome, first(decision)) == (Outcome.DIFFERS, "known")


def test_words_of_ones_own_beside_a_copy_are_answered() -> None:
    message = f"我媽媽今天在群組看到這個很緊張\n{FLOUR}\n我覺得怪怪的想問一下"
    rumour = Candidate("flour", FLOUR, True, Hit("flour", cosine=0.95), "r", "RUMOR")
    decision = decide(message, [*OTHERS, rumour])
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "flour")
    true = replace(rumour, reply_type="NOT_RUMOR")
    assert decide(message, [*OTHERS, true]).outcome == Outcome.DIFFERS, "what stands beside a true notice is named"


def test_a_copied_conversation_answers_nothing_as_a_whole() -> None:
    said = ["群組管理員說明天停水要先存水", "表姐問週末誰要一起去爬山", "阿姨說檸檬泡熱水喝可以殺死癌細胞"]
    text = "\n".join(["2026.03.01 星期日", *(f"21:3{at} 阿姨 {one}" for at, one in enumerate(said))])
    log = candidate("log", text, 0.9)
    assert decide("，".join(said[1:]), [log, *OTHERS]).outcome not in (Outcome.ANSWER, Outcome.DIFFERS)
    assert decide(text, [log, *OTHERS]).outcome == Outcome.ANSWER
    assert decide("，".join(said[1:]), [candidate("one", "，".join(said), 0.9), *OTHERS]).outcome == Outcome.ANSWER
