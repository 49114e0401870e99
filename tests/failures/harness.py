"""The bot as it runs, between a fake LINE and its database: web over HTTP, the worker's handlers, LINE over HTTP."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask import Blueprint, Flask

from bot.inbound.webhook import callback_blueprint
from bot.line.client import LineClient
from bot.line.content import LineContentClient
from bot.media import MediaParts
from bot.outbound.outbox import send_to_many
from bot.simulator.testing import ACCESS_TOKEN, CHANNEL_SECRET, FakeLine, LineServer
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.chats import Chat
from bot.simulator.world.history import Message
from bot.simulator.world.phone import Said
from bot.simulator.world.pressing import visible_text
from bot.simulator.world.webhook import WebhookDelivery
from editor_ui.app import create_app
from editor_ui.dependencies import EXTENSION, make_parts
from editor_ui.rate_limits import limiter
from editor_ui.routes import Caller, RouteGroup
from factcheck.api.ops import metrics_blueprint, ops_blueprint
from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, make_engine, make_session_factory, transaction
from factcheck.jobs.schedule import handlers_of
from factcheck.jobs.worker import Worker
from factcheck.media.folder import FolderStore
from factcheck.models import ArticleReply, User
from factcheck.ports import SearchBackend
from factcheck.services import housekeeping
from factcheck.services.media import job_kinds as media_job_kinds
from factcheck.services.media_lookup import KnownFiles
from factcheck.services.users import get_or_create_line_user
from factcheck.settings import Settings
from tests.bot.chatting import Chatting
from tests.conftest import MovableClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.mailer import FakeMailer
from tests.fakes.pictures import FakeLooker
from tests.fakes.search import FakeSearch
from tests.serving import wsgi_server

SETTINGS = Settings(
    secret_key="k" * 40,
    base_url="https://factline.example",
    default_locale="en",
    trial=False,
    line_channel_secret=CHANNEL_SECRET,
    line_channel_access_token=ACCESS_TOKEN,
    metrics_token="metrics",
)


class Site:
    """The web process of `wsgi.py` at `url`, with fakes for what is not the bot's, for one test after the other:
    making its app means compiling the rule of every URL and the templates of every page."""

    url: str

    def __init__(self) -> None:
        nowhere = make_session_factory(make_engine("sqlite://"))
        fakes: Any = {"search": FakeSearch(), "embedder": FakeEmbedder(), "mailer": FakeMailer()}
        machines = [RouteGroup(one, Caller.MACHINE) for one in _machines(nowhere, fakes["search"], utc_now)]
        self.app = create_app(SETTINGS, nowhere, **fakes, others=machines)

    def show(self, factory: SessionFactory, search: FakeSearch, embedder: FakeEmbedder, clock: Clock) -> None:
        """From now on, pages and webhooks are those of these parts; nothing is left of what was before."""
        self.app.extensions[EXTENSION] = make_parts(
            SETTINGS, factory, search=search, embedder=embedder, mailer=FakeMailer(), clock=clock
        )
        limiter.reset()
        fresh = Flask("fresh")  # no more than the views is taken from it
        for blueprint in _machines(factory, search, clock):
            fresh.register_blueprint(blueprint)
        self.app.view_functions.update({name: view for name, view in fresh.view_functions.items() if "." in name})

    @classmethod
    @contextmanager
    def served(cls) -> Iterator[Self]:
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        site = cls()
        with wsgi_server(site.app) as (_, site.url):
            yield site


def _machines(factory: SessionFactory, search: FakeSearch, clock: Clock) -> list[Blueprint]:
    """What answers LINE and those who watch the service."""
    return [
        callback_blueprint(SETTINGS.line_channel_secret, factory, clock=clock),
        ops_blueprint(factory, search, folder=Path()),
        metrics_blueprint(SETTINGS, factory),
    ]


class Bot:
    """`bot.line` is the fake LINE: it sends webhooks to the real web app at `bot.url` and takes the bot's calls, both
    over HTTP. `say`, `press` and `send` assert that the webhook was answered 200, then `settle`: the worker runs until
    nothing is due. They return LINE's JSON of what the bot brought into any chat meanwhile (`words` makes text of it).
    One `clock` for LINE, web and worker, moved by `wait`; `publish` and `reply` make what the bot can find. `search`
    and `embedder` are fakes with a switch `available`; `another_worker` is a second process on the same database.
    """

    def __init__(
        self,
        factory: SessionFactory,
        clock: MovableClock,
        folder: Path,
        line_server: LineServer,
        site: "Site",
        *,
        search: SearchBackend | None = None,
        looker: FakeLooker | None = None,
    ) -> None:
        """`search` stands in for the fake index. With a `looker`, pictures, films and sounds are taken."""
        self._given_search = search
        self.looker = looker or FakeLooker()
        self.store = FolderStore(folder / "media")
        self._takes_media, self._incoming = looker is not None, folder / "incoming"
        self.factory, self.clock = factory, clock
        self.line = FakeLine(folder, clock=lambda: clock().timestamp(), bot_name="Factline", server=line_server)
        self.settings = SETTINGS
        self._site = site

    def __enter__(self) -> Self:
        self.line.__enter__()
        client = LineClient(self.line.base_url, self.line.access_token)
        media = self._media_parts() if self._takes_media else None
        self._chatting = Chatting(self.factory, self.clock, self._given_search, line=client, media=media)
        self.context, self.search, self.embedder = (
            self._chatting.context,
            self._chatting.search,
            self._chatting.embedder,
        )
        self.housekeeping = housekeeping.job_kinds(self.factory, self.settings, self.clock)
        self.handlers = {
            **self._chatting.handlers,
            **handlers_of(self.housekeeping, self.clock),
            **handlers_of(media_job_kinds(self.factory, self.store, self.clock), self.clock),
        }
        self.worker = self.another_worker()
        self.web, self.url = self._site.app, self._site.url
        self.web_uses(self.factory)
        self.line.webhook_url = f"{self.url}/callback"
        return self

    def _media_parts(self) -> MediaParts:
        return MediaParts(
            content=LineContentClient(self.line.base_url, self.line.access_token),
            store=self.store,
            looker=self.looker,
            known=KnownFiles(self.factory, self.looker, self.store),
            incoming=self._incoming,
            allow_loopback=False,
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.line.__exit__(kind, error, trace)

    def web_uses(self, factory: SessionFactory) -> None:
        """From now on the web process works with this database; the worker stays with its own."""
        self._site.show(factory, self.search, self.embedder, self.clock)

    def another_worker(self) -> Worker:
        return Worker(self.factory, self.handlers, clock=self.clock)

    # People

    def person(self, name: str = "Ada", language: str = "en", **options: Any) -> Chat:
        """A friend of the bot; see `FakeLine.person`. No event is sent."""
        return self.line.person(name, language, **options)

    def say(self, person: Chat, text: str, *, chat: Chat | None = None, **extra: Any) -> list[JSONObject]:
        """`chat`: a group; `extra`: fields of the message, for example `mention`."""
        return self.send(self.line.phone.text(person, text, chat=chat, **extra))

    def press(self, person: Chat, label: str, *, chat: Chat | None = None) -> list[JSONObject]:
        """Press the newest button with this label that the person sees."""
        seen = self._seen()
        accepted(self.line.press(person, label, chat=chat))
        return self._news(seen)

    def send(self, *events: JSONObject | Said) -> list[JSONObject]:
        """Events in one webhook, as `bot.line.phone` makes them."""
        seen = self._seen()
        accepted(self.line.deliver(*events))
        return self._news(seen)

    # Time and work

    def settle(self) -> list[JSONObject]:
        seen = self._seen()
        return self._news(seen)

    def wait(self, **duration: float) -> list[JSONObject]:
        """Time passes, then the worker does what is due."""
        self.clock.advance(**duration)
        return self.settle()

    def sent(self) -> list[Message]:
        """All that the bot brought into any chat, in order."""
        chats = self.line.store.chats.all()
        found = [message for chat in chats for message in self.line.store.history.of_chat(chat.id) if message.from_bot]
        return sorted(found, key=lambda message: int(message.id))

    def _seen(self) -> int:
        return len(self.sent())

    def _news(self, seen: int) -> list[JSONObject]:
        self.worker.run_due_jobs()
        return [message.content for message in self.sent()[seen:]]

    # What is known

    def publish(self, text: str, reply: str | None = None) -> str:
        """An article, by somebody else, with a reply or without; indexed. Returns its id."""
        return self._chatting.publish(text, reply)

    def reply(self, article_id: str, text: str, kind: str = "RUMOR") -> ArticleReply:
        """Askers hear of it at the next `settle`."""
        return self._chatting.reply(article_id, text, kind)

    def user(self, person: Chat) -> User:
        return self._chatting.user(person.id)


def accepted(delivery: WebhookDelivery) -> None:
    assert delivery.status == 200, (delivery.status, delivery.error, delivery.body[:300])


def words(messages: list[JSONObject]) -> str:
    """All that can be read of messages."""
    return "\n".join(visible_text(message) for message in messages)


def retry_keys(bot: Bot, path: str = "message/push") -> list[str]:
    """Of the bot's calls, in order."""
    headers = [{name.lower(): value for name, value in call.headers.items()} for call in bot.line.calls(path)]
    return [header["x-line-retry-key"] for header in headers]


def statuses(bot: Bot, path: str) -> list[int | None]:
    """What LINE answered to the bot's calls, in order; None for none."""
    return [call.status for call in bot.line.calls(path)]


def push_to_all(bot: Bot, *people: Chat) -> None:
    """One multicast to friends of the bot, and do what is due."""
    with transaction(bot.factory) as session:
        for person in people:
            get_or_create_line_user(session, person.id, secret_key="k", locale="en", now=bot.clock())
        send_to_many(session, [person.id for person in people], [{"type": "text", "text": "hello"}], now=bot.clock())
    bot.settle()
