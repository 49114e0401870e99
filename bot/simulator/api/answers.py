from collections.abc import Collection
from dataclasses import dataclass, field

from bot.simulator.validation.node import BodyProblem, JSONObject, error_body
from bot.simulator.world.store import Store

RATE_EXCEEDED = "The API rate limit has been exceeded. Try again later."
MONTHLY_LIMIT = "You have reached your monthly limit."
INVALID_TOKEN = "Invalid reply token"  # noqa: S105 -- an error message
FAILED = "Failed to send messages"
NOT_FOUND = "Not found"


@dataclass(frozen=True)
class Call:
    store: Store
    request_id: str
    args: dict[str, str]
    """Parts of the path."""
    json: JSONObject
    raw: bytes
    mime: str
    retry_key: str | None


@dataclass(frozen=True)
class Answer:
    status: int
    body: object = None
    """JSON, or bytes or chunks of bytes when `mime` is given."""
    headers: dict[str, str] = field(default_factory=dict)
    mime: str = ""

    def loggable(self) -> object:
        return f"({self.mime})" if self.mime else self.body


def ok(body: object | None = None, status: int = 200) -> Answer:
    return Answer(status, {} if body is None else body)


def refused(status: int, message: str) -> Answer:
    return Answer(status, {"message": message})


def invalid(problems: Collection[BodyProblem]) -> Answer:
    return Answer(400, error_body(problems))
