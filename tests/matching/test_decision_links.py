"""What a link in a message, or in what is known, makes of the same words."""

import pytest

from factcheck.matching.decide.decision import (
    Candidate,
    Outcome,
    decide,
)
from factcheck.ports import Hit
from tests.matching.deciding import EDITED, FLOUR, OTHERS, candidate, first

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


@pytest.mark.parametrize(
    "text", ["evil-shop.example.tw", "https://evil-shop.example.tw", "evil-shop.example.tw 這是詐騙嗎"]
)
def test_the_name_of_a_site_offers_what_names_it(text: str) -> None:
    named = Candidate(
        "shop", "舅媽在 https://evil-shop.example.tw/sale 買鞋子沒有收到", True, Hit("shop", shared_urls=1)
    )
    decision = decide(text, [*OTHERS, named])
    assert (decision.outcome, first(decision)) == (Outcome.CHOOSE, "shop")
