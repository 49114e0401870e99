"""How processes that run for weeks share the processor among their threads, and collect garbage."""

import gc
import sys

SWITCH_SECONDS = 0.0005
"""How long a thread keeps the others waiting. A search of vectors gives way a hundred times: beside one that renders a
page it would take a second, with Python's 5 ms. And whoever holds SQLite's write lock should not wait long behind a
thread that compares texts: the webhook needs it, too."""

OBJECTS_BETWEEN = 5_000
"""New objects after which the youngest are looked through; Python's 700 are made by a page dozens of times."""


def prepare() -> None:
    """Call it when all is loaded. The collector is kept off that: to look through it takes 130 to 250 ms, in the midst
    of a request or a transaction, and after a fork copies memory that was shared."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN, 20, 20)
