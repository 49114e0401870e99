"""How the programs `python -m factcheck`, `python -m indexer` and `python -m bot` run the command that was chosen.

The parser of a program names the function of each command as `module:function`. That module is imported when its
command is chosen, so `--help` and a mistyped command are answered without the libraries that the commands need.
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
    """Returns the exit code of the chosen command. An error raised on purpose is said on stderr, and gives 1, or
    `wrong_settings` for SettingsError."""
    parser.add_argument("--version", action="version", version=f"factline {VERSION}")
    options = parser.parse_args(arguments)
    from factcheck.settings import SettingsError, load_settings  # behind the parser, as the command itself

    command: Command = pkgutil.resolve_name(options.run)
    try:
        return command(load_settings(), options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return wrong_settings
    except FactlineError as error:
        print(error, file=sys.stderr)
        return 1
