"""`.env.example` has every setting, with its default, and gives a working set once its blanks are filled in."""

import itertools
import re

import pytest

from factcheck.settings import Settings, load_settings, require_for_service
from tests.rules.imports import ROOT

LINES = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
ASSIGNED = [found for line in LINES if (found := re.fullmatch(r"(#?)([A-Z_]+)=(\"?)(.*?)\3", line))]
EXAMPLES = {found[2]: found[4] for found in ASSIGNED}
NEEDED = {found[2] for found in ASSIGNED if not found[1]}
OF_COMPOSE = {"POSTGRES_PASSWORD"}


def test_every_setting_is_there_once() -> None:
    assert len(ASSIGNED) == len(EXAMPLES)
    assert EXAMPLES.keys() == {name.upper() for name in Settings.model_fields} | OF_COMPOSE


def test_every_setting_is_explained() -> None:
    for before, line in itertools.pairwise(LINES):
        if re.match(r"#?[A-Z_]+=", line):
            assert before.startswith("# "), line


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - NEEDED))
def test_what_is_left_out_has_the_default_that_is_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, EXAMPLES[name])
    assert getattr(load_settings(), name.lower()) == Settings.model_fields[name.lower()].default


def test_with_its_blanks_filled_in_the_service_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEEDED:
        monkeypatch.setenv(name, "https://example.org" if name == "BASE_URL" else "filled-in")
    require_for_service(load_settings())
