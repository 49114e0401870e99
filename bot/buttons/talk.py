"""The kinds of small talk that the bot answers without looking anything up."""

from enum import StrEnum


class Talk(StrEnum):
    WHO = "WHO"
    """Who are you, what can you do?"""
    THANKS = "THANKS"
    GREETING = "GREETING"
    GOODBYE = "GOODBYE"
    FINE = "FINE"
    """All right; laughter; emoji."""
    ASKING = "ASKING"
    """Is it true? Please share. Words around a message, without one."""
