"""`pip install .` gives the packages whole: with their texts, pictures, templates, migrations and catalogues."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from factcheck.version import VERSION
from tests.rules.imports import PACKAGES, ROOT

NOT_SHIPPED = {"bot/babel.cfg", "editor_ui/babel.cfg"}
"""For developers."""
SOURCES = (*PACKAGES, "requirements", "wsgi.py", "pyproject.toml", "README.md", "LICENSE", "NOTICE")


def files(folder: Path) -> set[str]:
    found = {path.relative_to(folder) for package in PACKAGES for path in (folder / package).rglob("*")}
    return {str(path) for path in found if (folder / path).is_file() and "__pycache__" not in path.parts}


def test_the_installed_package_is_whole(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "installed"
    source.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(ROOT / name, source / name)
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--no-compile", "--target", str(target)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(source)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert files(target) == files(source) - NOT_SHIPPED
    assert (target / "wsgi.py").is_file()
    assert (target / f"factline-{VERSION}.dist-info" / "licenses" / "LICENSE").is_file()
    names = {path.name for path in (target / "bin").iterdir()}
    assert names == {"factline", "factline-indexer", "factline-bot"}


def test_the_notice_names_files_that_exist() -> None:
    named = re.findall(r"\(([a-z_]+/[a-z_/.]*)\)", (ROOT / "NOTICE").read_text(encoding="utf-8"))
    assert len(named) == 5
    assert [name for name in named if not (ROOT / name).exists()] == []
