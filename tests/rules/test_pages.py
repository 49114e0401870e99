"""README and docs say what is: every path, link, command and setting in them exists, and what is made is up to date."""

import re
from pathlib import Path

import pytest
import yaml
from jinja2 import UndefinedError
from prometheus_client import REGISTRY

from benchmarks.pages import OF_CODE, TEMPLATES, fill, pages, read_results
from bot.inbound import webhook
from bot.outbound import sender
from editor_ui.front import front
from factcheck.jobs import worker
from factcheck.settings import Settings
from tests.rules.imports import ROOT
from tests.rules.pages import PAGES, links, paths_named, written_by_hand
from tests.rules.programs import commands

README_LINES = 150
NAMES = sorted(PAGES)
METRICS = r"factline_[a-z_]+"


@pytest.mark.parametrize("name", NAMES)
def test_every_path_that_a_page_names_exists(name: str) -> None:
    missing = sorted(path for path in paths_named(PAGES[name]) if not [*ROOT.glob(path)])
    assert not missing, f"{name} names what is not there"


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_page_links_to_exists(name: str) -> None:
    missing = sorted(target for target in links(PAGES[name]) if target and not ((ROOT / name).parent / target).exists())
    assert not missing, f"{name} links to what is not there"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_in_a_page_exists(name: str) -> None:
    for program, command in re.findall(r"python -m (bot|factcheck|indexer) ([a-z][a-z-]+)", PAGES[name]):
        assert command in commands(program), f"{name}: python -m {program} {command}"
    for module in re.findall(r"python -m (benchmarks\.[a-z_]+)", PAGES[name]):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), f"{name}: {module}"


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_in_a_page_exists(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^ {4})make ([a-z-]+)", PAGES[name], re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{name}: make {target}"


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_in_a_page_exists(name: str) -> None:
    known = {field.upper() for field in Settings.model_fields}
    by_others = {"TEST_DATABASE_URL", "TEST_ELASTICSEARCH_URL", "TEST_ELASTICSEARCH_CONTROL", "TEST_REAL_DATA"}
    quoted = re.findall(r"`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`", written_by_hand(PAGES[name]))
    assert set(quoted) - by_others <= known


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_made_parts_are_as_they_would_be_made(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert fill(text, read_results()) == text, "run `make docs`"


def test_every_template_is_used_and_every_result_is_shown() -> None:
    used = set(re.findall(r"<!-- made: ([a-z_]+) -->", "".join(PAGES.values())))
    assert {path.stem for path in TEMPLATES.glob("[a-z]*.md")} | {*OF_CODE} == used
    shown = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.md"))
    unused = [name for name in read_results() if not re.search(rf"\b{name}\b", shown)]
    assert not unused


def test_every_result_says_what_it_was_made_by() -> None:
    for name, result in read_results().items():
        made = result["made"]
        assert {"date", "command", "commit", "machine", "versions"} <= set(made), name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", made["date"]), name
        assert re.fullmatch(r"[0-9a-f]{7,}", made["commit"]), f"{name}: measured on changes that were not committed"


def test_the_figures_that_stand_first_were_measured_and_not_copied() -> None:
    summary = (TEMPLATES / "summary.md").read_text(encoding="utf-8")
    used = {name: result["made"] for name, result in read_results().items() if re.search(rf"\b{name}\b", summary)}
    assert len(used) > 3
    assert [name for name, made in used.items() if "transcribed" in made] == []


def test_a_figure_that_no_file_has_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill("<!-- made: real_data -->\n<!-- end -->", {})


def test_measured_shares_stand_in_made_parts_only() -> None:
    """A share with two or more decimals was measured: it comes from a file."""
    for name in NAMES:
        if name == "README.md" or name.startswith("docs/"):
            assert not re.findall(r"(?<![\w.])0\.\d{2,}", written_by_hand(PAGES[name])), name


def test_the_readme_is_short() -> None:
    assert len(PAGES["README.md"].splitlines()) <= README_LINES


def test_every_decision_and_page_is_linked_from_another() -> None:
    targets = {(ROOT / name).parent.joinpath(target).resolve() for name in NAMES for target in links(PAGES[name])}
    lost = [name for name in NAMES if name.startswith("docs/") and (ROOT / name) not in targets]
    assert not lost


def test_alerts_and_the_page_on_running_name_metrics_that_there_are() -> None:
    assert {front.ANSWERS, webhook.WEBHOOKS, sender.ALERTS, worker.JOBS_DONE}  # importing them has registered them
    registered = {sample for family in REGISTRY.collect() for sample in _names(family.name, family.type)}
    health = (ROOT / "factcheck" / "services" / "health.py").read_text(encoding="utf-8")
    known = registered | set(re.findall(METRICS, health))
    alerts = (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    rules = [rule for group in yaml.safe_load(alerts)["groups"] for rule in group["rules"]]
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    expressions = " ".join(rule["expr"] for rule in rules)
    named = set(re.findall(METRICS, expressions + written_by_hand(PAGES["docs/operations.md"])))
    assert len(named) > 8
    assert named <= known, sorted(named - known)
    kinds = set(re.findall(r'alert\("([a-z_]+)"', (ROOT / "bot/outbound/sender.py").read_text(encoding="utf-8")))
    assert set(re.findall(r"[a-z_]+", " ".join(re.findall(r'kind=~?"([^"]+)"', expressions)))) <= kinds


def _names(name: str, kind: str) -> tuple[str, ...]:
    endings = {"counter": ("_total",), "histogram": ("", "_bucket", "_count", "_sum")}
    return tuple(name + ending for ending in endings.get(kind, ("",)))
