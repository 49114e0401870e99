"""How processes that run for weeks collect garbage."""

import gc

OBJECTS_BETWEEN = 5_000
"""New objects after which the youngest are looked through; Python's 700 are made by a page dozens of times."""


def leave_what_is_loaded() -> None:
    """Keeps the collector off what lives as long as the process: to look through it takes 130 to 250 ms, in the midst
    of a request or a transaction, and after a fork copies memory that was shared."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN, 20, 20)
