"""Chat and pages use the same words, those of the glossary in docs/translations.md."""

import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from factcheck.languages import BY_TAG, FALLBACK, TAGS
from factcheck.services.pseudonyms import name_in, pseudonym, words
from tests.rules.imports import ROOT

TRANSLATED = tuple(tag for tag in TAGS if tag != FALLBACK.tag)
ROW = re.compile(r"^\| (.+?) \|$", re.MULTILINE)
NOT_SAID = {
    "zh-Hant": re.compile("你|妳"),
    "ja": re.compile("お前|きみ|だよ|だね"),
    "th": re.compile("ครับ|ค่ะ|คะ(?![\u0e00-\u0e7f])"),
}
"""People are 您, あなた and คุณ; Thai does not say who speaks, man or woman."""


def texts(package: str, tag: str) -> dict[str, str]:
    path = Path(ROOT) / package / "translations" / BY_TAG[tag].locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        found = [message for message in read_po(file) if message.id]
    return {_first(message.id): _first(message.string) for message in found}


def _first(value: object) -> str:
    return value if isinstance(value, str) else value[0]  # type: ignore[index] # plurals


def folded(text: str) -> str:
    """Without signs, so that “👍 Helpful” and “References:” are the words that they are."""
    return "".join(letter for letter in text.casefold() if unicodedata.category(letter)[0] in "LMN")


def glossary() -> list[dict[str, str]]:
    page = (Path(ROOT) / "docs" / "translations.md").read_text(encoding="utf-8")
    rows = [row.split(" | ") for row in ROW.findall(page.partition("## Words that are held")[2])]
    found = [dict(zip(("en", *rows[0][1:]), row, strict=True)) for row in rows[2:]]
    assert len(found) > 10
    return found


@pytest.mark.parametrize("tag", TRANSLATED)
def test_the_glossary_is_what_people_read(tag: str) -> None:
    chat, pages = ({folded(key): text for key, text in texts(p, tag).items()} for p in ("bot", "editor_ui"))
    for term in glossary():
        said = [catalogue[folded(term["en"])] for catalogue in (chat, pages) if folded(term["en"]) in catalogue]
        assert said, f"nothing says {term['en']!r}"
        assert {folded(text) for text in said} == {folded(term[tag])}, term["en"]


@pytest.mark.parametrize("tag", TRANSLATED)
def test_chat_and_pages_say_the_same_in_the_same_words(tag: str) -> None:
    chat: dict[str, set[str]] = {}
    for key, text in texts("bot", tag).items():
        chat.setdefault(folded(key), set()).add(folded(text))
    pages = {folded(key): folded(text) for key, text in texts("editor_ui", tag).items()}
    assert {key: text for key, text in pages.items() if text not in chat.get(key, {text})} == {}


@pytest.mark.parametrize("tag", TRANSLATED)
def test_people_are_spoken_to_alike(tag: str) -> None:
    said = [text for package in ("bot", "editor_ui") for text in texts(package, tag).values()]
    assert [text for text in said if NOT_SAID[tag].search(text)] == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_pseudonyms_are_in_the_reader_s_language(tag: str) -> None:
    for kind in ("adjective", "animal"):
        assert len(set(words(kind, tag))) == len(words(kind, FALLBACK.tag)) == 40
    letters = re.compile(f"[{BY_TAG[tag].letters}]")
    name = pseudonym("somebody")
    assert name_in(name, FALLBACK.tag) == name
    assert letters.search(name_in(name, tag))
    assert not re.search("[A-Za-z]", name_in(name, tag))
    assert name_in(name, tag).endswith(name[-3:])
    assert name_in("Brave Nobody 100", tag) == "Brave Nobody 100"
