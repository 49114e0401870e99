"""Puts the compiled catalogues of the web pages into the package. All else is declared in `pyproject.toml`."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    def run(self) -> None:
        super().run()
        for path in Path(self.build_lib, "editor_ui", "translations").rglob("*.po"):
            with path.open("rb") as text, path.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text))


setup(cmdclass={"build_py": BuildWithCatalogues})
