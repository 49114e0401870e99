from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from graphql import GraphQLError
from sqlalchemy.orm import Session

from factcheck.api.callers import NOBODY, Caller
from factcheck.api.graphql.attachments import ApiMedia
from factcheck.api.quotas import Quotas
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import (
    ForbiddenError,
    IndexMismatchError,
    InvalidInputError,
    NotFoundError,
    SearchUnavailableError,
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

Result = TypeVar("Result")
Work = Callable[[Session, User, datetime], Result]


@dataclass(frozen=True)
class Context:
    """What a resolver may use. Each opens a session of its own, since the index is asked outside of them."""

    factory: SessionFactory
    search: SearchReader
    embedder: QueryEmbedder
    clock: Clock
    quotas: Quotas
    secret_key: str
    caller: Caller = NOBODY
    media: ApiMedia | None = None
    """None: only texts are taken, and no files shown."""

    @property
    def viewer_id(self) -> str | None:
        return self.caller.user_id

    def hits(self, text: str) -> Sequence[Hit]:
        """Asks the index, best first; nothing while it is away."""
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

    def change(self, work: Work[Result], *, scope: str = WRITE) -> Result:
        """Runs `work` for the person, who is made at first sight, in one transaction. Raises GraphQLError for what
        the app or the person may not do."""
        self.require_person()
        if scope not in self.caller.scopes:
            raise GraphQLError(f"The app {self.caller.app_id} lacks the scope {scope!r}.")
        if self.quotas.take_write(self.caller).is_over:
            raise GraphQLError("This person did very much in a short time. Please try again in an hour.")
        app_id, stored_id, now = self.caller.app_id, self.caller.stored_id, self.clock()
        try:
            with transaction(self.factory) as session:
                user = get_or_create_app_user(session, app_id, stored_id, secret_key=self.secret_key, now=now)
                session.flush()
                require(user, Action.CONTRIBUTE)
                return work(session, user, now)
        except (InvalidInputError, NotFoundError, ForbiddenError) as error:
            raise GraphQLError(str(error)) from None
