"""The trial messages, and few of them: to load all takes as long as hundreds of tests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from factcheck.trial_data import FOLDER

FEW = 4


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def write_few(folder: Path) -> Path:
    """Writes a folder with `FEW` of the articles and all that belongs to them."""
    articles = rows("articles")[:FEW]
    keys = {article["key"] for article in articles}
    parts = {
        "articles": articles,
        "article_replies": [link for link in rows("article_replies") if link["article"] in keys],
        **{name: rows(name) for name in ("users", "categories", "replies")},
    }
    return write_rows(folder, parts)


def write_rows(folder: Path, parts: Mapping[str, list[dict[str, Any]]]) -> Path:
    """Writes files of the form of `fixtures`."""
    folder.mkdir(exist_ok=True)
    for name, found in parts.items():
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in found), encoding="utf-8")
    return folder
