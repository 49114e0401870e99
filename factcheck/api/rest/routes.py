"""The addresses of `/api/v1/`: each is declared once, and the views and the OpenAPI document are made of that."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from factcheck.api.callers import Caller
from factcheck.api.quotas import Left, Quotas
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory
from factcheck.ports import QueryEmbedder, SearchReader
from factcheck.services.asked_files import MediaAccess

Handler = Callable[..., Any]
"""Takes `Api`, what was asked, and the parts of the path; gives a model or a dictionary."""
Quota = Callable[[Quotas, Caller], Left]


@dataclass(frozen=True)
class Api:
    """What a handler may use."""

    factory: SessionFactory
    search: SearchReader
    embedder: QueryEmbedder
    clock: Clock
    quotas: Quotas
    base_url: str
    media: MediaAccess | None = None
    """None: no pictures are compared."""


@dataclass(frozen=True)
class Route:
    """An address, and what stands there. In `path` a part in braces is an argument."""

    path: str
    handler: Handler
    summary: str
    gives: type[BaseModel] | None
    """None: a document of another standard, which `media_type` names."""
    asks: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    on_picture: Handler | None = None
    """Takes a picture in place of the body: `Api`, and the file that was sent."""
    media_type: str = "application/json"
    quota: Quota = field(default=Quotas.take)
    errors: tuple[int, ...] = ()
    """Beside 422 and 429."""

    @property
    def method(self) -> str:
        return "POST" if self.body else "GET"

    @property
    def name(self) -> str:
        return self.handler.__name__
