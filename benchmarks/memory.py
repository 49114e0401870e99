"""How much memory each process of the service takes."""

from pathlib import Path

from benchmarks.setting import Measured, Setting
from tests.e2e.service import children


def compared(before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]) -> Measured:
    """MB, resident and proportional (memory shared by several processes is divided among them)."""
    lines = [f"{'memory in MB':42}{'RSS before':>12}{'after':>8}{'PSS before':>12}{'after':>8}"]
    figures = {}
    for name in before:
        first, last = before[name], after.get(name, (0.0, 0.0))
        lines.append(f"{name:42}{first[0]:>12.0f}{last[0]:>8.0f}{first[1]:>12.0f}{last[1]:>8.0f}")
        resident, proportional = ([round(first[at]), round(last[at])] for at in (0, 1))
        figures[name] = {"resident": resident, "proportional": proportional}
    return "\n".join(lines), figures


def of_processes(setting: Setting) -> dict[str, tuple[float, float]]:
    """Name of each process -> (RSS, PSS) in MB; those of gunicorn apart."""
    found = {}
    for name, process in setting.service.processes.items():
        family = [process.pid, *children(process.pid)]
        for number, pid in enumerate(family):
            found[name if number == 0 else f"{name}, process {number}"] = _usage(pid)
    return found


def _usage(pid: int) -> tuple[float, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    values = {line.split(":")[0]: line.split()[1] for line in lines[1:]}
    return float(values["Rss"]) / 1024, float(values["Pss"]) / 1024
