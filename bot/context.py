from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, urlsplit

from bot.line.client import Line
from bot.line.typing_indicator import Loading
from bot.media import MediaParts
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory
from factcheck.models import Article, MediaFile
from factcheck.ports import Embedder, Mailer, SearchBackend
from factcheck.services.erasure_log import ErasureLog


@dataclass(frozen=True)
class BotContext:
    factory: SessionFactory
    search: SearchBackend
    embedder: Embedder
    line: Line
    clock: Clock
    base_url: str
    secret_key: str
    default_locale: str
    messages_a_minute: int = 60
    blocked_users: frozenset[str] = frozenset()
    """LINE user ids."""
    loading: Loading | None = None
    """None: no typing dots."""

    hotlines: Mapping[str, str] = field(default_factory=dict)
    """Kind -> number (`Settings.numbers_to_call`)."""
    plain_answers: bool = True
    """False: everything is asked."""

    article_hosts: tuple[str, ...] = ()
    """Other names under which our pages are or were reached."""
    mailer: Mailer | None = None
    """None: no mails, in a trial."""
    mail_bounces: str = ""
    """Where mails are returned to that could not be delivered; '': to their sender."""
    erasure_log: ErasureLog | None = None
    """None: what is erased is not noted for backups."""

    media: MediaParts | None = None
    """None: pictures, films and sounds are not taken."""

    @cached_property
    def own_hosts(self) -> frozenset[str]:
        return frozenset(host.lower() for host in (urlsplit(self.base_url).hostname, *self.article_hosts) if host)

    def about_url(self, locale: str) -> str:
        return f"{self.base_url}/about?lang={locale}"

    def article_url(self, article_id: str, locale: str) -> str:
        """Addresses the page in the language of the chat."""
        return f"{self.base_url}/article/{quote(article_id, safe='')}?lang={locale}"

    def thumbnail_url(self, article: Article, file: MediaFile | None) -> str:
        """Address of a small picture, for a card; '' for none. LINE loads pictures over https alone."""
        if file is None or not file.shows_thumbnail or article.covered or not self.base_url.startswith("https://"):
            return ""
        return f"{self.base_url}/article/{quote(article.id, safe='')}/thumbnail"
