import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.matching.text.urls import extract_urls, normalise_url, place_of, remove_urls


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("看「https://a.example/x」。", ["https://a.example/x"]),
        ("（http://a.example/x）後面", ["http://a.example/x"]),
        ("(see http://a.example/x_(y))", ["http://a.example/x_(y)"]),
        ("http://a.example/x。這是真的嗎", ["http://a.example/x"]),
        ("網址https://a.example/x這個", ["https://a.example/x"]),
        ("https://a.example/x,https://b.example/y.", ["https://a.example/x", "https://b.example/y"]),
        ("https://zh.example/wiki/台灣 好", ["https://zh.example/wiki/台灣"]),
        ("去bit.ly/abc看，或www.a.example", ["https://bit.ly/abc", "https://www.a.example"]),
        ("\nhttps://a.example/x\nhttps://a.example/x#y", ["https://a.example/x"]),
        ("“https://a.example/x” 'https://b.example/y'", ["https://a.example/x", "https://b.example/y"]),
        ("【https://a.example/x】：「https://b.example/y」", ["https://a.example/x", "https://b.example/y"]),
        ("網址：https://a.example/x：快看", ["https://a.example/x"]),
        ("https://a.example/x、https://b.example/y", ["https://a.example/x", "https://b.example/y"]),
        ("อ่านที่https://a.example/xด่วน", ["https://a.example/x"]),
        ("[這裡](https://a.example/x)和<https://b.example/y>", ["https://a.example/x", "https://b.example/y"]),
        ("**https://a.example/x**", ["https://a.example/x"]),
        ("不要點hxxps://a.example/x喔", ["https://a.example/x"]),
        ("https://例子.台灣/x看", ["https://xn--fsqu00a.xn--kpry57d/x"]),
        ("https://例子.台灣看這裡", ["https://xn--fsqu00a.xn--kpry57d"]),
        ("https://例子.example/路", ["https://xn--fsqu00a.example/路"]),
        ("https://a.example/wiki/%E5%8F%B0%E7%81%A3 https://a.example/wiki/台灣", ["https://a.example/wiki/台灣"]),
        ("看https://a.example/x(官網)吧", ["https://a.example/x"]),
        ("https://a.example/路(官網)", ["https://a.example/路"]),
        ("https://a.example/wiki/台北_(城市)，好", ["https://a.example/wiki/台北_(城市)"]),
        ("https://a.example/wiki/%E5%8F%B0_%28%E5%9F%8E%29", ["https://a.example/wiki/台_(城)"]),
        ("(https://a.example/x)and (https://b.example/y).", ["https://a.example/x", "https://b.example/y"]),
        ("https://a.example/x(https://b.example/y)", ["https://a.example/x", "https://b.example/y"]),
        ("https://a.example/a(b)c(d", ["https://a.example/a(b)c"]),
        ("https：//a.example/Ab：快看", ["https://a.example/Ab"]),
        ("http：／／a.example/x", ["http://a.example/x"]),
        ("看ｈｔｔｐｓ：／／ａ．ｅｘａｍｐｌｅ／ｘ１，好", ["https://a.example/x1"]),
        ("請上ｗｗｗ．ａ．ｅｘａｍｐｌｅ看", ["https://www.a.example"]),
        ("𝗵𝘁𝘁𝗽𝘀://a.example/x", ["https://a.example/x"]),
        ("https://a.example/x１０分鐘", ["https://a.example/x"]),
        ("網站abc-shop.com在賣", []),
        ("沒有網址 and/or e.g./x 3.5/10 a@b.example 12:30", []),
        ("http:// https://。 http://[ http://a.example:99999/", []),
    ],
)
def test_urls_end_where_the_sentence_goes_on(text: str, urls: list[str]) -> None:
    assert list(extract_urls(text)) == urls


@pytest.mark.parametrize(
    ("url", "normalised"),
    [
        ("HTTPS://News.Example:443/A/b/?id=2&utm_source=line&UTM_medium=x#top", "https://news.example/A/b?id=2"),
        ("http://a.example:80/", "http://a.example"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("https://a.example/?fbclid=1&gclid=2&igshid=3", "https://a.example"),
        ("https://a.example/p?b=2&a=1&", "https://a.example/p?b=2&a=1"),
        ("https://user:secret@a.example/x", "https://a.example/x"),
        ("https://youtu.be/abc?si=XYZ&t=10", "https://www.youtube.com/watch?v=abc"),
        ("https://m.youtube.com/watch?v=abc&feature=share", "https://www.youtube.com/watch?v=abc"),
        ("https://www.youtube.com/shorts/abc?si=x", "https://www.youtube.com/watch?v=abc"),
        ("https://www.youtube.com/attribution_link?a=x&amp;u=/watch%3Fv%3Dabc", "https://www.youtube.com/watch?v=abc"),
        ("https://www.youtube.com/watch?app=desktop&amp;v=abc", "https://www.youtube.com/watch?v=abc"),
        ("https://https://youtu.be/abc", "https://www.youtube.com/watch?v=abc"),
        ("https://www.youtube.com/live/abc?feature=share", "https://www.youtube.com/watch?v=abc"),
        ("https://you\u200btube.com/embed/abc", "https://www.youtube.com/watch?v=abc"),
        ("https://instagram.com/reels/Cx_1/?igsi=ab", "https://www.instagram.com/p/Cx_1"),
        ("https://www.instagram.com/some.one/reel/Cx_1/", "https://www.instagram.com/p/Cx_1"),
        ("https://www.instagram.com/some.one/", "https://www.instagram.com/some.one"),
        ("https://www.threads.net/@some.one/post/Da1?xmt=A", "https://www.threads.com/t/Da1"),
        ("https://www.facebook.com/reel/123?mibextid=a", "https://www.facebook.com/watch?v=123"),
        ("https://fb.com/page/posts/9", "https://www.facebook.com/page/posts/9"),
        ("https://www.youtube.com/@channel", "https://www.youtube.com/@channel"),
        ("https://m.facebook.com/story.php?story_fbid=1&id=2&sfnsn=mo", "https://www.facebook.com/2/posts/1"),
        ("https://www.facebook.com/permalink.php?id=2&story_fbid=1", "https://www.facebook.com/2/posts/1"),
        ("https://m.facebook.com/groups/1?view=permalink&id=9", "https://www.facebook.com/groups/1/posts/9"),
        ("https://www.facebook.com/page/videos/a.b/77/?t=1", "https://www.facebook.com/watch?v=77"),
        ("https://www.facebook.com/watch/?v=77&ref=sharing", "https://www.facebook.com/watch?v=77"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx%3Ffbclid%3D1&h=Z", "https://a.example/x"),
        ("https://www.google.com/url?q=https://a.example/x&sa=D", "https://a.example/x"),
        ("https://www.google.com.tw/amp/s/a.example/news/amp/1", "https://a.example/news/amp/1"),
        ("https://a-example.cdn.ampproject.org/c/s/a.example/1", "https://a.example/1"),
        ("https://mobile.twitter.com/a/status/1?s=20", "https://x.com/a/status/1"),
        ("http://line.me/ti/p/%40abc", "https://line.me/R/ti/p/@abc"),
        ("https://line.me/R/ti/p/@abc?from=page", "https://line.me/R/ti/p/@abc"),
        ("https://today.line.me/tw/v2/article/1q8QO2", "https://today.line.me/tw/article/1q8QO2"),
        ("https://lin.ee/Ab1?openExternalBrowser=1", "https://lin.ee/Ab1"),
        ("https://liff.line.me/123-ab?x=1", "https://liff.line.me/123-ab?x=1"),
        ("https://short.example/Ab1", "https://short.example/Ab1"),
        ("https://a.example/%2f%41?q=%e6%b0%b4", "https://a.example/%2FA?q=水"),
        ("https://a.example/x?si=keep", "https://a.example/x?si=keep"),
    ],
)
def test_one_form_of_a_url(url: str, normalised: str) -> None:
    assert normalise_url(url) == normalised
    assert normalise_url(normalised) == normalised


def test_removing_urls_keeps_the_words_around_them_apart() -> None:
    assert remove_urls("前https://a.example/x。後 bit.ly/y!").split() == ["前", "。後", "!"]
    assert remove_urls("前https：//a.example/x(官網)").split() == ["前", "(官網)"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/x", "https://www.a.example/x"),
        ("https://m.a.example/x", "https://a.example/x"),
        ("https://a.example/amp/x", "https://a.example/x"),
        ("https://a.example/x/amp", "https://a.example/x?amp=1"),
        ("https://zh.m.wikipedia.org/wiki/台灣", "https://zh.wikipedia.org/wiki/%E5%8F%B0%E7%81%A3"),
    ],
)
def test_the_same_place_for_phones_and_computers(one: str, other: str) -> None:
    assert place_of(normalise_url(one)) == place_of(normalise_url(other))


@given(st.text(alphabet="https://a.b中台灣%41E5?&=#:@[]()youtu.befacebook.com/l.php?u=", max_size=80))
def test_any_text_gives_urls_in_their_one_form(text: str) -> None:
    for url in extract_urls("https://" + text):
        assert normalise_url(url) == url
        place_of(url)


ONWARD = [
    "url=//evil.example.com",
    "next=https%3A%2F%2Fevil.com",
    "to=evil.com/x",
    "redirect=%5C%5Cevil.com",
    "q=//a@evil.com",
]
WITHIN = [
    "page=2",
    "u=/local",
    "next=https://www.a.example/x",
    "to=m.a.example",
    "q=evil.com",
    "utm_source=https://evil.com",
]


@pytest.mark.parametrize("parameter", ONWARD)
def test_a_parameter_that_leads_elsewhere_is_another_page(parameter: str) -> None:
    page = place_of(normalise_url("https://www.a.example/book"))
    assert place_of(normalise_url(f"https://www.a.example/book?{parameter}"))[0] != page[0]


@pytest.mark.parametrize("parameter", WITHIN)
def test_other_parameters_do_not_lead_elsewhere(parameter: str) -> None:
    page = place_of(normalise_url("https://www.a.example/book"))
    assert place_of(normalise_url(f"https://www.a.example/book?{parameter}"))[0] == page[0]


def test_what_is_not_seen_within_a_link_goes_but_words_behind_it_stay_apart() -> None:
    assert extract_urls("看https://a.exa\u200bmple/x\u2060y 吧") == ("https://a.example/xy",)
    assert extract_urls("https://a.example/x\u200bข้อความ") == ("https://a.example/x",)
