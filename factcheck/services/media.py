"""Files that people sent: keeping them while they are needed, and no longer."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.insert import insert
from factcheck.db.session import SessionFactory, read_only
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import UNTIRING, JobKind
from factcheck.media.examining import Examined, Fault, digest_of
from factcheck.media.signs import packed_scenes, packed_sound
from factcheck.models import Article, ArticleType, MediaFile, SentFile, Status, TranscriptRevision
from factcheck.ports import MediaStore

FORGET_FILES, REMOVE_BYTES, SWEEP_MEDIA, TRANSCRIBE = "forget_files", "remove_bytes", "sweep_media", "transcribe"
EVERY = timedelta(hours=6)
UNSURE = timedelta(minutes=1)
"""Whoever has just examined the same file writes its row within this time."""
UNNAMED = timedelta(hours=1)
"""After which bytes that no row names are taken for left behind."""
KEEP_SENT = timedelta(days=8)
"""A day longer than questions work that a person may answer with it (`bot.buttons.question.LIFE`)."""
BATCH = 500
OF_COPIES = ("mime", "has_thumbnail", "bytes", "full_digest", "thumbnail_digest")
"""What a row says of what is in the store."""


def row_of(examined: Examined) -> dict[str, Any]:
    """Makes the values of a `MediaFile`, while the copies are still where they were made."""
    return {
        "id": examined.id,
        "type": examined.type,
        "mime": examined.mime,
        "media_id": examined.media_id,
        "picture_hash": examined.picture_hash,
        "text": examined.text,
        "was_read": examined.was_read,
        "confidence": examined.confidence,
        "faces": examined.faces,
        "width": examined.width,
        "height": examined.height,
        "seconds": examined.seconds,
        "has_thumbnail": examined.thumbnail is not None,
        "sound_print": packed_sound(examined.signs.sound) if examined.signs else None,
        "scene_hashes": packed_scenes(examined.signs.scenes) if examined.signs else None,
        "bytes": examined.bytes,
        "full_digest": digest_of(examined.full),
        "thumbnail_digest": digest_of(examined.thumbnail) if examined.thumbnail is not None else None,
    }


def keep_row(session: Session, row: Mapping[str, Any], *, now: datetime) -> None:
    """Records a file (`row_of`) whose bytes are in the store. The same again changes nothing, but for what was read in
    it now, or seen and heard, and for what is known of the copies: these took the place of those before, which may have
    been damaged."""
    values = {**row, "created_at": now}
    session.execute(insert(session, MediaFile).values(values).on_conflict_do_nothing())
    same = update(MediaFile).where(MediaFile.id == row["id"])
    if row["was_read"]:
        read = same.where(~MediaFile.was_read)
        said = {name: row[name] for name in ("text", "was_read", "confidence", "faces")}
        session.execute(read.values(said))
    if row["seconds"]:
        session.execute(same.where(MediaFile.seconds == 0).values(dict(row)))
    session.execute(same.values({name: row[name] for name in OF_COPIES} | {"damaged_at": None}))


def find_known(session: Session, file_id: str) -> MediaFile | None:
    """Finds a file of which all is known and kept, so that it need not be looked at again."""
    file = session.get(MediaFile, file_id)
    if (
        file is None
        or file.damaged_at is not None
        or not (file.was_read if file.type == ArticleType.IMAGE else file.may_be_shown)
    ):
        return None
    return file


def is_still_kept(session: Session, file_id: str) -> bool:
    """Holds a file until the transaction ends. False: it was forgotten meanwhile, and its bytes go."""
    return session.get(MediaFile, file_id, with_for_update=True, populate_existing=True) is not None


def note_sent(
    session: Session, message_id: str, chat_id: str, *, file_id: str | None, fault: Fault | None = None, now: datetime
) -> None:
    """Records what became of a file that was sent. A repeat changes nothing."""
    values = {
        "message_id": message_id,
        "chat_id": chat_id,
        "file_id": file_id,
        "fault": fault or "",
        "created_at": now,
    }
    session.execute(insert(session, SentFile).values(values).on_conflict_do_nothing())


def has_room(session: Session, quota_mb: int) -> bool:
    used = session.scalar(select(func.coalesce(func.sum(MediaFile.bytes), 0))) or 0
    return int(used) < quota_mb * 1_000_000


def forget_sent(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    """Forgets files that were sent, and what nothing else needs of them."""
    found = session.execute(select(SentFile.message_id, SentFile.file_id).where(*which)).all()
    if found:
        session.execute(delete(SentFile).where(SentFile.message_id.in_([message_id for message_id, _ in found])))
        forget_later(session, {file_id for _, file_id in found if file_id}, now=now)


def forget_later(session: Session, file_ids: Collection[str], *, now: datetime) -> None:
    """Has unneeded files forgotten, once this transaction has ended."""
    if file_ids:
        payload = {"file_ids": sorted(file_ids)}
        queue.enqueue(session, FORGET_FILES, payload, now=now, priority=queue.NOTICES, max_attempts=UNTIRING)


def remove_unnamed(session: Session, file_id: str, *, now: datetime) -> None:
    """Has bytes removed that were put into the store and have no row, since nobody wants them."""
    _remove_later(session, file_id, delay=timedelta(0), now=now)


def forget_of_article(session: Session, article: Article, *, now: datetime) -> None:
    """Takes its file from an article, with all said to be in it."""
    session.execute(delete(TranscriptRevision).where(TranscriptRevision.article_id == article.id))
    if article.file_id is not None:
        forget_later(session, {article.file_id}, now=now)
    article.file_id = None
    article.attachment_hash = article.alternative_text = ""
    article.covered = False


def shown_file(session: Session, article_id: str, *, hidden_too: bool = False) -> tuple[Article, MediaFile] | None:
    """Finds the file of an article, if both may be shown. `hidden_too`: to somebody who decides whether they may."""
    states = (Status.NORMAL, Status.BLOCKED) if hidden_too else (Status.NORMAL,)
    query = select(Article, MediaFile).join(MediaFile, MediaFile.id == Article.file_id)
    row = session.execute(query.where(Article.id == article_id, Article.status.in_(states))).one_or_none()
    return (row[0], row[1]) if row is not None and row[1].may_be_shown else None


def files_of(session: Session, articles: Collection[Article]) -> dict[str, MediaFile]:
    """Maps the id of each article that has a file to it."""
    wanted = {article.file_id: None for article in articles if article.file_id}
    files = (
        {one.id: one for one in session.scalars(select(MediaFile).where(MediaFile.id.in_(wanted)))} if wanted else {}
    )
    return {article.id: files[article.file_id] for article in articles if article.file_id in files}


def job_kinds(factory: SessionFactory, store: MediaStore, clock: Clock) -> tuple[JobKind, ...]:
    """Declares the jobs that remove what is needed no more. They may raise MediaStoreUnavailableError."""

    def forget(payload: dict[str, Any]) -> Effects:
        return lambda session: forget_unneeded(session, list(payload["file_ids"]), now=clock())

    def remove(payload: dict[str, Any]) -> Effects:
        return _remove_bytes(factory, store, str(payload["file_id"]))

    def sweep(_payload: dict[str, Any]) -> Effects:
        with read_only(factory) as session:
            known = set(session.scalars(select(MediaFile.id)))
        unnamed = [file_id for file_id in store.file_ids() if file_id not in known]
        return lambda session: _sweep(session, unnamed, now=clock())

    return (
        JobKind(FORGET_FILES, forget),
        JobKind(REMOVE_BYTES, remove),
        JobKind(SWEEP_MEDIA, sweep, every=EVERY),
    )


def _is_needed() -> ColumnElement[bool]:
    """Blocked articles keep theirs: moderation may be mistaken."""
    sent = exists().where(SentFile.file_id == MediaFile.id)
    published = exists().where(Article.file_id == MediaFile.id)
    return or_(sent, published)


def forget_unneeded(session: Session, file_ids: Collection[str], *, now: datetime) -> None:
    """Forgets those of these files that nothing needs; their bytes follow."""
    unneeded = select(MediaFile.id).where(MediaFile.id.in_(file_ids), ~_is_needed()).with_for_update()
    gone = session.scalars(unneeded).all()
    # Whoever held one until now may have named it meanwhile.
    session.execute(delete(MediaFile).where(MediaFile.id.in_(gone), ~_is_needed()))
    for file_id in gone:
        _remove_later(session, file_id, delay=UNSURE, now=now)


def _remove_later(session: Session, file_id: str, *, delay: timedelta, now: datetime) -> None:
    payload, key = {"file_id": file_id}, f"bytes:{file_id}"
    queue.enqueue(session, REMOVE_BYTES, payload, now=now, key=key, delay=delay, max_attempts=UNTIRING)


def _remove_bytes(factory: SessionFactory, store: MediaStore, file_id: str) -> Effects:
    with read_only(factory) as session:
        is_back = session.get(MediaFile, file_id) is not None
    if not is_back:
        store.delete(file_id)

    def effects(session: Session) -> None:
        """Should somebody have sent it in that very moment, they are told that it is gone."""
        if not is_back and session.get(MediaFile, file_id) is not None:
            sent = update(SentFile).where(SentFile.file_id == file_id)
            session.execute(sent.values(file_id=None, fault=Fault.GONE))
            session.execute(delete(MediaFile).where(MediaFile.id == file_id, ~_is_needed()))

    return effects


def _sweep(session: Session, unnamed: Collection[str], *, now: datetime) -> None:
    """Forgets what nobody answered for, rows that nothing needs, and bytes that no row names."""
    forget_sent(session, SentFile.created_at < now - KEEP_SENT, now=now)
    old = select(MediaFile.id).where(MediaFile.created_at < now - UNNAMED, ~_is_needed()).limit(BATCH)
    forget_unneeded(session, session.scalars(old).all(), now=now)
    for file_id in list(unnamed)[:BATCH]:
        _remove_later(session, file_id, delay=UNNAMED, now=now)
