"""The programs `python -m bot`, `python -m factcheck`, `python -m indexer`, called without a process of their own."""

import importlib
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable

PROGRAMS = ("bot", "factcheck", "indexer")


def run(program: str, *words: str) -> int:
    """The exit code, as the shell would get it."""
    main: Callable[[list[str]], int] = importlib.import_module(f"{program}.cli").main
    try:
        return main([*words])
    except SystemExit as end:
        return int(end.code or 0)


def commands(program: str) -> dict[str, str]:
    """Name of each command -> `module:function` that it runs."""
    parser: ArgumentParser = importlib.import_module(f"{program}.cli").parser()
    (choices,) = (action.choices for action in parser._actions if isinstance(action, _SubParsersAction))
    return {name: command.get_default("run") for name, command in choices.items()}
