"""How much writing there is in a text."""

import pytest

from factcheck.matching.text.length import words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("生病", 1), ("高血壓", 1.5), ("うそ", 1), ("sick people", 20 / 9), ("ไข้", 0.75), ("2026", 8 / 9)],
)
def test_letters_make_words(text: str, words: float) -> None:
    assert words_in(text) == pytest.approx(words)
