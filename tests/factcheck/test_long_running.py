"""Processes give way to others, tried with real ones."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

OWN = Path("/proc/self/autogroup")
GIVES_WAY = (
    f"{sys.executable} -c 'from factcheck.long_running import give_way; give_way(4); import os; assert os.nice(0) >= 4'"
)
SHOWS = f"cat {OWN}; nice"


@pytest.mark.skipif(not OWN.exists(), reason="this kernel shares the processor among processes alone")
def test_a_process_gives_way_with_its_session_whoever_leads_that() -> None:
    """`make run` starts each process by a shell, which starts it again when it ends."""
    command = ["sh", "-c", f"{GIVES_WAY} && {SHOWS}"]
    done = subprocess.run(command, start_new_session=True, stdout=subprocess.PIPE, text=True, check=True)
    session, shell = done.stdout.splitlines()
    assert session.endswith("nice 4")
    assert int(shell) == os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.skipif(not OWN.exists(), reason="this kernel shares the processor among processes alone")
def test_the_session_of_a_terminal_is_left_as_it_is() -> None:
    told = []

    def read(terminal: int) -> bytes:
        told.append(os.read(terminal, 1024))
        return told[-1]

    pty.spawn(["sh", "-c", f"{GIVES_WAY} && {SHOWS}"], read)
    assert b"".join(told).split(b"nice")[-1].split()[0] == b"0"
