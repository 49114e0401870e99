"""Waiting for what must happen, in tests and benchmarks."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0
"""How long a test waits for something that must happen. Reaching it is a failure, not a measurement."""


def wait_until(
    condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS, what: str = "it", pause: float = 0.05
) -> None:
    """Return when `condition` holds. Raises TimeoutError when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:g} s")
        time.sleep(pause)
