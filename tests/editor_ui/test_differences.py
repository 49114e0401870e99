import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor_ui.differences import differences


def marked(old: str, new: str) -> str:
    return "".join(p.new if p.is_same else f"[{p.old}|{p.new}]" for p in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("The cat sat.", "The dog sat.", "The [cat|dog] sat."),
        ("大蒜可以治感冒", "大蒜不能治好感冒", "大蒜[可以治|不能治好]感冒"),
        ("same", "same", "same"),
        ("", "new", "[|new]"),
        ("ดื่มน้ำมะนาว ทุกเช้า", "ดื่มน้ำมะนาว ทุกเย็น", "ดื่มน้ำมะนาว [ทุกเช้า|ทุกเย็น]"),
    ],
)
def test_words_that_differ_are_set_apart(old: str, new: str, shown: str) -> None:
    assert marked(old, new) == shown


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_texts_are_whole(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert ("".join(p.old for p in pieces), "".join(p.new for p in pieces)) == (old, new)
