"""Messages that are pictures, films and sounds, and the app with a store for them."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from editor_ui.dependencies import EXTENSION, make_parts
from editor_ui.rate_limits import SWITCH, limiter
from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.media.examining import Examined, examine, keep
from factcheck.media.folder import FolderStore
from factcheck.models import Article, User
from factcheck.services.asked_files import MediaAccess
from factcheck.services.media import keep_row, row_of
from factcheck.services.media_articles import submit_file
from factcheck.services.media_lookup import KnownFiles
from factcheck.services.users import get_or_create_volunteer
from tests.editor_ui.conftest import SETTINGS
from tests.editor_ui.world import SECRET
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.mailer import FakeMailer
from tests.fakes.pictures import FakeLooker
from tests.fakes.search import FakeSearch
from tests.pictures import jpeg, kept

WORDS = "Drinking a glass of warm salt water each morning cures high blood pressure."


@pytest.fixture
def looker() -> FakeLooker:
    return FakeLooker()


@pytest.fixture
def media(factory: SessionFactory, looker: FakeLooker, tmp_path: Path) -> MediaAccess:
    store = FolderStore(tmp_path / "media")
    return MediaAccess(store, looker, KnownFiles(factory, looker, store), tmp_path / "incoming")


@pytest.fixture
def app(
    shared_app: Flask,
    factory: SessionFactory,
    search: FakeSearch,
    embedder: FakeEmbedder,
    mailer: FakeMailer,
    clock: Clock,
    media: MediaAccess,
) -> Flask:
    shared_app.extensions[EXTENSION] = make_parts(
        SETTINGS, factory, search=search, embedder=embedder, mailer=mailer, clock=clock, media=media
    )
    shared_app.config[SWITCH] = False
    limiter.reset()
    return shared_app


def publish(
    factory: SessionFactory, media: MediaAccess, clock: Clock, folder: Path, body: bytes, text: str = ""
) -> str:
    """An article that is this picture, film or sound."""
    examined: Examined = examine(kept(folder / "sent", body), folder, media.looker)
    keep(media.store, examined)
    with transaction(factory) as session:
        user = get_or_create_volunteer(session, "asker@example.org", secret_key=SECRET, locale="en", now=clock())
        session.flush()
        row = row_of(examined) | ({"text": text, "was_read": True} if text else {})
        keep_row(session, row, now=clock())
        return submit_file(session, examined.id, user, now=clock()).id


@pytest.fixture
def picture(factory: SessionFactory, media: MediaAccess, clock: Clock, tmp_path: Path) -> str:
    return publish(factory, media, clock, tmp_path, jpeg(1), WORDS)


def article_of(factory: SessionFactory, article_id: str) -> Article:
    with read_only(factory) as session:
        return session.get_one(Article, article_id)


def age(factory: SessionFactory, email: str, clock: Clock, days: int = 30) -> None:
    """Makes an account old enough that its changes are shown at once."""
    with transaction(factory) as session:
        session.scalars(select(User).where(User.email == email)).one().created_at = clock() - timedelta(days=days)
