"""README and docs, as their tests read them."""

import re

from benchmarks.pages import PART
from tests.rules.imports import ROOT

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")))
}
"""Path from the root -> text."""

TOP_FOLDERS = tuple(sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "var"))


def written_by_hand(text: str) -> str:
    """Without the parts that `make docs` makes."""
    return PART.sub("", text)


def paths_named(text: str) -> set[str]:
    """What stands in backticks and begins with a folder of the root: `bot/private/router.py`, `indexer/backends/`, also
    with `*`. Of NNNN_name only the folder: it stands for names that are still to be given."""
    quoted = [one.partition("NNNN")[0] for one in re.findall(r"`([^`\s]+)`", text)]
    return {one for one in quoted if one.partition("/")[0] in TOP_FOLDERS and "/" in one}


def links(text: str) -> set[str]:
    """Targets of links and pictures that are files, without the place in them."""
    return {target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target}
