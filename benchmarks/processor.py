"""How much of the processor each process takes, the load generator's among them: on two cores they share it."""

import os
from pathlib import Path

from benchmarks.setting import Setting
from tests.e2e.service import children

GENERATOR = "load generator and fake LINE"


def seconds(setting: Setting) -> dict[str, float]:
    """Name of each process, with those that it started -> seconds until now."""
    found = {name: of_family(process.pid) for name, process in setting.service.processes.items()}
    return found | {GENERATOR: sum(_seconds(pid) for pid in (os.getpid(), *setting.line.pids))}


def of_family(pid: int) -> float:
    """Seconds of a process and its children."""
    return sum(_seconds(one) for one in (pid, *children(pid)))


def each(before: dict[str, float], after: dict[str, float], messages: int) -> dict[str, float]:
    """Milliseconds of the processor for one message."""
    return {name: round(1000 * (after[name] - before[name]) / messages, 1) for name in before}


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
