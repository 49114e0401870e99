from dataclasses import dataclass, field

from editor_ui.front.door import Door


@dataclass(eq=False)
class Someone:
    network: str
    is_shut: bool = field(default=False)

    def shut(self) -> None:
        self.is_shut = True


def entered(door: Door, network: str, count: int) -> list[Someone]:
    people = [Someone(network) for _ in range(count)]
    for one in people:
        door.enter(one)
    return people


def shut(people: list[Someone]) -> list[bool]:
    return [one.is_shut for one in people]


def test_of_one_network_who_waited_longest_gives_way() -> None:
    door = Door(total=100, of_network=3)
    elsewhere = entered(door, "b", 1)
    people = entered(door, "a", 4)
    assert shut(people) == [True, False, False, False]
    assert shut(elsewhere) == [False]


def test_a_request_in_hand_is_not_broken_off() -> None:
    door = Door(total=100, of_network=2)
    people = entered(door, "a", 2)
    door.works(people[0])
    people += entered(door, "a", 1)
    assert shut(people) == [False, True, False]
    door.works(people[2])
    door.left(people[1])
    assert shut(entered(door, "a", 1)) == [True], "all others are at work"


def test_who_was_answered_waits_anew() -> None:
    door = Door(total=100, of_network=2)
    people = entered(door, "a", 2)
    door.works(people[0])
    door.waits(people[0])
    entered(door, "a", 1)
    assert shut(people) == [False, True]


def test_all_networks_together_have_a_limit_too() -> None:
    door = Door(total=3, of_network=2)
    people = [one for network in "abcd" for one in entered(door, network, 1)]
    assert shut(people) == [True, False, False, False]


def test_behind_a_proxy_only_the_total_counts() -> None:
    door = Door(total=10, of_network=2)
    assert not any(shut(entered(door, "", 10)))


def test_who_left_takes_no_place() -> None:
    door = Door(total=3, of_network=2)
    for _ in range(5):
        people = entered(door, "a", 2)
        assert not any(shut(people))
        for one in people:
            door.left(one)


def test_who_is_trusted_gives_way_to_nobody() -> None:
    door = Door(total=3, of_network=2)
    line = entered(door, "line", 1)[0]
    door.works(line)
    door.trusts(line)
    door.waits(line)
    strangers = entered(door, "a", 2) + entered(door, "b", 2) + entered(door, "line", 2)
    assert shut([line, *strangers]) == [False, True, True, True, False, True, False]


def test_trust_ends_with_the_connection() -> None:
    door = Door(total=100, of_network=1)
    first = entered(door, "a", 1)[0]
    door.trusts(first)
    door.left(first)
    door.enter(first)
    entered(door, "a", 1)
    assert first.is_shut
