"""What is logged of an exception that no page handles."""

import traceback
from collections.abc import Iterator
from types import TracebackType

import structlog
from flask import Flask, request
from sqlalchemy.exc import DataError, IntegrityError

log = structlog.get_logger()

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]

QUOTING = (IntegrityError, DataError)
"""Errors whose text may hold values of a row: PostgreSQL's DETAIL quotes them."""


class Site(Flask):
    """Flask logs the path of a request that fails, which may hold a log-in token; this logs the endpoint instead."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        error = exc_info[1]
        log.error(
            "unhandled_exception",
            endpoint=request.endpoint,
            method=request.method,
            error=type(error).__name__,
            traceback=described(error),
        )


def described(error: BaseException | None) -> str:
    """The traceback. Where an error may quote what a person wrote, each error of the chain has its type alone."""
    chain = list(_chain(error))
    if not any(isinstance(link, QUOTING) for link in chain):
        return "".join(traceback.format_exception(error))
    parts = [
        "".join(traceback.format_tb(link.__traceback__)) + f"{type(link).__module__}.{type(link).__qualname__}"
        for link in reversed(chain)
    ]
    return "\n\n".join(parts)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
