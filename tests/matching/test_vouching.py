"""Where the verdict on the article would vouch for the message: what was put in, and what was left out."""

import pytest

from factcheck.matching.compare.changes import Difference, difference
from factcheck.matching.compare.features import TextFacts
from factcheck.matching.decide.decision import Candidate, Outcome, decide
from factcheck.models import ReplyType
from factcheck.ports import Hit

WATER = (
    "自來水公司公告，三月一日和三月五日停水檢修，範圍是東區全部里別，學校照常供餐，請住戶先儲水備用。"
    "醫院洗腎患者不受影響。"
)
LIFT = (
    "Residents of Maple Court: the old lift will be out of service on 12 March from 9 am to 4:30 pm. "
    "Ask the caretaker for help with heavy bags. People with a pass may not use the stairs next to the car park."
)
BEANS = "食藥署提醒，生的四季豆含有天然毒素，吃下肚會噁心、嘔吐，一定要用滾水煮透才可以上桌，沒煮熟的不要給小孩吃。"
TOLL = "The council says the bridge toll drops to two dollars in May, and police were attacked by football fans."
REFUND = "消費者庁からのお知らせです。レシートがなくても対象の商品を窓口に持っていけば手続きできます。"
STORM = "กรมอุตุฯ แจ้งว่า พายุจะเข้าภาคใต้วันเสาร์ เรือเล็กห้ามออกจากฝั่ง และควรเก็บของขึ้นที่สูง"


def between(message: str, article: str, *, is_vouched: bool = True) -> Difference | None:
    return difference(TextFacts(message), TextFacts(article), strict=is_vouched)


def changed(message: str, article: str, *, is_vouched: bool = True) -> Difference:
    found = between(message, article, is_vouched=is_vouched)
    assert found is not None, message
    return found


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (WATER, WATER + "誰不配合就罰三千。"),
        (WATER, WATER + "你知道這次停水會停半年嗎？"),
        (WATER, "為什麼不敢說水裡有毒？" + WATER),
        (LIFT, LIFT + " Did you know two people died in it last year?"),
        (REFUND, REFUND + "誰でも三日で現金がもらえます。"),
        (STORM, STORM + " ใครไม่ย้ายออกจะถูกจับทุกคน"),
    ],
)
def test_a_question_that_states_something_is_a_change(article: str, message: str) -> None:
    assert between(message, article)


@pytest.mark.parametrize("asked", ["這是真的嗎？", "請問是真的還是假的？", "有人知道嗎？", "真的假的"])
def test_a_question_that_only_asks_is_none(asked: str) -> None:
    assert between(WATER + asked, WATER) is None


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (BEANS, replaced(BEANS, "生的四季豆", "四季豆")),
        (BEANS, replaced(BEANS, "，一定要用滾水煮透才可以上桌", "")),
        (BEANS, replaced(BEANS, "，沒煮熟的不要給小孩吃", "")),
        (WATER, replaced(WATER, "醫院洗腎患者不受影響。", "")),
        (WATER, replaced(WATER, "東區全部", "全部")),
        (LIFT, replaced(LIFT, "the old lift", "the lift")),
        (LIFT, LIFT.partition(" People")[0]),
        (STORM, replaced(STORM, "เรือเล็กห้าม", "เรือห้าม")),
    ],
)
def test_what_is_left_out_is_named_after_the_verdict(article: str, message: str) -> None:
    found = changed(message, article)
    assert not found.is_large
    assert found.changes[0].theirs.strip() in article
    assert between(message, article, is_vouched=False) is None, "a rumour stays one without it"


def test_the_clause_is_quoted_that_says_something_of_the_rest() -> None:
    found = changed(LIFT.partition(" Ask")[0], LIFT)
    assert found.changes[0].theirs == "People with a pass may not use the stairs next to the car park"


def test_sentences_left_out_at_an_end_are_harmless_if_they_deny_nothing() -> None:
    told = "The market opens at eight. Bring your own bags. The band plays until noon and the tea is free of charge."
    assert between(told.partition(" The band")[0], told) is None
    assert between(told.partition("eight. ")[2], told) is None


@pytest.mark.parametrize(
    "asked",
    [
        "掃一掃圖片就能領補助。",
        "現金交給上門的專員。",
        "請下APP看。",
        "領補助請告訴我們生日和戶名。",
        "有問題 LINE 找小美 happy888",
        "銀行卡可以借我一下嗎？",
        "Hand the money to the driver.",
        "Buy gift vouchers and read us the numbers.",
        "Please bring your savings book.",
        "QRコードを読み取ってください。",
        "通帳の写真を送って。",
        "ให้เงินสดกับเจ้าหน้าที่",
    ],
)
def test_whatever_is_asked_for_beside_a_true_notice_is_large(asked: str) -> None:
    for message in (WATER + asked, asked + "\n" + WATER, LIFT + " " + asked):
        article = WATER if WATER in message else LIFT
        assert changed(message, article).is_large, message


def test_a_demand_is_quoted_without_what_stands_beside_it() -> None:
    found = changed(WATER + "現金交給上門的專員。", WATER)
    assert (found.changes[0].yours, found.changes[0].theirs) == ("現金交給上門的專員", "")


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (WATER, replaced(WATER, "三月一日和三月五日", "三月一日到三月五日")),
        (WATER, replaced(WATER, "三月一日和三月五日", "3/1~3/5")),
        (TOLL, replaced(TOLL, "drops to two", "drops by two")),
        (TOLL, replaced(TOLL, "drops to two", "drops from two")),
        (TOLL, replaced(TOLL, "police were attacked by football fans", "football fans were attacked by police")),
        (TOLL, replaced(TOLL, "police were attacked by football fans", "police attacked football fans")),
        (LIFT, replaced(LIFT, "4:30 pm", "4.50 pm")),
        (WATER, replaced(WATER, "學校照常供餐", "供餐照常學校")),
    ],
)
def test_other_bounds_and_roles_are_large_whatever_the_verdict(article: str, message: str) -> None:
    for is_vouched in (False, True):
        assert changed(message, article, is_vouched=is_vouched).is_large


@pytest.mark.parametrize(
    ("article", "message"),
    [
        (LIFT, replaced(LIFT, "from 9 am to 4:30 pm", "9am-4.30pm")),
        ("停車場從三月一日起至三月五日止不開放，請改停河濱公園。", "停車場3/1~3/5不開放，請改停河濱公園。"),
        ("西口の橋は午前6時から午後9時まで利用できます。", "西口の橋は6:00〜21:00利用できます。"),
        ("ประปาจะหยุดจ่ายน้ำตั้งแต่ 22.00 น. ถึง 05.00 น. ในเขตเมือง", "ประปาจะหยุดจ่ายน้ำ 22:00-05:00 น. ในเขตเมือง"),
        (WATER, WATER + "\n" + WATER),
        (LIFT, f"{LIFT}\n\n{LIFT}"),
    ],
)
def test_the_same_range_and_the_same_text_twice_are_harmless(article: str, message: str) -> None:
    assert between(message, article) is None


def test_a_part_of_a_message_without_a_reply_is_that_message() -> None:
    part = replaced(WATER, "醫院洗腎患者不受影響。", "")
    outcomes = [
        decide(part, [Candidate("one", WATER, bool(type_), Hit("one", cosine=0.98), type_, type_)]).outcome
        for type_ in ("", ReplyType.NOT_RUMOR, ReplyType.RUMOR)
    ]
    assert outcomes == [Outcome.ANSWER, Outcome.DIFFERS, Outcome.ANSWER]
