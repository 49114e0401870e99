"""Image, compose file, units and hooks start what the Procfile names, with settings that exist and without secrets."""

import fnmatch
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from deploy.dockerfile import UnknownInstructionError, read_dockerfile
from deploy.rehearse import NOT_SERVED, PREPARES, installed, of_packages
from factcheck.long_running import MODELS_NICE, WORKER_NICE
from factcheck.settings import Settings
from tests.rules.imports import PACKAGES, ROOT
from tests.rules.test_env_example import EXAMPLES
from tests.rules.test_requirements import pins

STAGES = read_dockerfile((ROOT / "Dockerfile").read_text(encoding="utf-8"))
IMAGE = STAGES[-1]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SYSTEMD = ROOT / "deploy" / "systemd"
UNITS = {path.name: path.read_text(encoding="utf-8") for path in SYSTEMD.iterdir() if path.is_file()}
PROCFILE = [line.partition(":")[0] for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()]
STARTED = set(PROCFILE) - {"release"}
SETTINGS = {name.upper() for name in Settings.model_fields}
PREPARED = "prepared"
"""The stage that makes the model."""
PARTS = {"start"}
"""Targets that only other targets call."""
SHARES = {0: 1024, 5: 335, 10: 110}
"""Linux's own weights of processes by their niceness (kernel/sched/core.c)."""
OF_THE_SYSTEM = {"PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PIP_DISABLE_PIP_VERSION_CHECK"}


def copied() -> list[str]:
    steps = [step for stage in STAGES for step in stage.steps if step.instruction == "COPY"]
    return [source for step in steps if not step.option("from") for source in step.words()[:-1]]


def test_the_image_has_all_that_the_processes_need() -> None:
    sources = [word for step in IMAGE.steps if step.instruction == "COPY" for word in step.words()[:-1]]
    assert {*PACKAGES, "deploy", "Procfile", "gunicorn.conf.py", "wsgi.py"} <= set(sources)


@pytest.mark.parametrize("source", sorted(set(copied())))
def test_the_builder_gets_what_the_image_copies(source: str) -> None:
    assert (ROOT / source).exists()
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = [line.removeprefix("!").rstrip("/") for line in lines if line.startswith("!")]
    assert any(fnmatch.fnmatch(source, pattern) for pattern in let_through)


def test_the_image_has_only_what_serves() -> None:
    assert installed(STAGES) == ["requirements/serve.txt", "requirements/read.txt"]
    assert PREPARED not in {stage.base for stage in STAGES}


def test_the_size_of_the_image_counts_all_that_it_installs() -> None:
    names = {name for each in installed(STAGES) for name in pins(each)}
    assert of_packages(Path(sys.prefix), *installed(STAGES))["packages"] == len(names)


def test_the_image_leaves_out_the_weights_that_it_does_not_run() -> None:
    made = next(stage for stage in STAGES if stage.name == PREPARED).steps[-1].text
    leaves = f"{PREPARES} && find var/models -name '{NOT_SERVED}' -delete"
    assert made == f"{leaves} && chmod -R a+rX var/models"  # for the image's user


def test_the_image_runs_without_rights_and_is_watched() -> None:
    users = [step.text for step in IMAGE.steps if step.instruction == "USER"]
    assert users == ["10001:10001"]
    assert IMAGE.command("ENTRYPOINT") == ["deploy/process"]
    assert IMAGE.command("CMD") == ["web"]
    assert IMAGE.command("HEALTHCHECK") == ["python", "-m", "deploy.healthcheck", "web"]


def test_the_image_names_settings_that_exist() -> None:
    steps = [step for stage in STAGES for step in stage.steps if step.instruction == "ENV"]
    names = {word.partition("=")[0] for step in steps for word in step.words()}
    assert names - OF_THE_SYSTEM == {"VAR_DIR", "EMBEDDING_MODEL"}


def test_an_instruction_that_a_rehearsal_cannot_follow_is_refused() -> None:
    with pytest.raises(UnknownInstructionError, match="ADD"):
        read_dockerfile("FROM a\n# no\nRUN b \\\n  c\nADD d e\n")
    stage = read_dockerfile("FROM a\n# no\nRUN b \\\n  c\n")[0]
    assert [step.text.split() for step in stage.steps] == [["b", "c"]]


def test_compose_starts_the_processes_of_the_procfile() -> None:
    ours = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "factline"}
    assert ours.keys() == set(PROCFILE)
    for name, service in ours.items():
        assert service["command"] == name
        assert name == "release" or "release" in service.get("depends_on", {"release": ...})
        check = service.get("healthcheck", {})
        assert check.get("disable") or check.get("test", IMAGE.command("HEALTHCHECK"))[-1] in (name, "web")
    assert {"web", "release"} == {name for name, one in ours.items() if "test" not in one.get("healthcheck", {})}


def test_compose_names_settings_that_exist_and_no_secret() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    for service in COMPOSE["services"].values():
        if service["image"] == "factline":
            assert service["environment"].keys() <= SETTINGS
    assert set(re.findall(r"\$\{(\w+)", text)) == {"POSTGRES_PASSWORD"} <= EXAMPLES.keys()
    passwords = [service["environment"].get("POSTGRES_PASSWORD", "${") for service in COMPOSE["services"].values()]
    assert all(password.startswith("${") for password in passwords)


def test_compose_lets_the_machine_reach_web_whatever_the_settings_file_says() -> None:
    web = COMPOSE["services"]["web"]
    assert (web["environment"]["HOST"], web["environment"]["PORT"]) == ("0.0.0.0", 8000)  # noqa: S104
    assert web["ports"] == ["127.0.0.1:8000:8000"]


def test_the_target_wants_the_processes_of_the_procfile() -> None:
    assert set(re.findall(r"factline@(\w+)\.service", UNITS["factline.target"])) == STARTED


@pytest.mark.parametrize("unit", ["factline@.service", "factline-release.service"])
def test_units_start_programs_that_exist_with_settings_that_exist(unit: str) -> None:
    started = re.findall(r"^ExecStart=/opt/factline/(\S+) (\S+)$", UNITS[unit], re.MULTILINE)
    assert started == [("deploy/process", "release" if "release" in unit else "%i")]
    lines = re.findall(r"^Environment=(.*)$", UNITS[unit], re.MULTILINE)
    names = {word.partition("=")[0] for line in lines for word in line.split()}
    assert names - OF_THE_SYSTEM <= SETTINGS
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(UNITS[unit].splitlines())


@pytest.mark.parametrize(
    ("process", "nice"), [("worker", WORKER_NICE), ("embedder", MODELS_NICE), ("reader", MODELS_NICE)]
)
def test_containers_and_units_share_the_processor_as_processes_do(process: str, nice: int) -> None:
    assert COMPOSE["services"][process]["cpu_shares"] == SHARES[nice]
    added = SYSTEMD / f"factline@{process}.service.d" / "processor.conf"
    assert f"CPUWeight={round(100 * SHARES[nice] / SHARES[0])}\n" in added.read_text(encoding="utf-8")


def test_a_process_is_what_the_procfile_says(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    program = shutil.copy(ROOT / "deploy" / "process", tmp_path / "deploy")
    (tmp_path / "Procfile").write_text('web: echo "up at $PORT"\nworker: false\n')
    done = subprocess.run([program, "web"], env={"PORT": "8000"}, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "up at 8000\n")
    wrong = subprocess.run([program, "wrong"], env={}, capture_output=True, text=True)
    assert wrong.returncode == 2
    assert "'wrong'" in wrong.stderr
    assert "web worker" in wrong.stderr


def test_a_process_of_a_trial_starts_again_until_all_are_stopped(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    for name in ("process", "again"):
        shutil.copy(ROOT / "deploy" / name, tmp_path / "deploy")
    (tmp_path / "Procfile").write_text("web: sh -c 'echo $$ && exec sleep 60'\n")
    command = [tmp_path / "deploy" / "again", "web"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        first = int(process.stdout.readline())
        os.kill(first, signal.SIGKILL)
        assert int(process.stdout.readline()) != first
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(timeout=20) != 0


@pytest.mark.parametrize(("name", "ends"), [("worker", True), ("reader", False)])
def test_a_trial_goes_on_without_what_it_can_do_without(tmp_path: Path, name: str, ends: bool) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "bin").mkdir()
    for program in ("process", "again"):
        shutil.copy(ROOT / "deploy" / program, tmp_path / "deploy")
    (tmp_path / "bin" / "sleep").write_text("#!/bin/sh\nexec true\n")  # it would wait a second after each end
    (tmp_path / "bin" / "sleep").chmod(0o755)
    (tmp_path / "Procfile").write_text(f"{name}: false\n")
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    command = [tmp_path / "deploy" / "again", name]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr
        told = [process.stderr.readline() for _ in range(5)]
        again = f"{name} ended with 1. It is started again.\n"
        assert told == [*[again] * 4, f"{name} ended with 1, again and again. It is given up.\n"]
        if not ends:
            assert process.poll() is None
            process.terminate()
        assert process.wait(timeout=20) == 1


def test_a_run_starts_each_process_of_the_procfile_so_that_it_starts_again(tmp_path: Path) -> None:
    steps = subprocess.run(["make", "--dry-run", "start", f"VAR={tmp_path}"], cwd=ROOT, capture_output=True, text=True)
    (make_list,) = [line for line in steps.stdout.splitlines() if line.startswith("sed ")]
    subprocess.run(["sh", "-c", make_list], cwd=ROOT, check=True)
    assert (tmp_path / "Procfile").read_text().splitlines() == [f"{name}: deploy/again {name}" for name in PROCFILE]


def test_hooks_run_what_make_lint_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert recipe is not None
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]
    assert [hook["entry"] for hook in hooks] == commands


def test_make_help_lists_every_target_but_parts_of_others() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.MULTILINE)) == targets - PARTS
