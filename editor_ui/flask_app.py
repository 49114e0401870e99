from types import TracebackType

import structlog
from flask import Flask, request

from factcheck.logs import describe

log = structlog.get_logger()

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class Site(Flask):
    """Logs the endpoint of a failed request; its path, which Flask logs, may hold a log-in token."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        error = exc_info[1]
        log.error(
            "unhandled_exception",
            endpoint=request.endpoint,
            method=request.method,
            error=type(error).__name__,
            traceback=describe(error),
        )
