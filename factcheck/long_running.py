"""How processes that run for weeks share the processor among their threads, and collect garbage."""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""How long a thread keeps the others waiting. A search of vectors gives way at each piece of their file: beside a
thread that renders a page it would wait Python's 5 ms each time, many times as long as it works. And whoever holds
SQLite's write lock should not wait long behind a thread that compares texts: the webhook needs it, too."""

OBJECTS_BETWEEN = 5_000
"""New objects after which the youngest are looked through; Python's 700 are made by a page dozens of times."""


def prepare() -> None:
    """Call it when all is loaded. The collector is kept off that: to look through it holds up a request or a
    transaction, and after a fork copies memory that was shared."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN, 20, 20)
