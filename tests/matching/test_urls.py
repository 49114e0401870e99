import pytest

from factcheck.matching.urls import extract_urls, normalise_url, remove_urls


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
        ("https://youtu.be/abc?si=XYZ&t=10", "https://youtu.be/abc?t=10"),
        ("https://m.youtube.com/watch?v=abc&feature=share", "https://m.youtube.com/watch?v=abc"),
        ("https://a.example/x?si=keep", "https://a.example/x?si=keep"),
    ],
)
def test_one_form_of_a_url(url: str, normalised: str) -> None:
    assert normalise_url(url) == normalised
    assert normalise_url(normalised) == normalised


def test_removing_urls_keeps_the_words_around_them_apart() -> None:
    assert remove_urls("前https://a.example/x。後 bit.ly/y!").split() == ["前", "。後", "!"]
