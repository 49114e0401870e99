"""Folding letter by letter, with what most texts are made of taken in runs."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from factcheck.graphemes import clusters
from factcheck.matching.text import folding
from factcheck.matching.text.folding import fold
from factcheck.matching.text.normalise import fold_letter, seen

PLAIN = st.sampled_from("a1 Ａ，喝臺后\n.かカﬁ…")
JOINED = st.sampled_from(
    [
        "e\u0301",
        "ก็",
        "1\ufe0f\u20e3",
        "👨\u200d👩\u200d👧",
        "🇹🇼",
        "か\u3099",
        "\r\n",
        "각",
        "각",
        "〰\ufe0f",
        "\u200d",
        "\u0301",
        "喝\u302a",
    ]
)


@given(st.lists(PLAIN | JOINED, max_size=40).map("".join), st.integers(1, 50))
def test_each_letter_stands_where_its_cluster_begins(original: str, most: int) -> None:
    """Wants what one cluster after the other gives."""
    letters, places, at = "", [], 0
    for cluster in clusters(seen(original)):
        if len(letters) > most:
            break
        letters += fold_letter(cluster)
        places += [at] * len(fold_letter(cluster))
        at += len(cluster)
    with patch.object(folding, "MOST_LETTERS", most):
        found = fold(original)
    assert (found.text, found.places) == (letters, (*places, at))
