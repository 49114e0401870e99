"""Tests that must not run at once, or that share what is dear, are run by one process."""

import pytest


@pytest.mark.xdist_group("groups")
def test_a_group_is_known_to_what_hands_out_the_tests(request: pytest.FixtureRequest) -> None:
    """pytest-xdist tells groups by the end of a test's id; a pytest whose ids it cannot change ignores them unsaid."""
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests run one after the other, or by another plan")
    assert request.node.nodeid.endswith("@groups")
