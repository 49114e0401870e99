"""Everything that the bot says exists in every language it speaks, fits, and fills in the same things."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from babel.messages.pofile import read_po

from bot.i18n import catalogue_path, translator
from bot.inbound.events import parse_event
from bot.messages import group
from bot.outbound.menu_pictures.draw import WORDS
from bot.outbound.rich_menu import menu
from bot.understanding.group_text import GroupTextKind, hear
from bot.understanding.private_text import Kind, understand
from factcheck.languages import BY_TAG, FALLBACK, LANGUAGES, TAGS
from tests.rules.imports import ROOT

PLACEHOLDER = re.compile(r"%(?:\(\w+\)[sd]|%)")
TRANSLATED = tuple(language.tag for language in LANGUAGES if language != FALLBACK)
BUTTONS = frozenset({"postback_button", "link_button", "_main_button"})
"""Their first argument is the label."""

WIDEST_LABEL = 40
"""Columns, of which a Chinese character takes two. What is wider is cut by LINE, or becomes tiny."""

TYPED_AS_WELL = (
    "How it works",
    "My messages",
    "Settings",
    "📣 Tell friends",
    "Change the language",
    "Delete what I sent",
)
"""Labels of buttons that are there at any time: who has lost the button types what it said."""


@dataclass(frozen=True)
class Said:
    everything: set[str]
    labels: set[str]


def texts_said(source: str) -> set[str]:
    """The literals in calls of `t`, also `turn.t(...)`, also both sides of a condition."""
    return _translated_in(ast.parse(source))


def labels_of(source: str) -> set[str]:
    """The literals in calls of `t` that become labels of buttons, directly or by way of a variable."""
    tree = ast.parse(source)
    found = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        given = [(name.id, node.value) for node in ast.walk(function) for name, node in _assignments(node)]
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in BUTTONS:
                label = node.args[0]
                found |= _translated_in(label)
                if isinstance(label, ast.Name):
                    found |= {text for name, value in given if name == label.id for text in _translated_in(value)}
    return found


def _assignments(node: ast.AST) -> Iterator[tuple[ast.Name, ast.Assign]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node) for target in node.targets if isinstance(target, ast.Name))


def _translated_in(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
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


def width(text: str) -> int:
    """In columns of a Latin letter. Marks above and below a letter take none."""
    shown = (letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in shown)


@pytest.fixture(scope="module")
def said() -> Said:
    paths = [*sorted((ROOT / "bot").rglob("*.py")), ROOT / "factcheck/wording.py"]
    sources = [path.read_text(encoding="utf-8") for path in paths]
    found = Said(set().union(*map(texts_said, sources)), set().union(*map(labels_of, sources)))
    assert len(found.everything) > 100
    assert len(found.labels) > 25
    return found


@pytest.fixture(scope="module")
def sayable() -> set[str]:
    """What the domain may refuse a person's message with; `turn.t(error.reason)` says it."""
    reasons = reasons_of((ROOT / "factcheck/services/articles.py").read_text(encoding="utf-8"), "InvalidInputError")
    found = {text for text in reasons if text.startswith("The message")}
    assert len(found) == 2
    return found


@pytest.fixture(scope="module", params=TRANSLATED)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def translated(locale: str) -> dict[str, str]:
    with catalogue_path(BY_TAG[locale]).open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert str(catalogue.locale) == BY_TAG[locale].locale
    assert not any(message.fuzzy for message in catalogue if message.id), "a fuzzy text is a guess"
    assert not catalogue.obsolete
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def test_everything_the_bot_says_is_translated(said: Said, sayable: set[str], translated: dict[str, str]) -> None:
    assert sorted(text for text in said.everything | sayable if not translated.get(text, "").strip()) == []


def test_no_translation_is_left_over(said: Said, sayable: set[str], translated: dict[str, str]) -> None:
    assert sorted(translated.keys() - said.everything - sayable) == []


def test_translations_fill_in_the_same_things(translated: dict[str, str]) -> None:
    for text, translation in translated.items():
        assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(text)), text
        if PLACEHOLDER.search(text):
            assert "%" not in PLACEHOLDER.sub("", translation), "a sign that makes formatting fail"


def test_translations_begin_and_end_alike(translated: dict[str, str]) -> None:
    for text, translation in translated.items():
        space = [
            each[: len(each) - len(each.lstrip())] + "|" + each[len(each.rstrip()) :] for each in (text, translation)
        ]
        assert space[0] == space[1], text
        assert translation.count("\n\n") == text.count("\n\n"), f"other paragraphs: {text}"
        signs = [[letter for letter in each if unicodedata.category(letter) == "So"] for each in (text, translation)]
        assert sorted(signs[0]) == sorted(signs[1]), f"other emoji: {text}"


@pytest.mark.parametrize("spoken", TAGS)
def test_labels_fit_on_their_buttons(spoken: str, said: Said) -> None:
    t = translator(spoken)
    filled = {text: PLACEHOLDER.sub("10", t(text)) for text in said.labels}
    assert {text: label for text, label in filled.items() if width(label) > WIDEST_LABEL} == {}
    for area in menu(spoken)["areas"]:
        assert area["action"]["label"] == area["action"]["displayText"], "cut"


def test_a_button_is_called_the_same_everywhere(translated: dict[str, str]) -> None:
    """“My messages” in a sentence is what its button says."""
    for text, translation in translated.items():
        for name in re.findall("“([^“”]+)”", text):
            assert translated.get(name, "") in translation, text


@pytest.mark.parametrize("spoken", TAGS)
@pytest.mark.parametrize("label", TYPED_AS_WELL)
def test_what_a_button_says_can_be_typed(spoken: str, label: str) -> None:
    assert understand(translator(spoken)(label)).kind == Kind.COMMAND


@pytest.mark.parametrize("spoken", TAGS)
def test_the_picture_of_the_menu_says_what_its_buttons_say(spoken: str) -> None:
    """`WORDS` is what the pictures were drawn from."""
    drawn = [WORDS[spoken][key] for key in ("tutorial", "mine", "settings", "share")]
    assert drawn == [area["action"]["displayText"].removeprefix("📣 ") for area in menu(spoken)["areas"]]


@pytest.mark.parametrize("spoken", TAGS)
def test_a_group_is_told_words_that_work(spoken: str) -> None:
    text = group.introduction(translator(spoken), "https://factline.example/about")[0]["text"]
    quoted = re.findall("[“「](.+?)[”」]", text)
    assert "@Factline" in quoted
    assert _heard(quoted[-1]) == GroupTextKind.LEAVE
    assert _heard("@Factline") == GroupTextKind.INTRODUCE


def _heard(text: str) -> GroupTextKind:
    message = {"type": "text", "id": "1", "text": text}
    return hear(parse_event({"type": "message", "source": {"type": "group", "groupId": "C"}, "message": message})).kind


def test_translations_reach_people(locale: str, translated: dict[str, str]) -> None:
    say = translator(locale)
    assert all(say(text) == translation for text, translation in translated.items())
    letters = re.compile(f"[{BY_TAG[locale].letters}]")
    foreign = {text for text, translation in translated.items() if not letters.search(translation)}
    assert {text for text in foreign if re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", text))} == set()


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


def test_labels_are_found_in_all_the_ways_they_are_written() -> None:
    source = """
def f():
    flex.postback_button("# " + t("one"), data)
    label = t("two %(n)d") % {"n": 1} if a else t("three")
    link_button(label, t("four"))
def g():
    label = t("five")
"""
    assert labels_of(source) == {"one", "two %(n)d", "three"}


def test_columns() -> None:
    assert (width("ab"), width("漢字"), width("ที่"), width("👍 a")) == (2, 4, 1, 4)
