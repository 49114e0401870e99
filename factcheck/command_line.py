"""How `python -m factcheck`, `python -m indexer` and `python -m bot` run a command.

A command's function, `module:function`, is imported only when chosen, so `--help` and mistyped commands need no
libraries.
"""

import argparse
import pkgutil
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from factcheck.errors import FactlineError
from factcheck.version import VERSION

if TYPE_CHECKING:
    from factcheck.settings import Settings

    Command = Callable[[Settings, argparse.Namespace], int]


def run_command(parser: argparse.ArgumentParser, arguments: list[str] | None, *, wrong_settings: int = 1) -> int:
    """Returns the exit code. A FactlineError is said on stderr and gives 1; SettingsError gives `wrong_settings`."""
    parser.add_argument("--version", action="version", version=f"factline {VERSION}")
    options = parser.parse_args(arguments)
    from factcheck.settings import SettingsError, load_settings

    command: Command = pkgutil.resolve_name(options.run)
    try:
        return command(load_settings(), options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return wrong_settings
    except FactlineError as error:
        print(error, file=sys.stderr)
        return 1
