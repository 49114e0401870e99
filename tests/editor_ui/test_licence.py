"""What is published has one licence, which every page says that names any."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

import editor_ui
from factcheck.settings import Settings
from tests.editor_ui.conftest import SETTINGS

PAGES = ("/", "/login", "/about", "/help/terms", "/data/")
Build = Callable[[Settings], Flask]


@pytest.mark.parametrize("language", ["en", "ja", "th", "zh-Hant"])
def test_pages_name_the_licence_of_this_service(build: Build, language: str) -> None:
    client = build(SETTINGS.model_copy(update={"dataset_licence": "CC BY 4.0"})).test_client()
    for path in PAGES:
        page = client.get(path, query_string={"lang": language}, follow_redirects=True)
        assert page.status_code == 200, path
        assert "CC BY 4.0" in page.text
        assert "BY-SA" not in page.text
        assert "licenses/by/4.0" in page.text


def test_a_licence_of_which_no_page_is_known_is_named_without_a_link(build: Build) -> None:
    page = build(SETTINGS.model_copy(update={"dataset_licence": "Own licence 1.0"})).test_client().get("/login").text
    assert "Own licence 1.0" in page
    assert 'rel="license' not in page


def test_no_template_names_a_licence_by_itself() -> None:
    folder = Path(editor_ui.__file__).parent
    texts = [*folder.rglob("*.html"), *folder.rglob("*.po")]
    assert [path.name for path in texts if "BY-SA" in path.read_text(encoding="utf-8")] == []
    assert len(texts) > 50
