"""Buttons of menus, lists and notices, which belong to no question.

Their data is `2:<action>` with arguments after more colons, each of the kind that public ids are. They work in any
language and any later release, do not expire, and pressing one twice shows the same twice.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from factcheck.ids import is_public_id

FORMAT = re.compile(r"2:([a-z]+)((?::[^:]+){0,2})")


class Action(StrEnum):
    READ = "read"
    """An article and its best reply. Argument: article id"""
    REPLIES = "replies"
    """The replies to an article. Argument: article id"""
    REPLY = "reply"
    """Arguments: article id, reply id"""
    ASK = "ask"
    """"I want to know, too". Argument: article id"""
    TELL = "tell"
    """Write why one asks (argument: article id), or why a reply did not help (article id, reply id)"""
    MINE = "mine"
    """What the person asked about or was shown. Argument: page, from 1 (or none)"""
    SETTINGS = "settings"
    LANGUAGE = "language"
    """Argument: locale; none: ask which"""
    NOTICES = "notices"
    """Argument: on or off"""
    ERASE = "erase"
    TUTORIAL = "tutorial"
    """Argument: example, for a sample answer; or none"""
    SHARE = "share"


@dataclass(frozen=True)
class Called:
    action: Action
    arguments: tuple[str, ...]


def encode(action: Action, *arguments: str) -> str:
    """Return the data of a button. Raises ValueError for arguments that it could not bring back."""
    data = ":".join(["2", action, *arguments])
    if decode(data) != Called(action, arguments):
        raise ValueError(f"not what a button can carry: {data!r}")
    return data


def decode(data: str | None) -> Called | None:
    """Read the data of a pressed button; None for anything that is not ours."""
    found = FORMAT.fullmatch(data or "")
    if not found or found[1] not in list(Action):
        return None
    arguments = tuple(found[2].split(":")[1:])
    return Called(Action(found[1]), arguments) if all(map(is_public_id, arguments)) else None
