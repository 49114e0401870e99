from enum import StrEnum


class Talk(StrEnum):
    WHO = "WHO"
    THANKS = "THANKS"
    GREETING = "GREETING"
    GOODBYE = "GOODBYE"
    FINE = "FINE"
    """All right; laughter; emoji."""
    ASKING = "ASKING"
    """Words around a message, without one: "is it true?", "please share"."""


class Need(StrEnum):
    CHEATED = "CHEATED"
    PERSON = "PERSON"
    """Somebody to talk to."""
