"""What is kept of an article is what is derived of it, in memory and as bytes."""

from pathlib import Path

import numpy as np
import pytest

from factcheck.matching.compare import kept
from factcheck.matching.compare.kept import code_mark, derived, facts_of, is_kept, packed, text_mark, unpacked
from tests.trial import rows

TEXTS = [
    "",
    " ",
    "🙏",
    "half a character \ud83d and a NUL \x00 within",
    "加 LINE: abc_123 或打 02-2345-6789，官網 https://www.example.com/a?b=1&c=2，不要轉帳 30萬",
    "喝 500 毫升鹽水" * 900,
    "王小明 12:01 你好\n陳大華 12:02 真的嗎\n王小明 12:03 當然\n陳大華 12:04 謝謝",
    "ดื่มน้ำมะนาวทุกเช้า 2 แก้ว ไม่ต้องกินยา",
    "レモン水を毎朝飲むと血圧が下がる？ @user_name",
]


def fixture_texts() -> list[str]:
    return [row["text"] for row in rows("articles")]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_bytes_say_what_was_derived(text: str) -> None:
    _same(text)


def test_bytes_say_what_was_derived_of_every_fixture() -> None:
    for text in fixture_texts():
        _same(text)


def _same(text: str) -> None:
    of_text, again = derived(text), unpacked(packed(derived(text)))
    assert again.keys() == of_text.keys()
    for name, value in of_text.items():
        assert type(again[name]) is type(value), name
        if isinstance(value, np.ndarray):
            assert again[name].dtype == value.dtype
            assert again[name].tolist() == value.tolist()
        else:
            assert again[name] == value, name


def test_the_memory_forgets_what_was_asked_for_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    kept._recent.clear()
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    for text in ("first", "second", "first", "third"):
        facts_of(text)
    assert [text for text in ("first", "second", "third") if is_kept(text)] == ["first", "third"]


def test_texts_have_marks_of_their_own() -> None:
    assert len({text_mark(text) for text in [*TEXTS, *fixture_texts()]}) == len({*TEXTS, *fixture_texts()})


def test_the_mark_of_the_code_is_of_what_derives(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_mark() == code_mark.__wrapped__()
    read = Path.read_bytes
    changed = {"numerals.py", "chatter.py", "marks.py", "zh.py", "languages.py"}
    for name in changed:
        monkeypatch.setattr(
            Path, "read_bytes", lambda path, name=name: read(path) + (b"#" if path.name == name else b"")
        )
        assert code_mark.__wrapped__() != code_mark(), name
    monkeypatch.setattr(Path, "read_bytes", read)
    monkeypatch.setattr(kept, "version", lambda package: "0" if package == "regex" else "1")
    assert code_mark.__wrapped__() != code_mark()
