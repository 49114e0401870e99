"""Synonyms out of WordNet and of Sudachi's dictionary: which words are taken, and in which forms."""

from pathlib import Path

import pytest

from indexer.training.sudachi import sudachi_groups
from indexer.training.wordnet import PARTS, wordnet_groups

BUY, CORRUPT = "01", "02"


def wordnet(folder: Path, index: list[str], synsets: list[str]) -> list[tuple[str, ...]]:
    for part in PARTS:
        for name in (f"index.{part}", f"data.{part}", f"{part}.exc"):
            (folder / name).write_text("  1 A licence\n", encoding="utf-8")
        (folder / f"{part}.exc").write_text("bought buy\n" if part == "verb" else "", encoding="utf-8")
    (folder / "index.verb").write_text("\n".join(["  1 A licence", *index, ""]), encoding="utf-8")
    (folder / "data.verb").write_text("\n".join(["  1 A licence", *synsets, ""]), encoding="utf-8")
    return wordnet_groups(folder)


def synset(offset: str, *words: str, file: int = 40) -> str:
    members = " ".join(f"{word} 0" for word in words)
    return f"{offset} {file} v {len(words):02x} {members} 000 00 | a gloss"


def test_a_first_meaning_in_common_is_taken_in_every_form(tmp_path: Path) -> None:
    index = ["buy v 1 1 @ 1 1 01", "purchase v 1 1 @ 1 0 01"]
    assert wordnet(tmp_path, index, [synset(BUY, "buy", "purchase")]) == [
        ("bought", "purchased"),
        ("buy", "purchase"),
        ("buying", "purchasing"),
        ("buys", "purchases"),
    ]


@pytest.mark.parametrize(
    ("index", "synsets"),
    [
        (["buy v 1 0 1 0 01", "purchase v 1 0 1 0 01"], [synset(BUY, "buy", "purchase")]),  # in no text
        (["buy v 2 0 2 2 01 02", "bribe v 2 0 2 2 03 02"], [synset(CORRUPT, "buy", "bribe")]),  # both the second
        (["buy v 3 0 3 3 01 03 02", "bribe v 1 0 1 1 02"], [synset(CORRUPT, "buy", "bribe")]),  # the third
        (["buy v 1 0 1 1 01", "pay_off v 1 0 1 1 01"], [synset(BUY, "buy", "pay_off")]),  # a phrase
        (["score v 1 0 1 1 01", "twenty v 1 0 1 1 01"], [synset(BUY, "score", "twenty", file=23)]),  # a number
    ],
)
def test_other_meanings_are_left_out(tmp_path: Path, index: list[str], synsets: list[str]) -> None:
    assert wordnet(tmp_path, index, synsets) == []


def item(word: str, number: int, kind: str = "代表語", part: str = "体言", control: int = 0) -> dict[str, object]:
    return {
        "midashi": word,
        "vocabularyNumber": number,
        "gokeiSyubetsu": kind,
        "taigenYogen": part,
        "expandControl": control,
        "bunya": [],
    }


def test_a_short_group_is_taken_whole() -> None:
    items = [item("宛先", 1), item("あて先", 1), item("送り先", 2), item("address", 2), item("送る", 3, part="用言")]
    assert sudachi_groups([{"items": items}]) == [("宛先", "あて先", "送り先")]


def test_of_a_long_group_only_ways_to_write_a_word_are_taken() -> None:
    items = [item("経緯", 1), item("いきさつ", 2), item("事情", 3), item("支払い", 4), item("支払", 4)]
    assert sudachi_groups([{"items": items}]) == [("支払い", "支払")]


def test_former_names_and_doubtful_members_are_left_out() -> None:
    items = [item("文部科学省", 1), item("文部省", 1, kind="旧称"), item("文科", 1, control=1)]
    assert sudachi_groups([{"items": items}]) == []
