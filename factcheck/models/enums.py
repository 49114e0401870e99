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


class RevisionState(StrEnum):
    """WAITING: by a new account, and nobody else has looked at it. REFUSED: somebody has."""

    SHOWN = "SHOWN"
    WAITING = "WAITING"
    REFUSED = "REFUSED"


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


class PendingKind(StrEnum):
    """NEW: a reply. ADDED: one that is there, put at another message. CHANGE: new words of one that is there."""

    NEW = "NEW"
    ADDED = "ADDED"
    CHANGE = "CHANGE"


class ReportSource(StrEnum):
    """APPEAL: by the person whom a decision concerns. SIGNAL: by a rule; a person decides."""

    PERSON = "PERSON"
    CHAT = "CHAT"
    SIGNAL = "SIGNAL"
    APPEAL = "APPEAL"


class TargetKind(StrEnum):
    """What can be reported and decided on. REPLY: wherever it stands. REQUEST: a reason why somebody asks. COMMENT: on
    a reply, with a vote. PENDING: an unpublished reply."""

    ARTICLE = "ARTICLE"
    REPLY = "REPLY"
    REQUEST = "REQUEST"
    COMMENT = "COMMENT"
    USER = "USER"
    PENDING = "PENDING"


class ItemKind(StrEnum):
    """What a decision changes: a status, words, or who may write. LINK: a reply at one message. TRANSCRIPT: a version
    of what is said to stand in a file."""

    ARTICLE = "ARTICLE"
    LINK = "LINK"
    REPLY = "REPLY"
    REQUEST = "REQUEST"
    COMMENT = "COMMENT"
    USER = "USER"
    PENDING = "PENDING"
    TRANSCRIPT = "TRANSCRIPT"
    WORDS = "WORDS"


class ModerationKind(StrEnum):
    """HOLD: hidden until it is decided. HIDE: of a person, all that they did. BLOCK: a person, with all that they did.
    RESTORE: what was held or hidden. REDACT: personal data gives way to a mark. REMOVE: what the law forbids."""

    HOLD = "HOLD"
    HIDE = "HIDE"
    BLOCK = "BLOCK"
    UNBLOCK = "UNBLOCK"
    RESTORE = "RESTORE"
    REDACT = "REDACT"
    REMOVE = "REMOVE"


class Reason(StrEnum):
    """Classes of reasons, as the page of decisions shows them."""

    SPAM = "SPAM"
    SCAM = "SCAM"
    PERSONAL_DATA = "PERSONAL_DATA"
    HARASSMENT = "HARASSMENT"
    IMPERSONATION = "IMPERSONATION"
    COPYRIGHT = "COPYRIGHT"
    SEXUAL = "SEXUAL"
    MANIPULATION = "MANIPULATION"
    NONSENSE = "NONSENSE"
    ILLEGAL = "ILLEGAL"
    OTHER = "OTHER"


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


class VoteStatus(StrEnum):
    """What the votes that count make of a reply (`factcheck.votes`). UNRATED: too few, or they say nothing yet.
    DISPUTED: people say what is wrong, or camps see it differently."""

    UNRATED = "UNRATED"
    PROVISIONAL = "PROVISIONAL"
    HELPFUL = "HELPFUL"
    DISPUTED = "DISPUTED"


class Apart(StrEnum):
    """Says why a vote does not count in the status of a reply."""

    NEWCOMER = "NEWCOMER"
    """The person has voted on fewer than three days, and nothing that they wrote is accepted."""
    NO_REASON = "NO_REASON"
    """It is against the reply and does not say why."""
    OLD_WORDS = "OLD_WORDS"
    """The reply says something else now."""
    SAME_MAILBOX = "SAME_MAILBOX"
    """Another account with the same mailbox voted first, or wrote the reply."""
    SAME_NETWORK = "SAME_NETWORK"
    """Another account voted on the same reply from the same network and browser within a minute."""
    ONE_AUTHOR = "ONE_AUTHOR"
    """All that the account did was to vote for one author."""


SECOND_ACCOUNT = (Apart.SAME_MAILBOX, Apart.SAME_NETWORK, Apart.ONE_AUTHOR)
"""Signs that one person has several accounts."""


class VoteReason(StrEnum):
    """What a vote is given for. The first five are for a reply, the others against it; OTHER is either."""

    CLEAR = "CLEAR"
    GOOD_SOURCES = "GOOD_SOURCES"
    ADDRESSES_CLAIM = "ADDRESSES_CLAIM"
    CONTEXT = "CONTEXT"
    NEUTRAL = "NEUTRAL"
    INCORRECT = "INCORRECT"
    SOURCES_MISSING = "SOURCES_MISSING"
    SOURCES_DO_NOT_SUPPORT = "SOURCES_DO_NOT_SUPPORT"
    MISSES_POINT = "MISSES_POINT"
    HARD_TO_READ = "HARD_TO_READ"
    BIASED = "BIASED"
    OPINION = "OPINION"
    NOT_NEEDED = "NOT_NEEDED"
    SPAM = "SPAM"
    OTHER = "OTHER"


class JobState(StrEnum):
    READY = "READY"
    RUNNING = "RUNNING"
    DEAD = "DEAD"


class ListKind(StrEnum):
    """What a saved list is of: messages, or replies of one's own."""

    MESSAGES = "messages"
    REPLIES = "replies"


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
