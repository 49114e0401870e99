"""A message was unsent: everything that we hold of it goes."""

from bot.chat import Turn
from bot.events import Event


def forget_unsent(turn: Turn, event: Event) -> None:
    """Nothing is said: whoever takes something back wants quiet."""
