"""Whom a message says to call, to write to or to pay, and what happens when the article does not say so."""

import pytest

from factcheck.matching.compare.features import TextFacts
from factcheck.matching.decide.decision import Candidate, Outcome, decide
from factcheck.matching.text.contacts import contacts
from factcheck.matching.text.normalise import normalise
from factcheck.ports import Hit

NOTICE = "市府公告：下週一起舊大橋封閉施工，所有車輛請改走新大橋，預計三個月後重新開放通行"
ADDED = [
    "請匯款1000元到帳號…012-345678901",
    "匯款到822-123456789012 王先生",
    "請加LINE好友 water999",
    "加賴 id:water",
    "加LINE water",
    "賴ID abcd",
    "ＬＩＮＥ　ＩＤ：ａｂｃ９９",
    "加我微信 wxabc",
    "請加@shop123",
    "電 0912-345-678",
    "請電2345-6789",
    "聯絡電話０９１２３４５６７８",
    "電話0912.345.678",
    "請上 waterfraud.shop",
    "請上waterfraud.shop領取",
    "寫信到 a.b@gmail.com",
    "振込先 口座番号 1234567",
    "LINEで @abc12 を友だち追加",
    "LINEのIDは water9 です",
    "お電話は 03-1234-5678",
    "แอดไลน์ @shop9",
    "ไอดีไลน์ : water",
    "โทร 081-234-5678",
    "โอนเงินเข้าบัญชี 123-4-56789-0",
    "call +1 (415) 555-2671",
    "add me on LINE: water9",
    "whatsapp +886 912 345 678",
    "Account number: 1234567890",
    "send coins to 0x52908400098527886E0F7030069857D2E4169EE7",
]
HARMLESS = [
    "2020-03-04 12:30 更新",
    "LINE 2017-09-02 記者報導",
    "有問題請打1922",
    "可撥110或165",
    "共1,000,000元",
    "電費1000000元",
    "一共12000000000元",
    "民國109.03.04",
    "1999 2000 2001 這幾年",
    "every day.in the morning",
    "COVID-19",
    "@All 注意",
    "LINE Pay優惠",
    "the line was long",
    "8:30-17:30",
]


def answer(text: str, article: str, reply_type: str = "NOT_RUMOR") -> Outcome:
    return decide(text, [Candidate("a", article, True, Hit("a", cosine=0.99), "r", reply_type)]).outcome


@pytest.mark.parametrize("added", ADDED)
@pytest.mark.parametrize("form", ["{notice}，{added}", "{added}\n{notice}"])
def test_a_contact_that_the_article_has_not_asks(added: str, form: str) -> None:
    assert answer(form.format(notice=NOTICE, added=added), NOTICE) == Outcome.DIFFERS


def test_the_same_notice_without_a_contact_is_answered() -> None:
    assert answer(NOTICE + "，請注意", NOTICE) == Outcome.ANSWER


@pytest.mark.parametrize("added", ADDED)
def test_a_contact_that_the_article_has_is_answered(added: str) -> None:
    assert answer(f"大家看一下\n{NOTICE}，{added}", f"{NOTICE}，{added}") == Outcome.ANSWER


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_and_words_are_no_contact(text: str) -> None:
    found = contacts(normalise(f"{NOTICE}，{text}，{NOTICE}"))
    assert not found.names
    assert not found.numbers


def test_a_rumour_with_another_account_is_still_answered() -> None:
    scam = NOTICE + "，請匯款到帳號012-345678901"
    other = NOTICE + "，請匯款到帳號012-999988887"
    assert TextFacts(other).elsewhere(TextFacts(scam))
    assert answer(other, scam, "RUMOR") == Outcome.ANSWER
    assert answer(NOTICE + "，請加LINE好友 water999", NOTICE, "RUMOR") == Outcome.DIFFERS, "a demand more"


KNOWN = "電話 (02)2345-6789、0800-024-111 https://www.bank.com.tw/x line id: @bank88 信箱 a@bank.com.tw"


@pytest.mark.parametrize(
    "written",
    [
        "電話02-2345-6789",
        "電話0223456789",
        "電話+886-2-2345-6789",
        "電話0800024111",
        "電話0800 024 111",
        "請電2345-6789",
        "請上bank.com.tw",
        "加line @bank88",
        "加LINE：bank88",
        "寫信到A@BANK.com.tw",
    ],
)
def test_a_known_contact_is_known_however_it_is_written(written: str) -> None:
    assert not TextFacts(written).elsewhere(TextFacts(KNOWN))


@pytest.mark.parametrize(
    "written", ["電話02-2345-6780", "請上bank88.com", "加line @bank8", "寫信到b@bank.com.tw", "https://bank.com.tw/y"]
)
def test_one_that_differs_is_another(written: str) -> None:
    assert TextFacts(written).elsewhere(TextFacts(KNOWN))


def test_a_bare_host_of_the_article_is_the_site_with_its_scheme() -> None:
    assert not TextFacts("看https://waterbill.shop").elsewhere(TextFacts("看waterbill.shop"))
    assert TextFacts("看https://waterbill.shop/pay").elsewhere(TextFacts("看waterbill.shop"))


def test_an_account_in_the_header_of_a_mail_is_not_lost() -> None:
    text = f"Forwarded message\nTo: 匯款到帳號012-345678901\n\n{NOTICE}"
    assert answer(text, NOTICE) == Outcome.DIFFERS


@pytest.mark.parametrize("unit", ["line id ", "加line ", "電 1", "a@b.", "a.com.", "1-", "@a", "id ", "電1("])
def test_hostile_repetitions_end(unit: str) -> None:
    contacts(unit * (20_000 // len(unit)))
