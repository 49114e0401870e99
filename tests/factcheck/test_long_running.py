"""Processes give way to others, tried with real ones."""

import os
import subprocess
import sys

import pytest

from factcheck.long_running import AUTOGROUP

GIVES_WAY = """
import os
from factcheck.long_running import AUTOGROUP, give_way
give_way(4)
print(os.nice(0), AUTOGROUP.read_text().split()[-1])
"""


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel shares the processor among processes alone")
@pytest.mark.parametrize("has_own_session", [True, False])
def test_a_process_gives_way_with_its_own_session_and_with_no_other(has_own_session: bool) -> None:
    before, own = AUTOGROUP.read_text().split()[-1], os.getpriority(os.PRIO_PROCESS, 0)
    command = [sys.executable, "-c", GIVES_WAY]
    done = subprocess.run(command, start_new_session=has_own_session, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.split() == [str(own + 4), "4" if has_own_session else before]
    assert AUTOGROUP.read_text().split()[-1] == before
