"""What a handler makes of an event: a change of the database, to be made in one transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.inbox import Received

Reaction = Callable[[Session, Received, datetime], bool]
"""Given the event as it is at that moment; returns whether it is handled now. (Not: it waits for others, see
`bot.gathering`.)"""
