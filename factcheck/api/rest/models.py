"""What `/api/v1/` takes and gives. The OpenAPI document is made of these."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from factcheck.api.storable import is_storable
from factcheck.limits import MAX_MATCHED, MAX_QUERY_LENGTH

MOST_A_PAGE = 100

Item = TypeVar("Item")
Type = Literal["TEXT", "IMAGE", "VIDEO", "AUDIO"]
Verdict = Literal["RUMOR", "NOT_RUMOR", "OPINIONATED", "NOT_ARTICLE"]
Shown = Literal["NORMAL", "DELETED", "BLOCKED"]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=20)]


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("must be text without control characters")
    return text


def _in_utc(moment: datetime) -> datetime:
    """Takes a time without a zone for UTC."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("lies too far away") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[str, Field(max_length=100), AfterValidator(_storable)]
Cursor = Annotated[str | None, Field(max_length=500, description="`next` of the page before.")]


class Given(BaseModel):
    """Something that is answered."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Asked(Given):
    """Arguments of an address. Unknown ones are errors, so that a slip does not go unnoticed."""


class Paged(Asked):
    """Arguments of a list in pages."""

    limit: int = Field(20, ge=1, le=MOST_A_PAGE, description="Items of the page.")
    cursor: Cursor = None


class ArticlesAsked(Paged):
    """Which messages, and in which order."""

    order: Literal["newest", "oldest"] = "newest"
    replied: bool | None = Field(None, description="With (true) or without (false) a reply.")
    topic: Id | None = Field(None, description="Id of a topic that was not refused.")
    language: Language | None = Field(None, description="BCP 47 tag of the language its letters look like.")
    created_after: Moment | None = Field(None, description="ISO 8601; UTC where no zone is named.")
    created_before: Moment | None = Field(None, description="ISO 8601; UTC where no zone is named.")


class RepliesAsked(Paged):
    """Which replies, and in which order."""

    order: Literal["newest", "oldest"] = "newest"
    type: Verdict | None = None


class LinksAsked(Paged):
    """Which replies at which messages."""

    order: Literal["newest", "oldest"] = "newest"
    article_id: Id | None = None
    reply_id: Id | None = None


class SearchAsked(Asked):
    """What is searched for. All words must be there; likeness only adds."""

    q: Text = Field(min_length=1, max_length=MAX_QUERY_LENGTH)
    within: Literal["messages", "replies"] = "messages"
    limit: int = Field(20, ge=1, le=MOST_A_PAGE)
    offset: int = Field(0, ge=0, le=10_000)


class ChangesAsked(Asked):
    """Arguments that say from where changes are read."""

    after: int = Field(0, ge=0, le=2**31 - 1, description="`last` of the page before; 0: from the beginning.")
    limit: int = Field(MOST_A_PAGE, ge=1, le=500)


class MatchAsked(Asked):
    """A message to compare with those that are known. It is not kept."""

    text: Text = Field(min_length=1, max_length=MAX_MATCHED)


class ClaimsAsked(Asked):
    """Arguments of Google's claim search that have a meaning here."""

    query: Text = Field("", max_length=MAX_QUERY_LENGTH)
    language_code: Language | None = None
    review_publisher_site_filter: Text = Field("", max_length=255)
    max_age_days: int | None = Field(None, ge=0, le=100_000)
    page_size: int = Field(10, ge=1, le=MOST_A_PAGE)
    page_token: Text = Field("", max_length=20)
    offset: int = Field(0, ge=0, le=10_000)


class Page(Given, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


class CheckedBy(Given):
    """Names the checker, if it was not done here."""

    publisher: str
    licence: str
    url: str


class Reply(Given):
    """A fact-check. A changed one has its new words and a later `editedAt`."""

    id: str
    type: Verdict
    text: str = Field(description="Empty where it may not be shown.")
    reference: str
    created_at: datetime | None
    edited_at: datetime | None
    url: str
    checked_by: CheckedBy | None


class ArticleReply(Given):
    """A reply at a message, with what readers found of it there."""

    article_id: str
    reply_id: str
    status: Shown
    helpful: int
    not_helpful: int
    created_at: datetime | None
    reply: Reply


class Article(Given):
    """A message that people reported."""

    id: str
    type: Type
    status: Shown
    text: str = Field(description="Empty where it may not be shown.")
    language: str = Field(description="BCP 47 tag of the language its letters look like; '' for none.")
    request_count: int = Field(description="People who asked for a check.")
    topics: list[str] = Field(description="Ids of topics that were not refused.")
    created_at: datetime | None
    last_requested_at: datetime | None
    url: str
    replies: list[ArticleReply] = Field(description="Those that are shown, the best first.")


class Topic(Given):
    """What messages are about."""

    id: str
    title: str
    description: str


class Topics(Given):
    """All topics there are."""

    items: list[Topic]


class Found(Given):
    """What was found."""

    total: int
    items: list[Article]
    fallback: bool = Field(description="The index was away, so that nothing could be found.")


class Change(Given):
    """A place where the message and what is known of it differ."""

    kind: str
    yours: str
    theirs: str


class Candidate(Given):
    """A known message that may be the one asked about."""

    probability: float = Field(description="That both make the same claim, 0 to 1.")
    standing: Literal["SAME", "PROBABLY", "PERHAPS"]
    article: Article


class Match(Given):
    """What came of comparing a message. ANSWER: the first candidate is it. DIFFERS: it is nearly it, and `changes` says
    what differs. CHOOSE: it may be one of them. UNKNOWN: it is none."""

    outcome: Literal["ANSWER", "DIFFERS", "CHOOSE", "UNKNOWN"]
    changes: list[Change]
    candidates: list[Candidate]


class ChangedArticle(Given):
    """A message as it is now. Of one that was hidden or erased only the id is left: drop it from copies."""

    number: int
    id: str
    deleted: bool
    article: Article | None


class Changes(Given):
    """Changes in their order. Each message stands at its last one."""

    items: list[ChangedArticle]
    last: int = Field(description="Give it as `after` next time.")
    more: bool


class Publisher(Given):
    """The reviewer of a claim."""

    name: str
    site: str


class GoogleReview(Given):
    """A review in Google's form."""

    publisher: Publisher
    url: str
    title: str
    review_date: datetime | None
    textual_rating: str
    language_code: str


class GoogleClaim(Given):
    """A claim in Google's form. `claimant` is never known here: messages are anonymous."""

    text: str
    claim_date: datetime | None
    claim_review: list[GoogleReview]


class GoogleClaims(Given):
    """An answer of Google's claim search."""

    claims: list[GoogleClaim]
    next_page_token: str


class Problem(Given):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default_factory=list, description="Fields, and what is wrong with each.")
