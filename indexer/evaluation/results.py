"""Files of measured figures; `made` says on what, when and by which command. `python -m benchmarks.pages` makes pages
in `docs` from those in `benchmarks/results`."""

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.clock import utc_now
from indexer.evaluation.data import EvaluationDataError

Json = dict[str, Any]

LIBRARIES = ("numpy", "openvino", "SQLAlchemy", "elasticsearch", "tantivy", "numkong")
ROOT = Path(__file__).parents[2]


def save(path: Path, figures: Mapping[str, Any]) -> None:
    """Adds `made` to the figures. Raises EvaluationDataError if the file cannot be written."""
    try:
        path.write_text(written({"made": made(), **figures}), encoding="utf-8")
    except OSError as error:
        raise EvaluationDataError(f"{path} cannot be written: {error.strerror}.") from error


def written(figures: Mapping[str, Any]) -> str:
    """Writes one measure a line: each interval on a line of its own makes thousands that nobody reads."""
    lines = (f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in figures.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def without_curves(found: Json) -> Json:
    """Leaves out the hundreds of points that --plot draws."""
    systems = {name: without_curves(one) for name, one in found.get("baselines", {}).items()}
    return {name: value for name, value in found.items() if name != "curve"} | (
        {"baselines": systems} if systems else {}
    )


def out_file(text: str) -> Path:
    """Checks the file for a program's `--json` before minutes of work."""
    path = Path(text)
    if not path.absolute().parent.is_dir():
        raise argparse.ArgumentTypeError(f"{path} cannot be written: its folder does not exist")
    return path


def made() -> Json:
    """The load is that of the last 1, 5 and 15 minutes."""
    return {
        "date": f"{utc_now():%Y-%m-%d}",
        "command": _command(),
        "commit": _commit(),
        "machine": {
            "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(int((_field("/proc/meminfo", "MemTotal") or "0").split()[0]) / 2**20),
            "load": [round(value, 1) for value in os.getloadavg()],
        },
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def milliseconds(seconds: Sequence[float]) -> Json:
    """Number, median, 95th and 99th percentile and maximum of `seconds`, in milliseconds."""
    median, p95, p99, most = np.quantile(np.array(seconds) * 1000, [0.5, 0.95, 0.99, 1.0])
    figures = {"median": median, "p95": p95, "p99": p99, "max": most}
    return {"n": len(seconds), **{name: round(float(value), 2) for name, value in figures.items()}}


def _command() -> str:
    """The command as one types it: `python -m benchmarks.scale ...`."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    program = ["-m", spec.name.removesuffix(".__main__")] if spec else [Path(sys.argv[0]).name]
    return shlex.join(["python", *program, *sys.argv[1:]])


def _commit() -> str:
    """Short id, with `+` where files differ from it, but for what others have measured; '' outside of a repository."""
    changed = ["git", "diff", "--quiet", "HEAD", "--", ".", ":(exclude)benchmarks/results"]
    try:
        named = subprocess.run(
            ["git", "rev-parse", "--short=7", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        is_changed = subprocess.run(changed, cwd=ROOT, check=False).returncode != 0
        return named.stdout.strip() + ("+" if is_changed else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _field(path: str, name: str) -> str:
    """Reads from a file of `name: value` lines; '' where there is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    values = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in values if key.strip() == name), "")
