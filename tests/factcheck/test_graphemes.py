"""Cutting by what a reader sees as one character."""

import pytest

from factcheck.graphemes import clusters, count, first

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("一二a", ["一", "二", "a"]),
        (FAMILY + "👍🏽❤️1️⃣", [FAMILY, "👍🏽", "❤️", "1️⃣"]),
        ("🇹🇼🇯🇵🇹", ["🇹🇼", "🇯🇵", "🇹"]),
        ("e\u0301\r\nn", ["e\u0301", "\r\n", "n"]),
        ("ที่นี่น้ำ", ["ที่", "นี่", "น้ำ"]),
        ("เแก", ["เ", "แ", "ก"]),
        ("हिन्दी", ["हि", "न्दी"]),
        ("각가", ["각", "가"]),
    ],
)
def test_clusters(text: str, expected: list[str]) -> None:
    assert list(clusters(text)) == expected
    assert count(text) == len(expected)
    for number in range(len(expected) + 2):
        assert first(text, number) == "".join(expected[:number])
