"""Counts of long lists are remembered for a while, those of short ones never."""

from editor_ui import counted
from editor_ui.counted import KEPT_SECONDS, LONG, MOST_KEPT, Counts


class Table:
    """What is counted, and how often it was."""

    def __init__(self, rows: int) -> None:
        self.rows, self.reads, self.now = rows, 0, 0.0
        self.counts = Counts(lambda: self.now)

    def ask(self, key: str = "all") -> int:
        def count() -> int:
            self.reads += 1
            return self.rows

        return self.counts.of(key, count, lambda found: found)


def test_a_long_list_is_counted_anew_after_a_while() -> None:
    table = Table(LONG)
    assert [table.ask() for _ in range(3)] == [LONG] * 3
    table.rows += 5
    assert (table.ask(), table.reads) == (LONG, 1)
    assert table.ask("another") == LONG + 5
    table.now += KEPT_SECONDS
    assert (table.ask(), table.reads) == (LONG + 5, 3)


def test_a_short_list_is_counted_each_time_also_after_it_was_long() -> None:
    table = Table(LONG)
    table.ask()
    table.now += KEPT_SECONDS
    for rows in (LONG - 1, LONG - 2):
        table.rows = rows
        assert table.ask() == rows


def test_only_so_many_are_kept() -> None:
    table = Table(LONG)
    for number in range(counted.MOST_KEPT + 1):
        table.ask(str(number))
    assert table.reads == MOST_KEPT + 1
    table.ask(str(MOST_KEPT))
    assert table.reads == MOST_KEPT + 1, "the newest is kept"
    table.ask("0")
    assert table.reads == MOST_KEPT + 2, "the oldest is not"
