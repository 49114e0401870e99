"""Having speech of published films and sounds written down by a service, where one is named. What it says is a
machine's, and stands only where nobody has written anything yet."""

from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only
from factcheck.errors import NotFoundError, SoundRefusedError, TranscriberUnavailableError
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind
from factcheck.jobs.worker import RetryJobError
from factcheck.limits import MAX_TEXT_LENGTH
from factcheck.media.examining import FULL
from factcheck.media.films import ENDINGS, speech
from factcheck.media.passing import passing_folder
from factcheck.media.whole import copy_whole
from factcheck.models import Article, ArticleType, RevisionState, Status, TranscriptRevision
from factcheck.ports import MediaStore, Transcriber
from factcheck.services.articles import lock_article
from factcheck.services.indexing import article_changed
from factcheck.services.media import TRANSCRIBE, shown_file
from factcheck.services.media_articles import set_text

log = structlog.get_logger()


def job_kinds(
    factory: SessionFactory, store: MediaStore, transcriber: Transcriber | None, incoming: Path, clock: Clock
) -> tuple[JobKind, ...]:
    """Declares the job. Without a service it does nothing."""

    def handle(payload: dict[str, Any]) -> Effects:
        article_id = str(payload["article_id"])
        if transcriber is None:
            return no_effects
        text = _written_down(factory, store, transcriber, incoming, article_id)
        return lambda session: note_words(session, article_id, text, now=clock()) if text else None

    return (JobKind(TRANSCRIBE, handle, is_apart=True),)


def _written_down(
    factory: SessionFactory, store: MediaStore, transcriber: Transcriber, incoming: Path, article_id: str
) -> str:
    """Returns '' where nothing is said, or it cannot be heard."""
    with read_only(factory) as session:
        found = shown_file(session, article_id)
        if found is None or found[1].type == ArticleType.IMAGE:
            return ""
        name, mime, digest = f"{found[1].id}/{FULL}", found[1].mime, found[1].full_digest
    with passing_folder(incoming) as folder:
        copy = folder / f"file.{ENDINGS.get(mime, 'bin')}"
        try:
            with copy.open("wb") as target:
                copy_whole(store, name, digest, target)
            heard = transcriber.transcribe(speech(copy, folder) or copy)
        except TranscriberUnavailableError as error:
            raise RetryJobError(queue.LEASE, f"the service does not answer: {type(error).__name__}") from None
        except (SoundRefusedError, NotFoundError) as error:
            log.info("not_transcribed", error=type(error).__name__)
            return ""
    return heard.text.replace("\x00", "").strip()[:MAX_TEXT_LENGTH]


def note_words(session: Session, article_id: str, text: str, *, now: datetime) -> None:
    """Makes what a machine read or heard the text of an article, unless anybody has said anything yet."""
    article = lock_article(session, article_id)
    has_words = exists().where(TranscriptRevision.article_id == article_id)
    if article is None or article.text or not _is_shown(article) or session.scalar(select(has_words)):
        return
    revision = {"number": 1, "text": text, "by_machine": True, "state": RevisionState.SHOWN, "created_at": now}
    session.add(TranscriptRevision(article_id=article_id, **revision))
    set_text(session, article, text, now=now)
    article_changed(session, article, now=now)


def _is_shown(article: Article) -> bool:
    return article.status == Status.NORMAL and article.file_id is not None
