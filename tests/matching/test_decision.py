import math
from dataclasses import replace

import pytest

from factcheck.matching.compare.features import TextFacts, usual_cosine
from factcheck.matching.decide import decision as decisions
from factcheck.matching.decide.decision import (
    Candidate,
    Decision,
    Outcome,
    Standing,
    decide,
    judge,
)
from factcheck.matching.decide.pair_model import load_pair_model
from factcheck.matching.decide.thresholds import MOST_CANDIDATES, MOST_PERHAPS, SAME_CLAIM
from factcheck.ports import Hit

FLOUR = "燙到手的時候把手放進冷麵粉裡面10分鐘，皮膚就不會起水泡，這是退休老醫師說的"
EDITED = "各位，燙到手的時候，把手放進冷麵粉裡面10分鐘，皮膚就不會起水泡喔，這是退休的老醫生說的"
LEMON = "檸檬切片泡熱水喝可以殺死癌細胞，比化療強一萬倍"
QUAKE = "氣象局說今天晚上有大地震，請大家不要睡覺"


def candidate(article_id: str, text: str, cosine: float | None = None, answerable: bool = True) -> Candidate:
    return Candidate(article_id, text, answerable, Hit(article_id, cosine=cosine))


OTHERS = [candidate("lemon", LEMON, 0.28), candidate("quake", QUAKE, 0.22)]


def first(decision: Decision) -> str:
    return decision.candidates[0].article_id


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
    assert model.rewordings.knots[-1][1] < SAME_CLAIM < model.answer_from, "no rewording is taken for the message"
    assert TextFacts(FLOUR).script == "Han"


BRIDGE = "市府公告：下週一起舊大橋封閉施工，所有車輛請改走新大橋，預計三個月後重新開放通行，請大家轉告親友"
BRIDGE_COPY = BRIDGE.replace("請大家轉告親友", "請大家轉告家人和親友")


def bridges(first_reply: tuple[str, str], second_reply: tuple[str, str]) -> Decision:
    return decide(
        BRIDGE.replace("請大家轉告親友", "請轉告親友們"),
        [
            Candidate("one", BRIDGE, True, Hit("one", cosine=0.98), *first_reply),
            Candidate("two", BRIDGE_COPY, bool(second_reply[0]), Hit("two", cosine=0.98), *second_reply),
            *OTHERS,
        ],
    )


@pytest.mark.parametrize("second_reply", [("r1", "RUMOR"), ("r2", "RUMOR"), ("", "")])
def test_copies_of_one_story_do_not_compete(second_reply: tuple[str, str]) -> None:
    assert bridges(("r1", "RUMOR"), second_reply).outcome == Outcome.ANSWER


def test_copies_that_were_judged_differently_are_offered() -> None:
    assert bridges(("r1", "RUMOR"), ("r2", "NOT_RUMOR")).outcome == Outcome.CHOOSE


NOTICE = "銀行通知：您的帳戶異常，請點此連結驗證您的身分，逾期將停用"
BANK = " https://bank.example/verify"


@pytest.mark.parametrize("article", [NOTICE, NOTICE + BANK, NOTICE + " https://bank.example/"])
@pytest.mark.parametrize(
    "link",
    [
        pytest.param(" https://phish.example/x", id="another page"),
        pytest.param(" https://phish.example", id="another host"),
        pytest.param(BANK + " https://phish.example/x", id="a page more"),
        pytest.param(" https://short.example/bank", id="perhaps the same page, shortened"),
    ],
)
def test_the_same_words_with_a_link_that_the_article_has_not_ask(article: str, link: str) -> None:
    decision = decide(NOTICE + link, [*OTHERS, candidate("notice", article, 1.0)])
    assert (decision.outcome, first(decision)) == (Outcome.DIFFERS, "notice")


@pytest.mark.parametrize(
    ("link", "known"),
    [
        ("https://video.example/watch?v=2", "https://video.example/watch?v=1"),
        ("https://blog.example/?p=2", "https://blog.example"),
        ("https://short.example/Ab", "https://short.example/ab"),
    ],
)
def test_another_page_of_the_same_site_asks(link: str, known: str) -> None:
    decision = decide(NOTICE + " " + link, [candidate("notice", NOTICE + " " + known, 1.0)])
    assert decision.outcome == Outcome.DIFFERS


def test_small_edits_with_another_link_ask() -> None:
    decision = decide(EDITED + " https://b.example/2", [*OTHERS, candidate("flour", FLOUR, 0.9)])
    assert (decision.outcome, first(decision)) == (Outcome.DIFFERS, "flour")


@pytest.mark.parametrize(
    "link",
    [
        "",
        BANK,
        BANK + "?utm_source=line&fbclid=1",
        BANK.upper().replace("VERIFY", "verify"),
        " http://www.bank.example/verify",
        BANK + "?m=1",
    ],
)
def test_the_same_words_with_the_same_page_or_no_link_are_answered(link: str) -> None:
    decision = decide(NOTICE + link, [*OTHERS, candidate("notice", NOTICE + BANK, 1.0)])
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "notice")


def test_of_two_articles_with_the_same_words_the_one_with_the_same_link_answers() -> None:
    phish = NOTICE + " https://phish.example/x"
    decision = decide(phish, [candidate("a", NOTICE + BANK, 1.0), candidate("b", phish, 1.0)])
    assert (decision.outcome, first(decision)) == (Outcome.ANSWER, "b")


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


SCAM = "【包裹通知】您的包裹因地址不完整無法配送，請於24小時內點擊連結補填資料並支付運費，逾期將退回寄件人 "


@pytest.mark.parametrize(
    ("reply_type", "outcome"), [("RUMOR", Outcome.ANSWER), ("NOT_RUMOR", Outcome.DIFFERS), ("", Outcome.DIFFERS)]
)
def test_a_scam_with_another_link_is_answered_a_true_notice_is_not(reply_type: str, outcome: Outcome) -> None:
    article = Candidate("parcel", SCAM + "https://a.example/1", True, Hit("parcel", cosine=0.99), "r", reply_type)
    assert decide(SCAM + "https://b.example/2", [article, *OTHERS]).outcome == outcome


def test_a_few_words_about_another_video_are_not_answered() -> None:
    article = Candidate("v", "這個影片非常重要一定要看 https://v.example/1", True, Hit("v", cosine=0.99), "r", "RUMOR")
    assert decide("這個影片非常重要一定要看 https://v.example/2", [article]).outcome == Outcome.DIFFERS


def twins(one: tuple[str, str], two: tuple[str, str], text: str) -> Decision:
    found = (("a", one), ("b", two))
    return decide(text, [Candidate(key, FLOUR, True, Hit(key, cosine=0.95), *reply) for key, reply in found] + OTHERS)


@pytest.mark.parametrize("text", [FLOUR, EDITED])
def test_identical_articles_that_were_judged_differently_are_offered(text: str) -> None:
    decision = twins(("r1", "RUMOR"), ("r2", "NOT_RUMOR"), text)
    assert decision.outcome == Outcome.CHOOSE
    assert {one.article_id for one in decision.candidates[:2]} == {"a", "b"}
    assert decision.confidence == 0


@pytest.mark.parametrize("text", [FLOUR, EDITED])
@pytest.mark.parametrize("second", [("r2", "RUMOR"), ("r1", "RUMOR")])
def test_identical_articles_with_one_verdict_are_answered(text: str, second: tuple[str, str]) -> None:
    assert twins(("r1", "RUMOR"), second, text).outcome == Outcome.ANSWER


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


@pytest.mark.parametrize(
    "text", ["evil-shop.example.tw", "https://evil-shop.example.tw", "evil-shop.example.tw 這是詐騙嗎"]
)
def test_the_name_of_a_site_offers_what_names_it(text: str) -> None:
    named = Candidate(
        "shop", "舅媽在 https://evil-shop.example.tw/sale 買鞋子沒有收到", True, Hit("shop", shared_urls=1)
    )
    decision = decide(text, [*OTHERS, named])
    assert (decision.outcome, first(decision)) == (Outcome.CHOOSE, "shop")


def test_a_copied_conversation_answers_nothing_as_a_whole() -> None:
    said = ["群組管理員說明天停水要先存水", "表姐問週末誰要一起去爬山", "阿姨說檸檬泡熱水喝可以殺死癌細胞"]
    text = "\n".join(["2026.03.01 星期日", *(f"21:3{at} 阿姨 {one}" for at, one in enumerate(said))])
    log = candidate("log", text, 0.9)
    assert decide("，".join(said[1:]), [log, *OTHERS]).outcome not in (Outcome.ANSWER, Outcome.DIFFERS)
    assert decide(text, [log, *OTHERS]).outcome == Outcome.ANSWER
    assert decide("，".join(said[1:]), [candidate("one", "，".join(said), 0.9), *OTHERS]).outcome == Outcome.ANSWER


VIRAL = "捷運{place}站明天起停駛三天，請大家改搭公車，轉告住在附近的親友，這是站長親口說的"


def viral(others: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Decision, int]:
    """The original among many that name another station and have verdicts of their own, and how many were aligned."""
    aligned, align = [], decisions.difference
    monkeypatch.setattr(decisions, "difference", lambda *pair, **how: aligned.append(pair) or align(*pair, **how))
    stations = [f"新埔{n}號" for n in range(25)]
    copies = [
        Candidate(
            f"c{n}", VIRAL.format(place=place) + "，請務必小心" * 3, True, Hit(f"c{n}", cosine=0.9), f"r{n}", others
        )
        for n, place in enumerate(stations)
    ]
    original = Candidate("one", VIRAL.format(place="板橋"), True, Hit("one", cosine=0.98), "r", "RUMOR")
    found = decide(VIRAL.format(place="板橋").replace("請大家改搭公車", "請大家改搭公車喔"), [*copies, original])
    return found, len(aligned)


def test_of_many_near_copies_the_likest_are_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    decision, aligned = viral("RUMOR", monkeypatch)
    assert aligned == decisions.MOST_JUDGED
    assert first(decision) == "one"
    assert decision.outcome == Outcome.CHOOSE
    assert {scored.standing for scored in decision.candidates[1:]} <= {Standing.PROBABLY, Standing.PERHAPS}


def test_nothing_is_vouched_for_beside_a_near_copy_that_was_judged_otherwise_and_not_aligned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decision, _ = viral("NOT_RUMOR", monkeypatch)
    assert decision.outcome == Outcome.CHOOSE
    assert first(decision) == "one"
