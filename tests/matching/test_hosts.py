"""Hosts that a text names, and texts that are nothing else."""

import pytest

from factcheck.matching.text.hosts import bare_hosts, hosts


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("https://www.evil-shop.example.tw/sale 快搶", {"evil-shop.example.tw"}),
        ("網站abc-shop.com在賣", {"abc-shop.com"}),
        ("去evil點tw領", {"evil.tw"}),
        ("go to evil dot com", {"evil.com"}),
        ("hxxp://evil.com/x", {"evil.com"}),
        ("evil . com 或 evil。net", {"evil.com", "evil.net"}),
        ("shop evil[.]com.tw", {"evil.com.tw"}),
        ("evil(dot)com", {"evil.com"}),
        ("寫信到 a.b@gmail.com", set()),
        ("I like it. Come in. to me, 3點 to 9點, 我說.好 top . in", set()),
    ],
)
def test_hosts_of_a_text(text: str, named: set[str]) -> None:
    assert hosts(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "evil-shop.tw",
        "https://evil-shop.tw",
        "www.evil-shop.tw/",
        "http://m.evil-shop.tw/?utm_source=line",
        "evil-shop點tw",
        "evil-shop . tw",
        "evil-shop.tw\n請大家轉發",
        "這是詐騙嗎 evil-shop.tw",
        "evil-shop.tw is this a scam?",
    ],
)
def test_a_host_alone(text: str) -> None:
    assert bare_hosts(text) == {"evil-shop.tw"}


@pytest.mark.parametrize("text", ["", "你好", "https://evil-shop.tw/sale", "evil-shop.tw 是詐騙", "a@evil-shop.tw"])
def test_other_texts_are_none(text: str) -> None:
    assert bare_hosts(text) == frozenset()
