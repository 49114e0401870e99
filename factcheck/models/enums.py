"""Values stored by name, as Cofacts spells them."""

from enum import StrEnum


class ArticleType(StrEnum):
    TEXT = "TEXT"
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"


class ReplyType(StrEnum):
    RUMOR = "RUMOR"
    NOT_RUMOR = "NOT_RUMOR"
    OPINIONATED = "OPINIONATED"
    NOT_ARTICLE = "NOT_ARTICLE"


class Status(StrEnum):
    """DELETED: by its author; BLOCKED: by moderation."""

    NORMAL = "NORMAL"
    DELETED = "DELETED"
    BLOCKED = "BLOCKED"


class Need(StrEnum):
    """What a message needs of volunteers. REPLY: one soon; STUCK: it has waited long; RETIRED: nobody asks any more;
    VOTES: on its replies; NOTHING: it has them."""

    REPLY = "REPLY"
    STUCK = "STUCK"
    RETIRED = "RETIRED"
    VOTES = "VOTES"
    NOTHING = "NOTHING"


class JobState(StrEnum):
    READY = "READY"
    RUNNING = "RUNNING"
    DEAD = "DEAD"


class DeliveryState(StrEnum):
    """UNCERTAIN: LINE may have sent it, and a repeat could send it twice. FAILED: refused for good. CANCELLED: its
    cause was taken back."""

    PENDING = "PENDING"
    SENT = "SENT"
    UNCERTAIN = "UNCERTAIN"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class NoticeKind(StrEnum):
    """REPLY: a first reply to what a person asked about. CORRECTION: a reply that they were shown was taken back."""

    REPLY = "REPLY"
    CORRECTION = "CORRECTION"
