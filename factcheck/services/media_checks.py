"""Looking whether the pictures, films and sounds are still there as they were kept. Nothing is put in the place of a
damaged one but by whoever has a copy, or sends the same again; until then it is shown to nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from factcheck.clock import Clock
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import NotFoundError
from factcheck.jobs.queue import Effects
from factcheck.jobs.schedule import JobKind
from factcheck.media.examining import FULL, THUMBNAIL
from factcheck.media.whole import measured
from factcheck.models import MediaFile
from factcheck.ports import MediaStore

CHECK_MEDIA = "check_media"
EVERY = timedelta(hours=1)
PARTS = 256
"""So many jobs, eleven days of them, look at everything: ids are digests, and begin evenly."""

BATCH = 100
"""Files noted in one transaction."""

Digest = bytes | None
"""A SHA-256; None: nobody noted it."""

log = structlog.get_logger()


class Kept(NamedTuple):
    """What is known of a file; `MediaFile` says what the values are."""

    id: str
    bytes: int
    has_thumbnail: bool
    damaged_at: datetime | None
    digests: Mapping[str, Digest]
    """By variant."""


@dataclass(frozen=True)
class Looked:
    id: str
    fault: str
    """What is wrong, in English; '' for nothing."""
    was_damaged: bool
    digests: Mapping[str, bytes] = field(default_factory=dict)
    """By column: what nobody had noted yet."""


def job_kinds(factory: SessionFactory, store: MediaStore, clock: Clock) -> tuple[JobKind, ...]:
    """Declares the job, which looks at a part of all files, and again at damaged ones. It may raise
    MediaStoreUnavailableError."""

    def check(_payload: dict[str, Any]) -> Effects:
        part = f"{int(clock().timestamp() // EVERY.total_seconds()) % PARTS:02x}"
        which = or_(MediaFile.id.startswith(part), MediaFile.damaged_at.is_not(None))
        found = [look_at(store, row) for row in files(factory, which)]
        return lambda session: note(session, found, now=clock())

    return (JobKind(CHECK_MEDIA, check, every=EVERY, is_apart=True),)


def check_all(factory: SessionFactory, store: MediaStore, clock: Clock) -> Iterator[Looked]:
    """Looks at every file, and notes what it finds. Raises MediaStoreUnavailableError."""
    last = ""
    while rows := files(factory, MediaFile.id > last, most=BATCH):
        found = [look_at(store, row) for row in rows]
        with transaction(factory) as session:
            note(session, found, now=clock())
        yield from found
        last = rows[-1].id


def files(factory: SessionFactory, which: ColumnElement[bool], most: int | None = None) -> Sequence[Kept]:
    """Lists files by id; `most`: None for all."""
    columns = (MediaFile.id, MediaFile.bytes, MediaFile.has_thumbnail, MediaFile.damaged_at)
    query = select(*columns, MediaFile.full_digest, MediaFile.thumbnail_digest)
    with read_only(factory) as session:
        rows = session.execute(query.where(which).order_by(MediaFile.id).limit(most)).all()
    return [
        Kept(file_id, size, has_thumbnail, damaged_at, {FULL: full, THUMBNAIL: thumbnail})
        for file_id, size, has_thumbnail, damaged_at, full, thumbnail in rows
    ]


def look_at(store: MediaStore, file: Kept) -> Looked:
    """Reads all that is kept of a file. Raises MediaStoreUnavailableError."""
    size, digests, was_damaged = 0, dict[str, bytes](), file.damaged_at is not None
    for variant in (FULL, THUMBNAIL) if file.has_thumbnail else (FULL,):
        try:
            found = measured(store, f"{file.id}/{variant}")
        except NotFoundError:
            return Looked(file.id, f"{variant} is not there", was_damaged)
        except OSError as error:
            return Looked(file.id, f"{variant} cannot be read: {error.strerror}", was_damaged)
        size += found.size
        if file.digests[variant] is None:
            digests[f"{variant}_digest"] = found.digest()
        elif found.digest() != file.digests[variant]:
            return Looked(file.id, f"{variant} is damaged, and has {found.size:,} bytes", was_damaged)
    if size != file.bytes:  # the one sign, where no digest was noted yet
        return Looked(file.id, f"it has {size:,} bytes and not {file.bytes:,}", was_damaged)
    return Looked(file.id, "", was_damaged, digests)


def note(session: Session, found: Iterable[Looked], *, now: datetime) -> None:
    """Keeps which are damaged, and forgets it of those that are whole again."""
    for one in found:
        row = update(MediaFile).where(MediaFile.id == one.id)
        if one.fault and not one.was_damaged:
            log.error("media_damaged", file=one.id, fault=one.fault)
            session.execute(row.values(damaged_at=now))
        elif not one.fault and (one.was_damaged or one.digests):
            session.execute(row.values(damaged_at=None, **one.digests))


def count_damaged(session: Session) -> int:
    """Counts the files that are not in the store as they were kept."""
    return session.scalar(select(func.count()).select_from(MediaFile).where(MediaFile.damaged_at.is_not(None))) or 0
