import stat
from collections import Counter
from pathlib import Path

from editor_ui.front.inner_sockets import listen, path_of, remove_dead
from editor_ui.front.roles import PROCESSES, Role, next_role


def started(present: list[Role], count: int) -> list[Role]:
    new: list[Role] = []
    for _ in range(count):
        new.append(next_role([*present, *new]))
    return new


def test_a_start_makes_each_process_and_a_reload_each_again() -> None:
    count = sum(PROCESSES.values())
    first = started([], count)
    assert Counter(first) == PROCESSES
    assert Counter(started(first, count)) == PROCESSES


def test_a_process_that_died_is_replaced_by_one_of_its_role() -> None:
    everybody = list(Counter(PROCESSES).elements())
    for dead in Role:
        left = everybody.copy()
        left.remove(dead)
        assert next_role(left) == dead


def test_sockets_are_ours_alone_and_those_of_the_dead_are_removed(tmp_path: Path) -> None:
    alive = listen(tmp_path, "alive")
    dead = listen(tmp_path, "dead")
    assert stat.S_IMODE(path_of(alive).stat().st_mode) == 0o600
    dead.close()
    remove_dead(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [path_of(alive).name]
    alive.close()
