"""The version is declared once, and whoever meets the service is told it."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

from bot.line.client import LineError
from bot.line.menus_client import LineMenus
from bot.simulator.testing import FakeLine
from factcheck.version import USER_AGENT, VERSION
from indexer.backends.elasticsearch.client import connect
from tests.fakes.service import service
from tests.rules.imports import ROOT


def test_the_package_has_the_version_of_the_code() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" in declared["project"]["dynamic"]
    assert declared["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "factcheck.version.VERSION"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)


def test_the_newest_section_of_the_changelog_is_this_version() -> None:
    newest = re.search(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == VERSION


@pytest.mark.parametrize("program", ["factcheck", "indexer", "bot"])
def test_every_program_tells_its_version(
    program: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", [program, "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(program, run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"factline {VERSION}\n"


def test_line_is_told(tmp_path: Path) -> None:
    """By both clients: pictures go to another host than messages."""
    with FakeLine(tmp_path) as line:
        client = LineMenus(line.base_url, line.base_url, line.access_token)
        client.account()
        with pytest.raises(LineError):
            client.upload_picture("richmenu-none", b"no picture")
        agents = [entry.headers["user-agent"] for entry in line.calls()]
    assert len(agents) == 2
    assert all(agent.startswith(f"{USER_AGENT} line-bot-sdk-python/") for agent in agents)


def test_elasticsearch_is_told() -> None:
    """Also by a client with options of its own, as for bulk writes."""
    with service() as node:
        node.answer = lambda _sent: (
            200,
            {"X-Elastic-Product": "Elasticsearch", "Content-Type": "application/json"},
            b"{}",
        )
        client = connect([node.url("")])
        client.info()
        client.options(request_timeout=9).info()
        client.close()
    agents = [sent.headers["user-agent"] for sent in node.sent]
    assert len(agents) == 2
    assert all(agent.startswith(f"{USER_AGENT} elasticsearch-py/") for agent in agents)
