"""The parts of the pages that say what the code declares: settings, and the programs with their commands."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any, get_args

from pydantic_core import PydanticUndefined

from bot.__main__ import parser as bot_parser
from factcheck.cli import parser as factcheck_parser
from factcheck.settings import REQUIRED_NAMES, Settings
from indexer.cli import parser as indexer_parser

PROGRAMS = (factcheck_parser, indexer_parser, bot_parser)


def settings() -> str:
    lines = ["| name | what | default |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        lines.append(
            f"| `{name.upper()}` | {_cell(field.description or '')}{_allowed(field)} | {_default(name, field)} |"
        )
    return "\n".join(lines) + "\n"


def _allowed(field: Any) -> str:
    """The range or the values of a setting."""
    low, high = (
        next((getattr(one, bound) for one in field.metadata if hasattr(one, bound)), None) for bound in ("ge", "le")
    )
    values = [one for one in get_args(field.annotation) if isinstance(one, str)]
    if values:
        return " One of " + ", ".join(f"`{value}`" for value in values) + "."
    return f" {low:,} to {high:,}." if low is not None else ""


def _default(name: str, field: Any) -> str:
    if name.upper() in REQUIRED_NAMES:
        return "needed"
    value = field.default
    if value is PydanticUndefined or value in ("", None):
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{_cell(str(value.value if isinstance(value, Enum) else value))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def commands() -> str:
    parts = []
    with _wide():
        for make in PROGRAMS:
            parser = make()
            parts.append(f"## {parser.prog}\n\n{(parser.description or '').strip()}")
            for name, command in _commands(parser).items():
                parts.append(f"### {parser.prog} {name}\n\n```\n{command.format_help().strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


@contextmanager
def _wide() -> Iterator[None]:
    """argparse goes by the terminal's width; a page has none."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "110"
    try:
        yield
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
