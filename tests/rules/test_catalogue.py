"""Everything that the bot says exists in Traditional Chinese."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.i18n import TRANSLATIONS, translator
from tests.rules.imports import ROOT

PLACEHOLDER = re.compile(r"%(?:\(\w+\)[sd]|%)")
CATALOGUE = TRANSLATIONS / "zh_Hant" / "LC_MESSAGES" / "messages.po"


def texts_said(source: str) -> set[str]:
    """The literals in calls of `t`, also `turn.t(...)`, also both sides of a condition."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _name(node.func) == "t":
            found |= _literals(node.args[0])
    return found


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literals(argument: ast.expr) -> set[str]:
    if isinstance(argument, ast.IfExp):
        return _literals(argument.body) | _literals(argument.orelse)
    is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return {argument.value} if is_text else set()  # type: ignore[attr-defined]


def reasons_of(source: str, error: str) -> set[str]:
    """The message ids that a module gives to errors of this kind; the bot says some of them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) == error:
            found |= {text for argument in node.args[1:] for text in _literals(argument)}
    return found


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.fixture(scope="module")
def said() -> set[str]:
    own = {text for path in files("bot") for text in texts_said(path.read_text(encoding="utf-8"))}
    assert len(own) > 30
    return own


@pytest.fixture(scope="module")
def sayable() -> set[str]:
    """What the domain may refuse a person's message with; `turn.t(error.reason)` says it."""
    return reasons_of((ROOT / "factcheck/services/articles.py").read_text(encoding="utf-8"), "InvalidInputError")


@pytest.fixture(scope="module")
def translated() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    assert not any(message.fuzzy for message in catalogue if message.id), "a fuzzy text is a guess"
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def test_everything_the_bot_says_is_translated(said: set[str], translated: dict[str, str]) -> None:
    assert sorted(text for text in said if not translated.get(text, "").strip()) == []


def test_why_a_message_is_refused_is_translated(sayable: set[str], translated: dict[str, str]) -> None:
    of_the_message = {text for text in sayable if text.startswith("The message")}
    assert len(of_the_message) == 2
    assert of_the_message <= translated.keys()


def test_no_translation_is_left_over(said: set[str], sayable: set[str], translated: dict[str, str]) -> None:
    assert sorted(translated.keys() - said - sayable) == []


def test_translations_fill_in_the_same_things(translated: dict[str, str]) -> None:
    for text, translation in translated.items():
        assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(text)), text
        if PLACEHOLDER.search(text):
            assert "%" not in PLACEHOLDER.sub("", translation), "a sign that makes formatting fail"


def test_translations_reach_people(translated: dict[str, str]) -> None:
    say = translator("zh-Hant")
    assert all(say(text) == translation for text, translation in translated.items())
    assert sum(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in translated.values()) > 30


def test_texts_are_found_in_all_the_ways_they_are_written() -> None:
    source = """
t("one")
turn.t("t" "wo") % {}
f"{a} {t('three')}"
self.x.t("four" if a else "five")
t(reason)
other("six")
"""
    assert texts_said(source) == {"one", "two", "three", "four", "five"}
