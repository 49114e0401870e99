from collections import Counter

import pytest

from factcheck.matching.compare.marks import bag_marks, dice, may_reach, set_marks, shared


@pytest.mark.parametrize(
    ("one", "other"),
    [("", ""), ("", "ab"), ("aab", "abb"), ("aaaa", "aa"), ("abcde", "edcba"), ("xyz" * 40, "zzy"), ("\ud83d", "a")],
)
def test_marks_count_what_bags_and_sets_share(one: str, other: str) -> None:
    bags = bag_marks(one), bag_marks(other)
    both = (Counter(one) & Counter(other)).total()
    assert shared(*bags) == both
    assert dice(*bags) == (2 * both / (len(one) + len(other)) if one or other else 0)
    assert shared(set_marks(one), set_marks(other)) == len(set(one) & set(other))
    assert shared(set_marks(one), bag_marks(other)) == len(set(one) & set(other))


def test_only_sizes_that_cannot_reach_a_coefficient_are_refused() -> None:
    small, large = bag_marks("ab"), bag_marks("abcd")
    assert dice(small, large) == pytest.approx(2 / 3)
    assert may_reach(small, large, 0.66)
    assert not may_reach(small, large, 0.67)
