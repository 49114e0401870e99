"""A person chatting with the bot: events go into the inbox, the worker's handlers run, what is said comes back."""

from typing import Any

from sqlalchemy import select

from bot.context import BotContext
from bot.inbound.webhook import store_events
from bot.line.client import Line
from bot.media import MediaParts
from bot.outbound.sender import ALERTS
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.worker import Worker
from factcheck.models import Article, ArticleReply, User
from factcheck.ports import SearchBackend
from factcheck.services.articles import submit_article
from factcheck.services.erasure_log import ErasureLog
from factcheck.services.replies import ReplyDraft, new_form_key, write_reply
from factcheck.services.users import get_or_create_volunteer
from tests.conftest import MovableClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.line import RecordingLine
from tests.fakes.search import FakeSearch
from tests.job_kinds import bot_job_handlers, index_job_handlers


class Chatting:
    def __init__(
        self,
        factory: SessionFactory,
        clock: MovableClock,
        search: SearchBackend | None = None,
        *,
        line: Line | None = None,
        erasure_log: ErasureLog | None = None,
        media: MediaParts | None = None,
    ) -> None:
        """`search` and `line` stand in for the fake index and the LINE that records."""
        self.factory, self.clock = factory, clock
        self.line, self.search, self.embedder = RecordingLine(), FakeSearch(), FakeEmbedder()
        backend = search or self.search
        self.context = BotContext(
            factory=factory,
            search=backend,
            embedder=self.embedder,
            line=line or self.line,
            clock=clock,
            base_url="https://factline.example",
            secret_key="key",
            default_locale="en",
            erasure_log=erasure_log,
            media=media,
        )
        self.handlers = {
            **bot_job_handlers(self.context),
            **index_job_handlers(factory, backend, self.embedder, clock=clock),
        }
        self.worker = Worker(factory, self.handlers, clock=clock)
        self._events = 0

    def event(self, kind: str, user: str = "Ua", **extra: Any) -> dict[str, Any]:
        self._events += 1
        return {
            "type": kind,
            "mode": "active",
            "timestamp": int(self.clock().timestamp() * 1000),
            "webhookEventId": f"event-{self._events}",
            "deliveryContext": {"isRedelivery": False},
            "replyToken": f"token-{self._events}",
            "source": {"type": "user", "userId": user},
            **extra,
        }

    def send(self, *events: dict[str, Any]) -> list[dict[str, Any]]:
        """Events arrive and are handled; returns the messages that LINE was given meanwhile."""
        before = len(self.line.sent)
        with transaction(self.factory) as session:
            store_events(session, list(events), now=self.clock())
        self.worker.run_due_jobs()
        return [message for _, _, messages in self.line.sent[before:] for message in messages]

    def say(self, text: str, user: str = "Ua") -> list[dict[str, Any]]:
        """A while after what was sent before, so that nobody takes the two for one."""
        self.clock.advance(seconds=10)
        return self.send(self.event("message", user, message={"type": "text", "id": str(self._events), "text": text}))

    def press(self, messages: list[dict[str, Any]], label: str, user: str = "Ua") -> list[dict[str, Any]]:
        """A while after what was pressed before: two presses at once are a double click."""
        self.clock.advance(seconds=5)
        data = {button["label"]: button["data"] for button in buttons(messages)}[label]
        return self.send(self.event("postback", user, postback={"data": data}))

    def publish(self, text: str, reply: str | None = None) -> str:
        """An article, by somebody else, with a reply or without; returns its id."""
        with transaction(self.factory) as session:
            asker = get_or_create_volunteer(session, "asker@x.org", secret_key="key", locale="en", now=self.clock())
            session.flush()
            article_id = submit_article(session, text, asker, now=self.clock()).id
        if reply:
            self.reply(article_id, reply)
        self.worker.run_due_jobs()
        return article_id

    def reply(self, article_id: str, text: str, kind: str = "RUMOR") -> ArticleReply:
        with transaction(self.factory) as session:
            writer = get_or_create_volunteer(session, "writer@x.org", secret_key="key", locale="en", now=self.clock())
            session.flush()
            draft = ReplyDraft(kind, text, "https://example.org/source", new_form_key())
            return write_reply(session, session.get_one(Article, article_id), draft, writer, now=self.clock())

    def user(self, line_id: str = "Ua") -> User:
        with read_only(self.factory) as session:
            return session.scalars(select(User).where(User.app_user_id == line_id)).one()


def longer(text: str) -> str:
    """A message that somebody sends without its end. The index is needed to find it: what is known word for word is
    answered without."""
    return f"{text} Everybody in the clinic has tried it."


def buttons(found: Any) -> list[dict[str, Any]]:
    """All postback actions in messages."""
    if isinstance(found, list):
        return [button for part in found for button in buttons(part)]
    if isinstance(found, dict):
        if found.get("type") == "postback":
            return [found]
        return [button for part in found.values() for button in buttons(part)]
    return []


def words(found: Any) -> str:
    """All text in messages."""
    if isinstance(found, list):
        return "\n".join(words(part) for part in found)
    if isinstance(found, dict):
        return "\n".join(v if k in ("text", "altText", "label") else words(v) for k, v in found.items())
    return ""


def alerts(kind: str) -> float:
    """How often whoever runs the service was told of it."""
    value: float = ALERTS.labels(kind)._value.get()
    return value
