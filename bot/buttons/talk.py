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
    PERHAPS_CHEATED = "PERHAPS_CHEATED"
    """It may also be news about somebody, so it is looked up, too."""
    DESPAIR = "DESPAIR"
    """Somebody does not want to live."""
    PERSON = "PERSON"
    """Somebody to talk to."""
