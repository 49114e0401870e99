"""Logging: one JSON object a line on standard error, with event names and ids. Never message text, addresses or LINE
ids: what is logged is chosen field by field at each call. The text of an error is nobody's choice: parsers, models and
drivers quote what they were given. So an error is logged by its type and place, whoever logs it."""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from factcheck.errors import ForbiddenError, InvalidInputError

ROOT = Path(__file__).resolve().parent.parent
"""Of this project."""


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
    """The error and what it came from, the first one first: where each passed (file, line, function) and its type."""
    parts = [
        f"{_places(link)}{type(link).__module__}.{type(link).__qualname__}{_safe_text(link)}"
        for link in reversed(list(_chain(error)))
    ]
    return "\n\n".join(parts)


def _places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    # Without the lines of code; many of the same place, as in an endless recursion, are told as one.
    bare = traceback.StackSummary.from_list([(frame.filename, frame.lineno or 0, frame.name, "") for frame in frames])
    return "".join(bare.format())


def summary(error: BaseException) -> str:
    """The same in one line, the error first: each one's type and the innermost place in this project that it passed."""
    return ", from ".join(f"{type(link).__name__}{_safe_text(link)}{_place(link)}" for link in _chain(error))


def _place(error: BaseException) -> str:
    frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    ours = [(path, line) for path, line in frames if path.is_relative_to(ROOT) and "site-packages" not in path.parts]
    return f" at {ours[-1][0].relative_to(ROOT)}:{ours[-1][1]}" if ours else ""


def _safe_text(error: BaseException) -> str:
    """Gives what the system says, or a sentence of ours without what fills it."""
    if isinstance(error, OSError):
        return f": {error.strerror}" if error.strerror else ""
    return f": {error.reason}" if isinstance(error, ForbiddenError | InvalidInputError) else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _record(*args: Any, **options: Any) -> logging.LogRecord:
    """Libraries (gunicorn, SQLAlchemy, our model server) log errors through the standard library, each with handlers
    of its own."""
    record = logging.LogRecord(*args, **options)
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text, record.exc_info = describe(record.exc_info[1]), None
    return record
