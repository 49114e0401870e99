"""What the pages work with, kept on the app."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app

from editor_ui.counted import Counts
from editor_ui.guarded_ports import guarded
from editor_ui.log_in.openid import Provider
from editor_ui.log_in.providers import build_providers
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory
from factcheck.ports import Mailer, QueryEmbedder, SearchReader
from factcheck.services.asked_files import MediaAccess
from factcheck.settings import Settings

EXTENSION = "factline_editor_ui"


@dataclass(frozen=True)
class Parts:
    settings: Settings
    session_factory: SessionFactory
    search: SearchReader
    embedder: QueryEmbedder
    mailer: Mailer
    clock: Clock
    providers: Mapping[str, Provider]
    """By name, in the order they are offered."""
    counts: Counts
    media: MediaAccess | None = None
    """None: none are taken or shown."""


def make_parts(
    settings: Settings,
    session_factory: SessionFactory,
    *,
    search: SearchReader,
    embedder: QueryEmbedder,
    mailer: Mailer,
    clock: Clock,
    media: MediaAccess | None = None,
) -> Parts:
    providers = build_providers(settings.login_providers, clock)
    readers = guarded(settings, search, embedder, clock)
    return Parts(settings, session_factory, *readers, mailer, clock, providers, Counts(), media)


def parts() -> Parts:
    return cast(Parts, current_app.extensions[EXTENSION])
