"""How processes that run for weeks share the processor, and collect garbage."""

import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

SWITCH_SECONDS = 0.0005
"""How long a thread keeps the others waiting. A search of vectors gives way at each piece of their file: beside a
thread that renders a page it would wait Python's 5 ms each time, many times as long as it works. And whoever holds
SQLite's write lock should not wait long behind a thread that compares texts: the webhook needs it, too."""

OBJECTS_BETWEEN = 5_000
"""New objects after which the youngest are looked through; Python's 700 are made by a page dozens of times."""


WORKER_NICE, PAGES_NICE, MODELS_NICE = 5, 10, 10
"""LINE waits two seconds for the webhook; chats can wait longer, and a crowd behind them. Units and containers name the
same shares (`deploy/systemd`)."""

AUTOGROUP = Path("/proc/self/autogroup")
"""A session's own niceness, where Linux shares the processor among sessions first (sched(7))."""


def give_way(niceness: int) -> None:
    """Lets others go first. Process managers begin a session for each process; a terminal's is left as it is."""
    os.nice(niceness)
    if not _has_terminal():
        with suppress(OSError):  # no such system, or it is forbidden
            AUTOGROUP.write_text(str(niceness))


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def prepare() -> None:
    """Call it when all is loaded. The collector is kept off that: to look through it holds up a request or a
    transaction, and after a fork copies memory that was shared."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN, 20, 20)
