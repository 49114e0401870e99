import hashlib
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask_babel import gettext
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import BaseConverter, IntegerConverter, Map, ValidationError

from editor_ui import sizes
from editor_ui.addresses import init_known_addresses
from editor_ui.auth import init_account
from editor_ui.came_from import init_came_from
from editor_ui.dependencies import EXTENSION, make_parts, parts
from editor_ui.errors import init_errors
from editor_ui.flask_app import Site
from editor_ui.language import LANGUAGES, catalogue_of, init_language
from editor_ui.links import linked
from editor_ui.moderation_words import init_moderation_words
from editor_ui.rate_limits import init_limits
from editor_ui.routes import PAGES, RouteGroup, register
from editor_ui.security import init_security
from editor_ui.sessions import SESSION_COOKIE, PageSessions
from editor_ui.terms import init_terms
from editor_ui.text import anchor, folded, guess_language, title_of, titled
from editor_ui.urls import init_addresses
from factcheck.clock import Clock, utc_now
from factcheck.dataset.papers import LICENCES
from factcheck.db.session import SessionFactory
from factcheck.graphemes import excerpt
from factcheck.ids import MAX_NUMBER, is_public_id
from factcheck.limits import MAX_FORM_BYTES
from factcheck.ports import Mailer, QueryEmbedder, SearchReader
from factcheck.services.asked_files import MediaAccess
from factcheck.services.references import address_of, rows_of
from factcheck.services.replies import replies_for
from factcheck.settings import Settings


class PublicId(BaseConverter):
    """Ids of articles and replies; anything else in their place is not found."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        if not is_public_id(value):
            raise ValidationError
        return value


class RowNumber(IntegerConverter):
    """Numbers that a database takes; a larger one is not found."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=MAX_NUMBER)


def create_app(
    settings: Settings,
    session_factory: SessionFactory,
    *,
    search: SearchReader,
    embedder: QueryEmbedder,
    mailer: Mailer,
    clock: Clock = utc_now,
    media: MediaAccess | None = None,
    others: Sequence[RouteGroup] = (),
) -> Flask:
    """Makes the app. `others`: routes that this package may not import."""
    app = Site("editor_ui")
    https = settings.base_url.startswith("https:")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=SESSION_COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open as long as the log-in lasts
    )
    app.session_interface = PageSessions()
    app.extensions[EXTENSION] = make_parts(
        settings, session_factory, search=search, embedder=embedder, mailer=mailer, clock=clock, media=media
    )
    app.url_map.converters.update(public_id=PublicId, int=RowNumber)
    _init_templates(app, settings)
    init_addresses(app)
    init_known_addresses(app)
    init_came_from(app)
    init_moderation_words(app)
    init_language(app)
    init_account(app)
    CSRFProtect(app)
    init_limits(app)
    init_errors(app)
    init_security(app, https=https)
    register(app, (*PAGES, *others))
    init_terms(app)
    return app


def load_pages(app: Flask) -> None:
    """Reads what pages are made of, a second of the processor, before processes are forked and visitors wait."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    for tag in LANGUAGES:
        catalogue_of(tag)


def _init_templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        anchor=anchor,
        excerpt=excerpt,
        folded=folded,
        linked=partial(linked, leads_to=_leads_to),
        lang_of=guess_language,
        title_of=title_of,
        titled=titled,
    )
    app.jinja_env.filters.update(reference_rows=rows_of, address_of=address_of, replies_for=replies_for)
    digests = {path.name: _digest(path) for path in Path(app.static_folder or "").glob("*.*")}
    del app.jinja_env.globals["config"]  # it holds the key that signs sessions
    app.jinja_env.globals.update(
        asset={name: f"{app.static_url_path}/{name}?v={digest}" for name, digest in digests.items()}.__getitem__,
        takes_pictures=lambda: parts().media is not None,
        sizes=sizes,
        trial=settings.trial,
        base_url=settings.base_url,
        retention_days=settings.retention_days,
        numbers=settings.numbers_to_call,
        licence=settings.dataset_licence,
        licence_known=LICENCES.get(settings.dataset_licence),
    )


def _leads_to(host: str) -> str:
    return gettext("this address leads to %(host)s", host=host)


def _digest(path: Path) -> str:
    """Changes a file's address with its content, so that browsers fetch it again."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
