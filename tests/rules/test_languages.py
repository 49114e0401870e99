"""Each language of the registry has everything that a language needs; what a new one lacks is named here."""

import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel import Locale

import bot.i18n
import bot.understanding.words
import editor_ui.language
import factcheck.matching.text.words
from bot.outbound.menu_pictures.draw import FONTS, WORDS
from bot.outbound.rich_menu import PICTURES
from factcheck.elsewhere.found import CHECKED_BY
from factcheck.languages import FALLBACK, LANGUAGES, Language
from factcheck.matching.lexicon import tables
from factcheck.services import pseudonyms
from tests.rules.imports import ROOT

WORD_LISTS = {
    "bot.understanding.lang": bot.understanding.words.Words,
    "factcheck.matching.text.lang": factcheck.matching.text.words.Words,
}
INVENTED = Language("xx", "Xx", "xx", "x")
"""One that nobody speaks."""


def missing(language: Language) -> list[str]:
    """What a language lacks, as paths from the root of the repository, or a module's missing name."""
    lists = [tables.DATA / f"{language.primary}_{listed}.txt" for listed in (*tables.WORDS, *tables.GROUPS)]
    needed = [PICTURES / f"{language.tag}.png", *lists]
    if language != FALLBACK:
        needed.append(bot.i18n.catalogue_path(language))
    found = [str(path.relative_to(ROOT)) for path in needed if not path.exists()]
    found += [f"bot/outbound/menu_pictures/draw.py: {language.tag}"] * (not {*WORDS, *FONTS} >= {language.tag})
    found += ["factcheck/elsewhere/found.py: " + language.tag] * (language.tag not in CHECKED_BY)
    try:
        pseudonyms.words("animal", language.tag)
    except ValueError:
        found.append(f"factcheck/services/pseudonyms.txt: {language.tag}")
    for package, kind in WORD_LISTS.items():
        name = f"{package}.{language.primary}"
        if find_spec(name) is None:
            found.append(name.replace(".", "/") + ".py")
        elif not isinstance(import_module(name).WORDS, kind):
            found.append(f"{name}.WORDS")
    return found


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.tag)
def test_a_language_has_everything(language: Language) -> None:
    found = missing(language)
    assert not found, "\n".join(found)
    assert str(Locale.parse(language.locale)) == language.locale


def test_what_a_new_language_lacks_is_named() -> None:
    assert missing(INVENTED) == [
        "bot/outbound/menu_pictures/xx.png",
        *[f"factcheck/matching/lexicon/data/xx_{listed}.txt" for listed in (*tables.WORDS, *tables.GROUPS)],
        "bot/translations/xx/LC_MESSAGES/messages.po",
        "bot/outbound/menu_pictures/draw.py: xx",
        "factcheck/elsewhere/found.py: xx",
        "factcheck/services/pseudonyms.txt: xx",
        "bot/understanding/lang/xx.py",
        "factcheck/matching/text/lang/xx.py",
    ]


def test_the_words_of_a_new_language_stand_behind_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = tables.tables()
    shutil.copytree(tables.DATA, tmp_path, dirs_exist_ok=True)
    (tmp_path / "xx_turns.txt").write_text("nixx\n", encoding="utf-8")
    (tmp_path / "xx_synonyms.txt").write_text("fooxx barxx\n", encoding="utf-8")
    monkeypatch.setattr(tables, "DATA", tmp_path)
    monkeypatch.setattr(tables, "LANGUAGES", (*LANGUAGES, INVENTED))
    found = tables.tables.__wrapped__()
    assert found.turns - known.turns == {"nixx"}
    assert found.chinese == known.chinese
    assert tables.together(found.synonyms, "fooxx", "barxx")
    assert found.synonyms.items() >= known.synonyms.items()


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("bot/translations/*/", lambda language: language.locale),
        ("editor_ui/translations/*/", lambda language: language.locale),
        ("bot/understanding/lang/[a-z]*.py", lambda language: f"{language.primary}.py"),
        ("factcheck/matching/text/lang/[a-z]*.py", lambda language: f"{language.primary}.py"),
        ("bot/outbound/menu_pictures/*.png", lambda language: f"{language.tag}.png"),
    ],
)
def test_nothing_is_there_for_a_language_that_is_none_of_ours(folder: str, names: Callable[[Language], str]) -> None:
    there = {path.name for path in Path(ROOT).glob(folder)} - {"others.py"}
    assert there
    assert there <= {names(language) for language in LANGUAGES}


def test_languages_can_be_told_apart() -> None:
    for part in (lambda each: each.tag, lambda each: each.primary, lambda each: each.name, lambda each: each.line_tag):
        assert len({part(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_the_web_pages_have_the_languages_for_which_a_catalogue_stands() -> None:
    folders = {path.name for path in (ROOT / "editor_ui" / "translations").iterdir() if path.is_dir()}
    assert {language.locale for language in editor_ui.language.LANGUAGES.values()} == folders | {FALLBACK.locale}
    assert FALLBACK.locale not in folders
