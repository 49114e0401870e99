"""What each question of the bot carries until it is answered: one type for each `State`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias


class State(StrEnum):
    """The bot's questions, as `Dialogue.state` names them."""

    CHOOSING = "CHOOSING"
    SOURCE = "SOURCE"
    """No longer asked; its buttons still work."""
    CONSENT = "CONSENT"
    DIFFERING = "DIFFERING"
    WAITING = "WAITING"
    RATING = "RATING"
    TOGETHER = "TOGETHER"
    SEPARATE = "SEPARATE"
    FOUND = "FOUND"
    CONSENT_ALL = "CONSENT_ALL"
    ERASING = "ERASING"
    WRITING = "WRITING"
    ADDING = "ADDING"


class Purpose(StrEnum):
    REASON = "reason"
    COMMENT = "comment"


@dataclass(frozen=True)
class Burst:
    """Messages that a person sent in one go and said belong together. Each carries it from question to question."""

    article_ids: tuple[str, ...]
    """The articles recognised among them at that time."""
    match_ids: tuple[int, ...]
    """The `Match` rows of all of them."""


@dataclass(frozen=True)
class SentMessage:
    text: str
    match_id: int
    message_id: str | None
    """None where LINE sent none."""
    burst: Burst | None = None
    file_id: str | None = None
    """The picture, film or sound that it is; `text` was read in it."""
    file_type: str = ""
    """Its `ArticleType`; '' for a text."""
    has_faces: bool = False


@dataclass(frozen=True)
class FoundMessage:
    message: SentMessage
    article_id: str


@dataclass(frozen=True)
class Refusable:
    """A question that "this is not what I sent" answers, if it carries the message."""

    message: SentMessage | None

    @property
    def offered_article_id(self) -> str | None:
        """Return None if the question offers several."""
        return None


@dataclass(frozen=True)
class Several:
    """A question about messages of a burst. A place is None once its message was taken back or published, so that
    numbered buttons keep their meaning."""

    messages: tuple[SentMessage | None, ...]

    @property
    def present(self) -> list[SentMessage]:
        return [message for message in self.messages if message is not None]


@dataclass(frozen=True)
class Choosing(Refusable):
    """Which of these articles is the message?"""

    message: SentMessage
    article_ids: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """Was the message forwarded, or typed?"""

    message: SentMessage


@dataclass(frozen=True)
class Consent:
    """May the message be published?"""

    message: SentMessage


@dataclass(frozen=True)
class Differing(Refusable):
    """Is the message, for all that differs, the same thing as the article? If the article has no reply: may the message
    be published?"""

    message: SentMessage
    article_id: str

    @property
    def offered_article_id(self) -> str:
        return self.article_id


@dataclass(frozen=True)
class Waiting(Refusable):
    """Nobody has replied to the article yet: is it what the person sent?"""

    article_id: str

    @property
    def offered_article_id(self) -> str:
        return self.article_id


@dataclass(frozen=True)
class Rating(Refusable):
    """Did the reply help?"""

    article_id: str
    reply_id: str

    @property
    def offered_article_id(self) -> str:
        return self.article_id


@dataclass(frozen=True)
class Together(Several):
    """Do these messages, sent in one go, belong together?"""


@dataclass(frozen=True)
class Separate(Several):
    """Which of these messages shall be looked at now?"""


@dataclass(frozen=True)
class Found:
    """Which of the articles found shall be shown? Places as in `Several`."""

    messages: tuple[FoundMessage | None, ...]


@dataclass(frozen=True)
class ConsentAll(Several):
    """May these messages of a burst be published?"""


@dataclass(frozen=True)
class Erasing:
    """Shall everything that the person sent be deleted?"""


@dataclass(frozen=True)
class Writing:
    """Is the next text a reason or a comment?"""

    purpose: Purpose
    article_id: str
    reply_id: str
    """'' for a reason."""


@dataclass(frozen=True)
class Adding:
    """Is this text the reason or comment that the person wanted to write?"""

    message: SentMessage
    purpose: Purpose
    article_id: str
    reply_id: str
    """'' for a reason."""


Question: TypeAlias = (
    Choosing
    | Source
    | Consent
    | Differing
    | Waiting
    | Rating
    | Together
    | Separate
    | Found
    | ConsentAll
    | Erasing
    | Writing
    | Adding
)

TYPES: Mapping[State, type[Question]] = {
    State.CHOOSING: Choosing,
    State.SOURCE: Source,
    State.CONSENT: Consent,
    State.DIFFERING: Differing,
    State.WAITING: Waiting,
    State.RATING: Rating,
    State.TOGETHER: Together,
    State.SEPARATE: Separate,
    State.FOUND: Found,
    State.CONSENT_ALL: ConsentAll,
    State.ERASING: Erasing,
    State.WRITING: Writing,
    State.ADDING: Adding,
}


def state_of(question: Question) -> State:
    return next(state for state, kind in TYPES.items() if type(question) is kind)


def messages_of(question: Question) -> list[SentMessage]:
    if isinstance(question, Found):
        return [found.message for found in question.messages if found is not None]
    if isinstance(question, Several):
        return question.present
    if isinstance(question, Erasing | Writing):
        return []
    return [question.message] if question.message is not None else []


def without(question: Question, is_gone: Callable[[SentMessage], bool]) -> Question | None:
    """Return None if the question was about nothing else."""
    if not any(is_gone(message) for message in messages_of(question)):
        return question
    if isinstance(question, Found):
        found = tuple(None if one is None or is_gone(one.message) else one for one in question.messages)
        return replace(question, messages=found) if any(found) else None
    if isinstance(question, Several):
        messages = tuple(None if one is None or is_gone(one) else one for one in question.messages)
        return replace(question, messages=messages) if any(messages) else None
    return None
