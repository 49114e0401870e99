"""The README names every setting, and every command and file that it names exists."""

import re

import pytest

from factcheck.settings import Settings
from tests.rules.imports import ROOT
from tests.rules.programs import commands

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name.upper()}`" in README


@pytest.mark.parametrize("command", sorted(set(re.findall(r"python -m ([a-z]+ [a-z][a-z-]+)", README))))
def test_every_command_in_the_readme_exists(command: str) -> None:
    program, name = command.split()
    assert name in commands(program)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|^ {4})make ([a-z]+)", README, re.MULTILINE))))
def test_every_make_target_in_the_readme_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?:docs|fixtures)/[^)]+)\)", README))))
def test_every_file_the_readme_links_to_exists(path: str) -> None:
    assert (ROOT / path).exists()
