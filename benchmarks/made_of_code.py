"""The parts of the pages that say what the code declares: settings, limits, and the programs with their commands."""

import argparse
from enum import Enum
from importlib import import_module
from typing import Any, get_args

from factcheck.limits import LIMITS
from factcheck.settings import Settings

PROGRAMS = ("factcheck", "indexer", "bot")


def settings() -> str:
    lines = ["| name | what | default |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        what = _cell(field.description or "") + _allowed(field)
        lines.append(f"| `{name.upper()}` | {what} | {_default(field)} |")
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


def _default(field: Any) -> str:
    value = field.default
    if value in ("", None):
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{_cell(str(value.value if isinstance(value, Enum) else value))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def limits() -> str:
    rows = [f"| {one.door} | {one.most:,} {one.unit}".rstrip() + f" | {one.beyond} |" for one in LIMITS]
    return "\n".join(["| what comes in | at most | what is beyond |", "| --- | --- | --- |", *rows]) + "\n"


def commands() -> str:
    """From the parsers and not from their help, whose form differs between versions of Python."""
    parts = []
    for program in PROGRAMS:
        parser: argparse.ArgumentParser = import_module(f"{program}.cli").parser()
        parts.append(f"## {parser.prog}\n")
        (choices,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        helps = {action.dest: action.help or "" for action in choices._choices_actions}
        for name, command in choices.choices.items():
            parts.append(f"### {parser.prog} {name}\n\n{_sentence(helps[name])}\n{_arguments(command)}")
    return "\n".join(parts)


def _arguments(command: argparse.ArgumentParser) -> str:
    rows = [_argument(action) for action in command._actions if not isinstance(action, argparse._HelpAction)]
    return "\n| argument | what |\n| --- | --- |\n" + "\n".join(rows) + "\n" if rows else ""


def _argument(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings) or action.dest.upper()
    value = action.metavar or (
        "{" + ",".join(map(str, action.choices)) + "}" if action.choices else action.dest.upper()
    )
    value = " ".join(value) if isinstance(value, tuple) else value
    if action.choices and not action.option_strings:
        names += f" {value}"
    takes = bool(action.option_strings) and action.nargs != 0
    needed = " Needed." if action.required and action.option_strings else ""
    more = " ..." if action.nargs == "+" else ""
    return f"| `{names}{f' {value}{more}' if takes else ''}` | {_cell(_sentence(action.help or ''))}{needed} |"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
