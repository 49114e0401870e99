"""Pure functions on what people wrote."""

import pytest

from editor_ui.text import anchor, article_id_in, clean, excerpt, guess_language, linked, title_of

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
