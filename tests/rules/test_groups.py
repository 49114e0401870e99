"""Tests that must not run at once, or that share what is dear, are run by one process."""

import re

import pytest

from tests.campaigns import CAMPAIGNS
from tests.rules.imports import ROOT

HERE = ROOT / "tests/rules/test_groups.py"


@pytest.mark.xdist_group("groups")
def test_a_group_is_known_to_what_hands_out_the_tests(request: pytest.FixtureRequest) -> None:
    """pytest-xdist tells groups by the end of a test's id; a pytest whose ids it cannot change ignores them unsaid."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests run one after the other, or by another plan")
    assert request.node.nodeid.endswith("@groups")


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_every_campaign_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    found = ROOT / "tests" / path
    assert f"def {test}" in found.read_text(encoding="utf-8") if test else found.exists()


def test_coroutines_run_in_a_thread_of_their_own() -> None:
    """A browser of another test of the same process keeps a loop in the main thread, where no second one may run."""
    loops = re.compile(r"asyncio\.run\(|run_until_complete\(|asyncio\.Runner\(")
    assert loops.search("asyncio.run(play())")
    assert not [path.name for path in (ROOT / "tests").rglob("*.py") if loops.search(path.read_text()) and path != HERE]
