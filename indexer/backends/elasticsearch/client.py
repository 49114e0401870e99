import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError, __versionstr__

from factcheck.errors import DocumentRefusedError, SearchUnavailableError
from factcheck.version import USER_AGENT

SEARCH_SECONDS, WRITE_SECONDS, ADMIN_SECONDS = 5.0, 30.0, 60.0
"""A node that does not answer costs a call so long."""

DEAD_NODE_SECONDS = 60.0
"""A node that failed is left alone for 1 s, 2 s ... up to this."""

BUSY_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each new try of what a busy node rejected."""

BAD_REQUEST, NOT_FOUND, TIMED_OUT, CONFLICT, TOO_MANY = 400, 404, 408, 409, 429
EXISTS = "resource_already_exists_exception"
_BLOCKED = "cluster_block_exception"

Operation = tuple[dict[str, Any], dict[str, Any] | None]


def connect(urls: Sequence[str]) -> Elasticsearch:
    """Connects to nodes that stand in for each other: writes carry versions, so every call may be repeated."""
    return Elasticsearch(
        list(urls),
        max_retries=max(1, len(urls) - 1),
        retry_on_timeout=len(urls) > 1,
        retry_on_status=(502, 503, 504),  # without 429: a busy node is not asked again at once
        dead_node_backoff_factor=1.0,
        max_dead_node_backoff=DEAD_NODE_SECONDS,
        request_timeout=SEARCH_SECONDS,
        headers={"user-agent": f"{USER_AGENT} elasticsearch-py/{__versionstr__}"},
    )


@contextmanager
def errors() -> Iterator[None]:
    """Raises SearchUnavailableError, except for "not found" and "exists already", which callers understand."""
    try:
        yield
    except TransportError as error:
        raise SearchUnavailableError(f"Elasticsearch cannot be reached: {error}") from error
    except NotFoundError:
        raise
    except ApiError as error:
        if error.error == EXISTS:
            raise
        raise SearchUnavailableError(f"Elasticsearch answered {error.status_code}: {error}") from error


@contextmanager
def understood() -> Iterator[None]:
    """Raises SearchUnavailableError for an answer of another shape, as a proxy may give."""
    try:
        yield
    except (TypeError, KeyError, ValueError) as error:
        raise SearchUnavailableError(f"Elasticsearch answered in another shape: {type(error).__name__}") from error


class Bulk:
    """Writes through an alias: a write to the name of a removed index would create it again."""

    def __init__(self, client: Elasticsearch, *, sleep: Callable[[float], object] = time.sleep) -> None:
        self._client = client.options(request_timeout=WRITE_SECONDS)
        self._sleep = sleep

    def write(self, alias: str, operations: Sequence[Operation], *, visible: bool) -> list[dict[str, Any]]:
        """Returns the results that failed with "conflict" or "not found".

        `visible`: wait until searches see the writes. Raises SearchUnavailableError, also if nodes stay busy, or
        DocumentRefusedError if a document is at fault.
        """
        left, told = list(operations), []
        for pause in (*BUSY_PAUSES, None):
            results = self._once(alias, left, visible)
            busy = [operation for operation, result in zip(left, results, strict=True) if _is_busy(result)]
            told += [result for result in results if result["status"] in (CONFLICT, NOT_FOUND)]
            if not busy:
                return told
            if pause is not None:
                self._sleep(pause)
            left = busy
        raise SearchUnavailableError(f"Elasticsearch is too busy: it rejected {len(left)} writes again and again.")

    def _once(self, alias: str, operations: Sequence[Operation], visible: bool) -> list[dict[str, Any]]:
        lines = [line for operation in operations for line in operation if line is not None]
        try:
            with errors():
                answer = self._client.bulk(
                    index=alias, operations=lines, refresh="wait_for" if visible else False, require_alias=True
                )
        except SearchUnavailableError as error:
            if isinstance(error.__cause__, ApiError) and error.__cause__.status_code == TOO_MANY:
                return [{"status": TOO_MANY, "error": {"type": "rejected"}}] * len(operations)
            raise
        results = [next(iter(item.values())) for item in answer["items"]]
        _raise_failures(results)
        return results


def _is_busy(result: dict[str, Any]) -> bool:
    """Tells whether a refusal will pass. A full disk has the same status, and does not."""
    return result["status"] == TOO_MANY and result["error"]["type"] != _BLOCKED


def _raise_failures(results: Sequence[dict[str, Any]]) -> None:
    """Raises for failed items; the request itself succeeds even then."""
    for result in results:
        if "error" not in result or result["status"] in (CONFLICT, NOT_FOUND) or _is_busy(result):
            continue
        kind, reason = result["error"].get("type"), result["error"].get("reason")
        if kind == _BLOCKED:
            raise SearchUnavailableError(
                f"Elasticsearch does not let us write: {reason}. If a disk is nearly full, make room; the block is "
                f"then lifted by itself, and what waits as a job is written."
            )
        if result["status"] == BAD_REQUEST:
            raise DocumentRefusedError(f"Elasticsearch refuses the document {result['_id']}: {reason}")
        raise SearchUnavailableError(f"Elasticsearch failed to write {result['_id']}: {reason}")
