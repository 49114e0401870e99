"""What the bot's handlers work with, put together once by the worker."""

from dataclasses import dataclass

from bot.line_client import Line
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory
from factcheck.ports import Embedder, SearchBackend


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

    def article_url(self, article_id: str) -> str:
        return f"{self.base_url}/article/{article_id}"
