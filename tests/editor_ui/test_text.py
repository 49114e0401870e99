"""Pure functions on what people wrote."""

import html
import re
from pathlib import Path

import pytest

import editor_ui
from editor_ui.links import linked
from editor_ui.text import anchor, article_id_in, clean, folded, guess_language, title_of
from factcheck.graphemes import excerpt
from factcheck.limits import SHOWN_AT_MOST, SHOWN_AT_ONCE
from factcheck.matching.text.urls import extract_urls, normalise_url

FAMILY = "👨‍👩‍👧‍👦"


def test_excerpt_cuts_between_characters_as_people_see_them():
    assert excerpt(FAMILY * 5, graphemes=3) == FAMILY * 3 + "…"
    assert excerpt("ที่นี่", graphemes=2) == "ที่นี่"[:6] + "…" or excerpt("ที่นี่", graphemes=2).startswith("ที่")
    assert excerpt("short") == "short"
    assert excerpt("") == ""


def test_excerpt_takes_three_filled_lines():
    assert excerpt("one\n\n  two  x \nthree\nfour") == "one\ntwo x\nthree…"
    assert excerpt("one\ntwo\nthree\n\n") == "one\ntwo\nthree"


def test_excerpt_of_a_huge_text_is_small():
    assert len(excerpt("長" * 1_000_000)) == 121


def test_title_is_one_line():
    assert title_of("one\ntwo") == "one two"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("請轉傳這則訊息", "zh-Hant"),
        ("好の訊息請轉傳給大家看", "zh-Hant"),
        ("お湯を飲んでください", "ja"),
        ("コロナウイルス", "ja"),
        ("ดื่มน้ำมะนาว", "th"),
        ("Forward this to all", "en"),
        ("請看 https://example.com/very/long/address 這個網址的內容說明", "zh-Hant"),
        ("12345 !!! 😀", ""),
        ("", ""),
    ],
)
def test_guess_language(text: str, expected: str):
    assert guess_language(text) == expected


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("看https://a.example/b。好", "https://a.example/b", "。好"),
        ("(see https://a.example/b(c))", "https://a.example/b(c)", ")"),
        ("https://a.example/?x=1&y=2.", "https://a.example/?x=1&amp;y=2", "."),
        ("HTTPS://A.example/", "HTTPS://A.example/", ""),
    ],
)
def test_links_end_where_the_address_ends(text: str, address: str, rest: str):
    html = str(linked(text))
    assert f'href="{address}"' in html
    assert html.endswith("</a>" + rest)


@pytest.mark.parametrize("text", ["javascript:alert(1)", "http://", "https://", "data:text/html,x", "//a.example"])
def test_what_is_no_web_address_is_no_link(text: str):
    assert "<a" not in str(linked(text))


def links_in(text: str) -> list[tuple[str, str]]:
    """(what is shown, where it leads) of each link; the page shows the text unchanged."""
    page = str(linked(text))
    assert html.unescape(re.sub("<[^>]*>", "", page)) == text
    return [(html.unescape(shown), html.unescape(to)) for to, shown in re.findall('href="([^"]*)"[^>]*>([^<]*)<', page)]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        # Chinese
        ("https://example.com/path這是謠言", ["https://example.com/path"]),
        ("詳見https://example.com這是謠言", ["https://example.com"]),
        ("看「https://a.example/x」，再看【https://b.example/y】。", ["https://a.example/x", "https://b.example/y"]),
        ("來源（https://a.example/x?id=1）：衛福部", ["https://a.example/x?id=1"]),
        ("https://a.example/x、https://b.example/y；好", ["https://a.example/x", "https://b.example/y"]),
        ("https://a.example/x！快轉傳", ["https://a.example/x"]),
        ("https://zh.example/wiki/台灣", ["https://zh.example/wiki/台灣"]),
        # Japanese
        ("詳しくはhttps://a.example/newsをご覧ください。", ["https://a.example/news"]),
        ("厚労省のページ（https://a.example/x）です", ["https://a.example/x"]),
        ("『https://a.example/x.html』より", ["https://a.example/x.html"]),
        # Thai
        ("อ่านที่https://a.example/xด่วน", ["https://a.example/x"]),
        ("ข่าวจริงhttps://a.example/news/12ๆ", ["https://a.example/news/12"]),
        # English
        ("Read https://a.example/x. Then (https://b.example/y).", ["https://a.example/x", "https://b.example/y"]),
        (
            "Is https://a.example/x?q=1 true? See https://a.example/wiki/Salt_(food)!",
            ["https://a.example/x?q=1", "https://a.example/wiki/Salt_(food)"],
        ),
        ("https://a.example/x...", ["https://a.example/x"]),
        ("https://a.example/x,https://b.example/y", ["https://a.example/x", "https://b.example/y"]),
        ("[here](https://a.example/x) and <https://b.example/y>", ["https://a.example/x", "https://b.example/y"]),
        ("“https://a.example/x” and ‘https://b.example/y’", ["https://a.example/x", "https://b.example/y"]),
        # hosts in other letters
        ("https://例子.台灣看這裡", ["https://例子.台灣"]),
        ("http://ตัวอย่าง.ไทย/x ด่วน", ["http://ตัวอย่าง.ไทย/x"]),
    ],
)
def test_an_address_is_linked_and_the_words_around_it_are_not(text: str, addresses: list[str]):
    assert links_in(text) == [(address, address) for address in addresses]


@pytest.mark.parametrize(
    ("text", "shown", "leads_to"),
    [
        ("去bit.ly/abc看", "bit.ly/abc", "https://bit.ly/abc"),
        ("或www.a.example。", "www.a.example", "https://www.a.example"),
        (
            "請看ｈｔｔｐｓ：／／ａ．ｅｘａｍｐｌｅ／ｘ１，好",
            "ｈｔｔｐｓ：／／ａ．ｅｘａｍｐｌｅ／ｘ１",
            "https://a.example/x1",
        ),
    ],
)
def test_an_address_that_a_browser_would_not_open_as_it_is_written(text: str, shown: str, leads_to: str):
    assert links_in(text) == [(shown, leads_to)]


@pytest.mark.parametrize(
    "text",
    [
        "不要點hxxps://a.example/x喔",
        "http://a.example:99999/ http://[ https://。",
        "網站abc-shop.com在賣 and/or 3.5/10 a@b.example 12:30",
    ],
)
def test_what_nobody_should_open_or_nothing_can_is_no_link(text: str):
    assert links_in(text) == []


def test_page_and_matching_see_the_same_addresses():
    text = "https://a.example/x這 bit.ly/abc、www.b.example。 hxxp://c.example/y http://[ ｈｔｔｐ：／／d.example"
    linked_to = [normalise_url(to) for _, to in links_in(text)]
    assert linked_to == [url for url in extract_urls(text) if "c.example" not in url]
    assert len(linked_to) == 4


def test_quotes_cannot_leave_the_attribute():
    assert 'onclick="' not in str(linked('https://a.example/"onclick="alert(1)'))


def test_clean():
    assert clean("a\r\nb\rc\x00\x1b\td\ud800") == "a\nb\nc\td"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("abc123def", "abc123def"),
        ("AV8eyZ4kyCdS-nWhuh4H", "AV8eyZ4kyCdS-nWhuh4H"),
        ("https://site.example/article/abc123def?lang=en", "abc123def"),
        ("/article/abc123def/", "abc123def"),
        ("https://site.example/reply/abc", None),
        ("/article/sample7%20copy-rumor", "sample7 copy-rumor"),
        ("https://site.example/article/7853%E7%A4%BE%E5%8D%80-rumor", "7853社區-rumor"),
        ("two words", "two words"),
        ("two  words", None),
        ("/article/a%2Fb", None),
        ("汽油漲價", "汽油漲價"),
        ("http://[", None),
        ("", None),
    ],
)
def test_article_id_in(query: str, expected: str | None):
    assert article_id_in(query) == expected


def test_anchors_are_apart_and_hold_no_space():
    assert anchor("AV8eyZ4kyCdS-nWhuh4H") == "AV8eyZ4kyCdS-nWhuh4H"
    found = {anchor(one) for one in ("a b", "ab", "a-b", "a社b", "a 社b", "a_b")}
    assert len(found) == 6
    assert not [one for one in found if " " in one]


@pytest.mark.parametrize(
    ("text", "shown", "host"),
    [
        ("https://trusted.gov.tw@evil.example/x", "https://trusted.gov.tw@evil.example/x", "evil.example"),
        ("https://e\u202evil.example/\u202egpj.exe", "https://evil.example/gpj.exe", "evil.example"),
        ("https://bank.exam\u200bple/x", "https://bank.example/x", "bank.example"),
        ("https://аррӏе.com/", "https://аррӏе.com/", "xn--80ak6aa92e.com"),
        ("https://gооgle.example/", "https://gооgle.example/", "xn--ggle-55da.example"),
        ("https://bank.comノx.example/", "https://bank.comノx.example/", "bank.xn--comx-xq4c.example"),
    ],
)
def test_an_address_that_looks_like_another_is_shown_as_what_it_leads_to(text: str, shown: str, host: str):
    page = str(linked(f"a {text} b"))
    assert "<a" not in page
    assert f'<bdi class="suspect" dir="ltr">{html.escape(shown)}</bdi> <span class="leads-to" dir="auto">' in page
    assert f"(→ {host})" in page


def test_a_long_text_is_folded_and_a_huge_one_is_cut():
    text = "word " * 30_000
    part = folded(text)
    assert (len(part.start), len(part.start + part.rest), part.left_out) == (SHOWN_AT_ONCE, SHOWN_AT_MOST, 100_000)
    assert text.startswith(part.start + part.rest)
    assert folded("x\n" * 100).start == "x\n" * 60
    assert folded("short").rest == ""


@pytest.mark.parametrize("before", [*range(1_900, 2_001, 7)])
def test_folding_never_shortens_an_address(before: int):
    text = "字" * before + "https://trusted.example.evil.example/x" + "字" * 3_000
    part = folded(text)
    assert part.start + part.rest == text
    assert [to for piece in (part.start, part.rest) for _, to in links_in(piece)] == [
        "https://trusted.example.evil.example/x"
    ]


def test_a_title_is_not_turned_round():
    assert title_of("\u202etxet desrever\u2066 of a kind") == "txet desrever of a kind"
    assert title_of("שלום 12") == "\u2068שלום 12\u2069"


def test_every_length_of_an_excerpt_has_a_name() -> None:
    sources = [path for path in Path(editor_ui.__path__[0]).rglob("*") if path.suffix in (".html", ".py")]
    given = re.findall(r"excerpt\([^)]*?\d+\)|graphemes=\d+", "".join(path.read_text("utf-8") for path in sources))
    assert len(sources) > 100
    assert not given, "name it in editor_ui/sizes.py"
