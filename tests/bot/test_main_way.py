"""The way of one text message, from LINE's webhook to the answer that LINE is given: how many rooms it enters."""

import sys
from collections.abc import Callable
from pathlib import PurePath
from types import FrameType
from typing import Any

from tests.bot.chatting import Chatting, words
from tests.rules.imports import ROOT

CLAIM = (
    "Drinking hot water with a slice of lemon every morning cures every kind of cancer, says a professor from Beijing"
)

MOST_ROOMS = 12
"""More are hard to keep in mind at once. A room is a folder of `bot`, or a module that stands beside them."""


def modules_entered(act: Callable[[], Any]) -> list[str]:
    """The modules of `bot` that are entered while `act` runs, in order, one that was left and entered again each time.
    Generated code (of dataclasses) has no file."""
    entered: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        path = PurePath(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(ROOT / "bot"):
            name = str(path.relative_to(ROOT / "bot"))
            if not entered or entered[-1] != name:
                entered.append(name)

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return entered


def test_a_text_that_is_known_is_answered_by_way_of_few_rooms(chat: Chatting) -> None:
    chat.publish(CLAIM, reply="Lemon water is a drink. It cures nothing.")
    chat.say("hello")
    answers: list[dict[str, Any]] = []
    entered = modules_entered(lambda: answers.extend(chat.say(CLAIM)))
    assert "It cures nothing." in words(answers)
    modules = dict.fromkeys(entered)
    rooms = dict.fromkeys(PurePath(module).parts[0] for module in modules)
    print(f"\nthe main way: {len(rooms)} rooms ({', '.join(rooms)}); {len(modules)} modules: {', '.join(modules)}")
    assert {"dispatch.py", "inbound", "understanding", "private", "messages", "outbound"} <= set(rooms)
    assert len(rooms) <= MOST_ROOMS
