"""The rooms of the house know each other in one direction. Which ones: `tests.rules.rooms`."""

import pytest

from tests.rules.imports import PACKAGES
from tests.rules.rooms import ALLOWED, broken, chain, module_arrows, modules, room_arrows, room_of, table

MOST_ROOMS = 12
"""From the command line to LINE, one below the other."""


@pytest.mark.parametrize("place", ALLOWED)
def test_rooms_know_only_those_that_they_may(place: str) -> None:
    assert broken(room_arrows(place), ALLOWED[place]) == []


@pytest.mark.parametrize("place", ALLOWED)
def test_rooms_know_each_other_in_one_direction(place: str) -> None:
    rooms = {room_of(module, place) for module in modules(place)} - {""}
    assert {*ALLOWED[place]} <= rooms
    found = chain(room_arrows(place))
    assert 2 < len(found) <= MOST_ROOMS, found


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_import_each_other_in_no_circle(package: str) -> None:
    arrows = module_arrows(package)
    assert len(arrows) >= len(modules(package))
    assert len(chain(arrows)) > 1


def test_the_table_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    shown = table()
    with capsys.disabled():
        print(f"\n{shown}")
    assert [line.split()[0] for line in shown.splitlines()] == ["package", *PACKAGES]


def test_what_is_not_allowed_is_named() -> None:
    arrows = {("private", "messages"), ("messages", "private"), ("private", "line")}
    assert broken(arrows, {"private": ("messages", "line")}) == ["messages -> private"]
    assert broken(arrows, {"private": ("messages", "line", "inbound"), "messages": ("private",)}) == [
        "private -> inbound is allowed for nothing"
    ]


def test_the_longest_chain_and_a_circle() -> None:
    arrows = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]
    assert chain(arrows) == ["a", "b", "c"]
    with pytest.raises(ValueError, match="a circle: "):
        chain([*arrows, ("c", "a")])


def test_rooms_of_modules() -> None:
    assert room_of("bot.line.client", "bot") == "line"
    assert room_of("bot.worker", "bot") == "worker"
    assert room_of("factcheck.matching.text.lang.zh", "factcheck/matching") == "text"
    assert ("bot.private.router", "bot.private.turn") in module_arrows("bot")
    assert ("private", "messages") in room_arrows("bot")
