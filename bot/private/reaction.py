"""What a handler makes of an event: a change of the database, to be made in one transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.inbound.inbox import Received
from bot.private.turn import Turn

Speak = Callable[[Turn], bool | None]
"""What the bot does in one turn with one person. False: the message is not handled yet, it waits for others
(`bot.private.texts`)."""

Reaction = Callable[[Session, Received, datetime], bool]
"""The same for an event of any chat, as it is at that moment; returns whether it is handled now."""
