"""Reading published pictures that nothing could read when they came, since the text reader was away or busy."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only
from factcheck.errors import NotFoundError
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.limits import MAX_TEXT_LENGTH
from factcheck.media.examining import FULL
from factcheck.media.whole import copy_whole
from factcheck.models import Article, ArticleType, MediaFile, Status
from factcheck.ports import Looker, MediaStore, PictureText
from factcheck.services.transcribing import note_words

READ_LATER = "read_pictures"
EVERY = timedelta(minutes=15)
AT_ONCE = 10
"""Pictures that one job tries, the newest first."""

log = structlog.get_logger()


def job_kinds(
    factory: SessionFactory, store: MediaStore, looker: Looker, incoming: Path, clock: Clock
) -> tuple[JobKind, ...]:
    """Declares the job. It ends at the first picture that cannot be read: without a reader it does next to nothing."""

    def handle(_payload: dict[str, Any]) -> Effects:
        found = _read(store, looker, incoming, _unread(factory))

        def effects(session: Session) -> None:
            for one in found:
                _note(session, *one, now=clock())

        return effects

    return (JobKind(READ_LATER, handle, every=EVERY, is_apart=True),)


def _unread(factory: SessionFactory) -> list[tuple[str, str, bytes | None]]:
    """Lists articles with their files, and the digests of these."""
    columns = (Article.id, MediaFile.id, MediaFile.full_digest)
    query = select(*columns).join(MediaFile, MediaFile.id == Article.file_id).where(MediaFile.damaged_at.is_(None))
    query = query.where(MediaFile.type == ArticleType.IMAGE, ~MediaFile.was_read, Article.status == Status.NORMAL)
    with read_only(factory) as session:
        rows = session.execute(query.order_by(MediaFile.created_at.desc()).limit(AT_ONCE)).all()
    return [(article_id, file_id, digest) for article_id, file_id, digest in rows]


def _read(
    store: MediaStore, looker: Looker, incoming: Path, unread: list[tuple[str, str, bytes | None]]
) -> list[tuple[str, str, PictureText]]:
    incoming.mkdir(parents=True, exist_ok=True)
    found = []
    for article_id, file_id, digest in unread:
        with tempfile.NamedTemporaryFile(dir=incoming) as copy:
            try:
                copy_whole(store, f"{file_id}/{FULL}", digest, copy)
            except NotFoundError:
                continue
            copy.flush()
            text = looker.read(Path(copy.name))
        if text is None:
            log.info("not_read", waiting=len(unread))
            break
        found.append((article_id, file_id, text))
    return found


def _note(session: Session, article_id: str, file_id: str, read: PictureText, *, now: datetime) -> None:
    text = read.text.replace("\x00", "").strip()[:MAX_TEXT_LENGTH]
    same = update(MediaFile).where(MediaFile.id == file_id, ~MediaFile.was_read)
    session.execute(same.values(text=text, was_read=True, confidence=read.confidence, faces=read.faces))
    if text:
        note_words(session, article_id, text, now=now)
