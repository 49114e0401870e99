"""Logging: one JSON object a line on standard error, with event names and ids, never message text, addresses or LINE
ids. Parsers, models and drivers quote what they were given, so an error is logged by its type and place alone."""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from factcheck.errors import ForbiddenError, InvalidInputError

ROOT = Path(__file__).resolve().parent.parent


def configure_logging(level: int = logging.INFO) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.setLogRecordFactory(_record)


def describe(error: BaseException | None) -> str:
    """Describes an error and its causes, the first cause first, by type and places passed (file, line, function)."""
    parts = [
        f"{_places(link)}{type(link).__module__}.{type(link).__qualname__}{_safe_text(link)}"
        for link in reversed(list(_chain(error)))
    ]
    return "\n\n".join(parts)


def _places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    # This leaves out the lines of code and tells repeated places as one.
    bare = traceback.StackSummary.from_list([(frame.filename, frame.lineno or 0, frame.name, "") for frame in frames])
    return "".join(bare.format())


def summary(error: BaseException) -> str:
    """Describes them in one line, the error first, each with the innermost place in this project."""
    return ", from ".join(f"{type(link).__name__}{_safe_text(link)}{_place(link)}" for link in _chain(error))


def _place(error: BaseException) -> str:
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [(path, line) for path, line in frames if path.is_relative_to(ROOT) and "site-packages" not in path.parts]
    return f" at {ours[-1][0].relative_to(ROOT)}:{ours[-1][1]}" if ours else ""


def _safe_text(error: BaseException) -> str:
    """Gives what the system says, or a sentence of ours without its values."""
    if isinstance(error, OSError):
        return f": {error.strerror}" if error.strerror else ""
    return f": {error.reason}" if isinstance(error, ForbiddenError | InvalidInputError) else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _record(*args: Any, **options: Any) -> logging.LogRecord:
    """Leaves out the texts of errors, which libraries log through the standard library with their own handlers."""
    record = logging.LogRecord(*args, **options)
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text, record.exc_info = describe(record.exc_info[1]), None
    return record
