"""Counts that several processes share."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import pytest

from factcheck import counts
from factcheck.counts import SharedStorage

FORKS = get_context("fork")


def many(storage: SharedStorage) -> None:
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: storage.incr("a", 60), range(500)))


def die_in_the_midst(storage: SharedStorage) -> None:
    with storage._found("a"):
        os.kill(os.getpid(), signal.SIGKILL)


def test_processes_and_their_threads_count_as_one() -> None:
    storage = SharedStorage()
    others = [FORKS.Process(target=many, args=(storage,)) for _ in range(3)]
    for one in others:
        one.start()
    many(storage)
    for one in others:
        one.join()
    assert storage.get("a") == 4 * 500
    assert storage.get("b") == 0


def test_a_process_that_is_killed_while_it_counts_stops_no_other() -> None:
    storage = SharedStorage()
    dies = FORKS.Process(target=die_in_the_midst, args=(storage,))
    dies.start()
    dies.join()
    assert dies.exitcode == -signal.SIGKILL
    assert storage.incr("a", 60, 3) == 3


def test_thousands_of_networks_do_not_push_out_whoever_is_near_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "GROUPS", 4)
    storage = SharedStorage()
    for _ in range(100):
        storage.incr("a", 60)
    for number in range(1000):
        storage.incr(f"network {number}", 60)
    assert storage.get("a") == 100


def test_what_is_cleared_is_forgotten_and_so_is_all_after_a_reset() -> None:
    storage = SharedStorage()
    assert [storage.incr(key, 60) for key in ("a", "b", "b")] == [1, 1, 2]
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 2)
    storage.reset()
    assert storage.get("b") == 0
    assert storage.incr("b", 60, counts.MOST + 5) == counts.MOST
