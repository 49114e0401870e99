"""Files of results say what they were made by."""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.evaluation import results
from indexer.evaluation.data import EvaluationDataError


def test_a_file_of_results_says_what_it_was_made_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["program", "--articles", "9"])
    results.save(tmp_path / "one.json", {"share": 0.5, "名": "值"})
    found = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    made = found.pop("made")
    assert found == {"share": 0.5, "名": "值"}
    assert set(made) == {"date", "command", "commit", "machine", "versions"}
    assert made["machine"]["cores"] >= 1
    assert len(made["machine"]["load"]) == 3
    assert made["versions"]["numpy"]
    assert made["command"].endswith(" --articles 9")


@pytest.mark.parametrize(("changed", "mark"), [("benchmarks/results/one.json", ""), ("code.py", "+")])
def test_what_others_measured_is_no_change(
    changed: str, mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    path = tmp_path / changed
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("1")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True)
    path.write_text("2")
    monkeypatch.setattr(results, "ROOT", tmp_path)
    results.save(tmp_path / "out.json", {})
    commit = json.loads((tmp_path / "out.json").read_text())["made"]["commit"]
    assert re.fullmatch(r"[0-9a-f]{7}" + re.escape(mark), commit)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match=r"nowhere/one\.json cannot be written: No such file"):
        results.save(tmp_path / "nowhere" / "one.json", {})


def test_a_program_refuses_such_a_file_before_it_works(tmp_path: Path) -> None:
    assert results.out_file(str(tmp_path / "one.json")) == tmp_path / "one.json"
    with pytest.raises(argparse.ArgumentTypeError, match="its folder does not exist"):
        results.out_file(str(tmp_path / "nowhere" / "one.json"))


def test_milliseconds() -> None:
    assert results.milliseconds([0.001 * n for n in range(1, 102)]) == {
        "n": 101,
        "median": 51.0,
        "p95": 96.0,
        "p99": 100.0,
        "max": 101.0,
    }
