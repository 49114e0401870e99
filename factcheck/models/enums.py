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


class Role(StrEnum):
    """What a volunteer may do (`factcheck.services.roles`)."""

    VOLUNTEER = "VOLUNTEER"
    REVIEWER = "REVIEWER"
    ADMIN = "ADMIN"


class Need(StrEnum):
    """What a message needs of volunteers. REPLY: one soon; STUCK: it has waited long; RETIRED: nobody asks any more;
    VOTES: on its replies; NOTHING: it has them."""

    REPLY = "REPLY"
    STUCK = "STUCK"
    RETIRED = "RETIRED"
    VOTES = "VOTES"
    NOTHING = "NOTHING"


class TaskKind(StrEnum):
    """RATE a reply. SAME: do two messages make the same claim? Choose a TOPIC. REFERENCE: does the page say so?"""

    RATE = "RATE"
    SAME = "SAME"
    TOPIC = "TOPIC"
    REFERENCE = "REFERENCE"


class TaskAnswer(StrEnum):
    """What can be answered beside the id of a topic. NONE: no topic fits. AWAY: the page cannot be opened. UNSURE and
    SKIPPED decide nothing."""

    RATED = "RATED"
    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    NONE = "NONE"
    SAYS_SO = "SAYS_SO"
    NOT_THERE = "NOT_THERE"
    AWAY = "AWAY"
    UNSURE = "UNSURE"
    SKIPPED = "SKIPPED"


class TaskState(StrEnum):
    """SPLIT: people do not agree. DROPPED: what it is about is no longer shown."""

    OPEN = "OPEN"
    DECIDED = "DECIDED"
    SPLIT = "SPLIT"
    DROPPED = "DROPPED"


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
    """REPLY: a first reply to what a person asked about. CORRECTION: a reply that they were shown was taken back.
    CHANGE: it says something else now."""

    REPLY = "REPLY"
    CORRECTION = "CORRECTION"
    CHANGE = "CHANGE"


class PageState(StrEnum):
    """WAITING: it was not fetched yet. GONE: the site says that there is no such page. REFUSED: the site does not let
    us read it, or we do not go there. ERROR: it could not be reached or read."""

    WAITING = "WAITING"
    OK = "OK"
    GONE = "GONE"
    REFUSED = "REFUSED"
    ERROR = "ERROR"


class PageFault(StrEnum):
    """A reason for which a page could not be read, beside what its status says. Cofacts has the first five, too."""

    NAME_NOT_RESOLVED = "NAME_NOT_RESOLVED"
    INVALID_URL = "INVALID_URL"
    NOT_REACHABLE = "NOT_REACHABLE"
    UNSUPPORTED = "UNSUPPORTED"
    HTTPS_ERROR = "HTTPS_ERROR"
    NOT_PUBLIC = "NOT_PUBLIC"
    TOO_SLOW = "TOO_SLOW"
    TOO_MANY_REDIRECTS = "TOO_MANY_REDIRECTS"
    UNKNOWN_ERROR = "UNKNOWN_ERROR"


class SourceKind(StrEnum):
    """How a source of fact-checks from elsewhere is read."""

    CLAIM_REVIEW = "CLAIM_REVIEW"
    """A file of schema.org's ClaimReview: a DataFeed, a list, or one."""
    COFACTS = "COFACTS"
    """Cofacts' GraphQL API, or that of another instance."""


class HookState(StrEnum):
    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"
