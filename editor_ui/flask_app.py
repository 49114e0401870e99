from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog
from flask import Flask, request
from flask.templating import Environment

from factcheck.logs import describe

log = structlog.get_logger()

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class _Templates(Environment):
    """Jinja's, whose templates share its globals: none is given some of its own, and to read them through a chain of
    maps, as each include and import does, takes a tenth of a page's time."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Site(Flask):
    """Logs the endpoint of a failed request; its path, which Flask logs, may hold a log-in token."""

    jinja_environment = _Templates

    def log_exception(self, exc_info: ExcInfo) -> None:
        error = exc_info[1]
        log.error(
            "unhandled_exception",
            endpoint=request.endpoint,
            method=request.method,
            error=type(error).__name__,
            traceback=describe(error),
        )
