"""Buttons of menus, lists and notices, which belong to no question.

Their data is `2:<action>` with arguments after more colons. They work in any language and later release, as often as
they are pressed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from factcheck.ids import is_public_id

FORMAT = re.compile(r"2:([a-z]+)((?::[^:]+){0,3})")


class Action(StrEnum):
    READ = "read"
    """Argument: article id"""
    REPLIES = "replies"
    """Argument: article id"""
    REPLY = "reply"
    """Arguments: article id, reply id"""
    ASK = "ask"
    """Argument: article id"""
    TELL = "tell"
    """Arguments: article id; for a comment on a reply also reply id"""
    REPORT = "report"
    """Arguments: article id, reply id, a letter for the reason (`bot.messages.reports`) or none"""
    MINE = "mine"
    """Argument: page, from 1 (or none)"""
    SETTINGS = "settings"
    LANGUAGE = "language"
    """Argument: locale; none: ask which"""
    NOTICES = "notices"
    """Argument: on or off"""
    ERASE = "erase"
    TUTORIAL = "tutorial"
    """Argument: example, for a sample answer; or none"""
    SHARE = "share"
    VOLUNTEER = "volunteer"
    """A link by which the person becomes a volunteer on the web."""


@dataclass(frozen=True)
class Called:
    action: Action
    arguments: tuple[str, ...]


def encode(action: Action, *arguments: str) -> str:
    """Raises ValueError for arguments that a button could not bring back."""
    data = ":".join(["2", action, *arguments])
    if decode(data) != Called(action, arguments):
        raise ValueError(f"not what a button can carry: {data!r}")
    return data


def decode(data: str | None) -> Called | None:
    """Return None for anything that is not ours."""
    found = FORMAT.fullmatch(data or "")
    if not found or found[1] not in list(Action):
        return None
    arguments = tuple(found[2].split(":")[1:])
    return Called(Action(found[1]), arguments) if all(map(is_public_id, arguments)) else None
