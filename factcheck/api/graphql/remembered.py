"""Answers to queries that strangers send again and again, kept for a moment: a site's front page asks for the same list
for each of its visitors. As with pages, the moment bounds for how long is shown what was hidden meanwhile."""

import json
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from graphql import DocumentNode, OperationDefinitionNode, OperationType

LIFE_SECONDS = 2.0
MOST_CHARACTERS = 20_000_000
MOST_OF_ONE = 200_000


class Answers:
    """Answers as JSON. Threads share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._kept: dict[Hashable, tuple[float, str]] = {}
        """Oldest first."""
        self._characters = 0

    def get(self, key: Hashable | None) -> str | None:
        with self._lock:
            made_at, text = self._kept.get(key, (0.0, None))
            return text if text is not None and self._clock() - made_at <= LIFE_SECONDS else None

    def keep(self, key: Hashable | None, asked_at: float, text: str) -> None:
        """Keeps what was asked for at a time of `now`; None: nothing."""
        if key is None or len(text) > MOST_OF_ONE:
            return
        with self._lock:
            self._drop(key)
            oldest = self._clock() - LIFE_SECONDS
            while (
                self._kept
                and (first := next(iter(self._kept)))
                and (self._kept[first][0] < oldest or self._characters + len(text) > MOST_CHARACTERS)
            ):
                self._drop(first)
            self._kept[key] = asked_at, text
            self._characters += len(text)

    def now(self) -> float:
        return self._clock()

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self._characters -= len(self._kept.pop(key)[1])


def key_of(query: str, document: DocumentNode, variables: Mapping[str, Any], name: str | None) -> Hashable | None:
    """Makes what is the same for queries with the same answer; None for what may change something. Variables that the
    query does not declare count for nothing."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if any(node.operation is not OperationType.QUERY for node in operations):
        return None
    declared = {one.variable.name.value for node in operations for one in node.variable_definitions or ()}
    given = {one: variables[one] for one in sorted(declared) if one in variables}
    return query, name, json.dumps(given, sort_keys=True)
