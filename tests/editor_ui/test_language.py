"""Languages: which one is chosen, and whether every text has its translation."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask

import editor_ui
from editor_ui.language import LANGUAGES, catalogue_path, match_language
from factcheck.languages import FALLBACK
from factcheck.models import ReplyType
from tests.editor_ui.browser import Browser
from tests.editor_ui.every_page import Shown, addresses
from tests.editor_ui.page import Node
from tests.editor_ui.world import World

ROOT = Path(editor_ui.__file__).parent.parent
CONFIG = ROOT / "editor_ui" / "babel.cfg"
KEYWORDS = ["t", "lazy_gettext", "InvalidInputError:2", "ForbiddenError:1", "CheckedElsewhereError:1", "GoneError:1"]
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]")
SAME_IN_ALL = {"Factline"}


def language(browser: Browser) -> str:
    return browser.root.one("html").get("lang")


def test_the_address_chooses(visitor: Browser):
    """It sets no cookie on a page that caches keep for everybody."""
    visitor.get("/about")
    assert language(visitor) == "en"
    visitor.get("/about?lang=zh-Hant")
    assert language(visitor) == "zh-Hant"
    assert visitor.root.one("h1").text == "關於與說明"
    visitor.get("/about")
    assert language(visitor) == "en"


def test_the_address_of_a_page_for_one_person_is_remembered(visitor: Browser):
    visitor.get("/login?lang=zh-Hant")
    visitor.get("/about")
    assert language(visitor) == "zh-Hant"


@pytest.mark.parametrize(("target", "leads_to"), [("/about", "/about"), ("https://evil.example", "/")])
def test_the_switch_is_remembered_and_leads_to_this_site_alone(visitor: Browser, target: str, leads_to: str):
    visitor.get(f"/language/zh-Hant?next={target}", status=303)
    assert visitor.response.headers["Location"] == leads_to
    visitor.get("/about")
    assert language(visitor) == "zh-Hant"
    visitor.get("/language/xx", status=404)


def test_the_switch_leads_to_the_same_page(visitor: Browser, world: World):
    world.bulk(30)
    visitor.get("/?show=all&page=2")
    links = {a.get("hreflang"): a.get("href") for a in visitor.root.one("footer").all("a") if a.get("hreflang")}
    visitor.get(links["zh-Hant"], status=303)
    visitor.follow()
    assert visitor.address == "/?show=all&page=2"
    assert language(visitor) == "zh-Hant"
    assert "30" in visitor.main.text


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("zh-TW,zh;q=0.9,en-US;q=0.8", "zh-Hant"),
        ("zh-CN", "zh-Hant"),
        ("en-GB,zh;q=0.5", "en"),
        ("th,zh-TW;q=0.3,en;q=0.8", "th"),
        ("ja-JP", "ja"),
        ("eo,de;q=0.5", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 500, "en"),
    ],
)
def test_the_browser_s_language(accepted: str, expected: str, visitor: Browser):
    visitor.get("/about", **{"Accept-Language": accepted})
    assert language(visitor) == expected


def test_a_person_s_setting_comes_before_the_browser_s(volunteer: Browser):
    volunteer.get("/about", **{"Accept-Language": "zh-TW"})
    assert language(volunteer) == "en"


def test_an_unknown_language_is_ignored(visitor: Browser):
    visitor.get("/about?lang=xx")
    assert language(visitor) == "en"
    assert not [c for c in visitor.response.headers.getlist("Set-Cookie") if c.startswith("lang=")]


def test_match_language():
    assert match_language(["eo", "zh_TW", "en"]) == "zh-Hant"
    assert match_language(["eo", "de"]) is None


def test_chinese_pages_are_chinese(volunteer: Browser, world: World):
    """Domain errors, dates, plurals and verdicts too."""
    article_id = world.article("a message", asked_by=2)
    world.reply(article_id, kind=ReplyType.RUMOR)
    volunteer.get(f"/article/{article_id}?lang=zh-Hant")
    assert "2 人想知道" in volunteer.main.text
    assert "含有不實訊息" in volunteer.main.text
    assert "2026年3月1日" in volunteer.main.text
    volunteer.get(f"/article/{article_id}/write?lang=zh-Hant")
    volunteer.submit("/replies", status=422, type="RUMOR", text="x" * 5001)
    assert volunteer.root.one("title").text.startswith("錯誤：")
    assert "最多 5000 個字。" in volunteer.main.text
    volunteer.get("/nothing", status=404)
    assert volunteer.root.one("h1").text == "找不到這個頁面"


@cache
def extracted() -> Catalog:
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(KEYWORDS)}
    with CONFIG.open() as config:
        methods, options = parse_mapping_cfg(config)
    catalog = Catalog()
    for folder in ("editor_ui", "factcheck"):
        # Patterns are relative to the top folder, which also holds the virtual environment.
        for found in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods if pattern.startswith(folder)],
            {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()},
            keywords=keywords,
        ):
            catalog.add(found[2], None, [(found[0], found[1])], context=found[4])
    return catalog


def msgids(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.xdist_group("extracted")  # once for all
@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != FALLBACK.tag])
def test_every_text_is_translated(tag: str):
    language = LANGUAGES[tag]
    letters = re.compile(f"[{language.letters}]")
    with catalogue_path(language).open("rb") as source:
        catalog = read_po(source, locale=language.locale)
    wanted = [message for message in extracted() if message.id]
    assert len(wanted) > 150
    for message in wanted:
        translation = catalog.get(message.id)
        assert translation is not None, f"{tag} lacks {message.id!r}"
        assert not translation.fuzzy
        placeholders = set(PLACEHOLDER.findall(msgids(message)[-1]))
        for string in strings(translation):
            assert string, f"{tag} lacks {message.id!r}"
            assert set(PLACEHOLDER.findall(string)) == placeholders, f"other placeholders in {string!r}"
            foreign = string not in SAME_IN_ALL and not letters.search(string)
            assert not foreign, f"not {tag}: {string!r}"
    unused = {msgids(m)[0] for m in catalog if m.id} - {msgids(m)[0] for m in wanted}
    assert not unused, f"{tag} translates what is no longer there"


LITERAL = re.compile(r">[^<>{}]*[A-Za-z]{2,}[^<>{}]*<")


def test_templates_hold_no_untranslated_text():
    for path in (ROOT / "editor_ui" / "templates").glob("*.html"):
        source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
        found = [text for text in LITERAL.findall(source) if "CC BY-SA" not in text]
        assert not found, f"{path.name}: {found}"


KANA_TEXT = re.compile("[\u3041-\u30fa]{3}")
SAID_IN_JAPANESE = "このメッセージは本当ですか、という長い文章です。"
SOURCE = f"{SAID_IN_JAPANESE} https://example.org"


def unmarked(node: Node, lang: str = "") -> list[str]:
    """Texts in kana that stand in another language."""
    lang = node.get("lang") or lang
    if node.tag in ("title", "textarea", "option", "script"):
        return []
    found = []
    for child in node.children:
        if isinstance(child, Node):
            found += unmarked(child, lang)
        elif KANA_TEXT.search(child) and lang != "ja":
            found.append(f"{node.tag}: {child.strip()}")
    return found


def test_what_people_wrote_has_its_language_on_every_page(app: Flask, volunteer: Browser, world: World):
    article_id = world.article(f"{SAID_IN_JAPANESE}一", asked_by=2, reasons=[SAID_IN_JAPANESE])
    own = world.reply(article_id, SAID_IN_JAPANESE, reference=SOURCE, by="amy@example.org")
    other = world.reply(article_id, SAID_IN_JAPANESE, reference=SOURCE)
    world.vote(article_id, other, 1, by="cat@example.org", comment=SAID_IN_JAPANESE)
    world.reply(world.article(f"{SAID_IN_JAPANESE}二"), SAID_IN_JAPANESE)
    world.find_similar()
    world.article(f"{SAID_IN_JAPANESE}三")
    shown = Shown(article_id, article_id, own, world.evening(people=1, each=1), world.handed_draft(article_id))
    found = {}
    for browser in (volunteer, Browser(app)):
        for name, address in addresses(app, browser.client, shown).items():
            browser.get(address.replace("加油", SAID_IN_JAPANESE))
            if wrong := unmarked(browser.root):
                found[name] = wrong
    assert found == {}
