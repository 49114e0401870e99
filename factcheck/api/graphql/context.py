from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from graphql import GraphQLError
from sqlalchemy.orm import Session

from factcheck.api.callers import NOBODY, Caller
from factcheck.api.graphql.attachments import ApiMedia
from factcheck.api.quotas import SEARCH_COST, Quotas
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import (
    ForbiddenError,
    GoneError,
    IndexMismatchError,
    InvalidInputError,
    NotFoundError,
    SearchUnavailableError,
    StaleError,
)
from factcheck.models import User
from factcheck.ports import Hit, Part, QueryEmbedder, SearchReader
from factcheck.services.apps import WRITE
from factcheck.services.matching import find_hits
from factcheck.services.roles import Action, require
from factcheck.services.searching import propose
from factcheck.services.users import get_or_create_app_user

NEEDS_USER = "userId is not set via query string."
NEEDS_APP = "userId is set, but x-app-id or x-app-secret is not set accordingly."
LOG_IN_FIRST = "selfOnly can be set only after log in"

REFUSALS = (InvalidInputError, NotFoundError, ForbiddenError, GoneError, StaleError)


class TooManyRequestsError(GraphQLError):
    """Raised when more is asked for than whoever asks may within this minute."""


Result = TypeVar("Result")
Work = Callable[[Session, User, datetime], Result]


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What a change came to, and whose it was: the person may have been made by it."""

    value: Result
    viewer_id: str


@dataclass(frozen=True)
class Context:
    """What a resolver may use. Each opens a session of its own, since the index is asked outside of them."""

    factory: SessionFactory
    search: SearchReader
    embedder: QueryEmbedder
    clock: Clock
    quotas: Quotas
    secret_key: str
    undo_window: timedelta
    """How long a reply waits before it is published."""
    caller: Caller = NOBODY
    media: ApiMedia | None = None
    """None: only texts are taken, and no files shown."""

    @property
    def viewer_id(self) -> str | None:
        return self.caller.user_id

    def charge(self, operations: int) -> None:
        """Counts operations beside the one counted for each query. Raises TooManyRequestsError."""
        left = self.quotas.take(self.caller, operations)
        if left.is_over:
            raise TooManyRequestsError(left.refusal)

    def hits(self, text: str) -> Sequence[Hit]:
        """Asks the index, best first; nothing while it is away. Raises TooManyRequestsError."""
        self.charge(SEARCH_COST - 1)
        try:
            return find_hits(self.search, self.embedder, text, need_vector=False)
        except (SearchUnavailableError, IndexMismatchError):
            return []

    def articles_with_replies_of(self, text: str) -> Sequence[str]:
        """Asks the index for articles with a reply that has all the words, the best first."""
        return propose(self.search, self.embedder, text, Part.REPLIES, with_near=False).words.article_ids

    def require_person(self) -> None:
        """Raises GraphQLError in Cofacts' words."""
        if not self.caller.given_id:
            raise GraphQLError(NEEDS_USER)
        if not self.caller.app_id:
            raise GraphQLError(NEEDS_APP)

    def require_scope(self, scope: str = WRITE) -> None:
        """Raises GraphQLError without a person, or where their app may not do this."""
        self.require_person()
        if scope not in self.caller.scopes:
            raise GraphQLError(f"The app {self.caller.app_id} lacks the scope {scope!r}.")

    def change(self, work: Work[Result], *, scope: str = WRITE) -> Done[Result]:
        """Runs `work` for the person, who is made at first sight, in one transaction. Raises GraphQLError for what
        the app or the person may not do."""
        self.require_scope(scope)
        if self.quotas.take_write(self.caller).is_over:
            raise GraphQLError("This person did very much in a short time. Please try again in an hour.")
        app_id, stored_id, now = self.caller.app_id, self.caller.stored_id, self.clock()
        try:
            with transaction(self.factory) as session:
                user = get_or_create_app_user(session, app_id, stored_id, secret_key=self.secret_key, now=now)
                session.flush()
                require(user, Action.CONTRIBUTE)
                return Done(work(session, user, now), user.id)
        except REFUSALS as error:
            raise GraphQLError(str(error)) from None
