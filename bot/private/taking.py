"""Fetching a picture, film or sound and looking at it, by a job of its own: texts do not wait for it. The event stays
open meanwhile, so that its sender is told if it takes long (`bot.inbound.still_working`)."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import structlog
from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.inbound.event_types import MessageType
from bot.inbound.events import Event
from bot.inbound.inbox import Received, is_taken_back, load_received, lock_received
from bot.inbound.queue import DEATHS, GIVE_UP_EVENT, have_handled
from bot.line.client import LineUnreachableError
from bot.line.content import NotReadyError
from bot.media import MediaParts, fetch, known_facts
from factcheck.db.session import read_only
from factcheck.errors import MediaStoreUnavailableError
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.worker import RetryJobError
from factcheck.media.examining import Fault, RefusedFileError, examine, keep
from factcheck.media.passing import passing_folder
from factcheck.services.media import has_room, is_still_kept, keep_row, note_sent, remove_unnamed, row_of

log = structlog.get_logger()

TAKE_FILE, ASK_AGAIN = "take_file", "ask_again_for_file"

BETWEEN = timedelta(seconds=2)
PATIENCE = timedelta(minutes=5)
"""How long LINE may prepare a film."""
PAUSE = timedelta(seconds=2)


def take_later(context: BotContext, session: Session, received: Received) -> None:
    """Has a file taken. Few at once: looking at one is work for the processor."""
    event = received.event
    kind = "picture" if event.message_type == MessageType.IMAGE else "film"
    lane = crc32(event.chat_id.encode()) % (context.media.at_once if context.media else 1)
    queue.enqueue(
        session,
        TAKE_FILE,
        {"event_id": received.id},
        now=context.clock(),
        key=f"{kind}:{lane}",
        priority=queue.PEOPLE_WAIT + 1,
        max_deaths=DEATHS,
        last_resort=GIVE_UP_EVENT,
    )


def take_file(context: BotContext, event_id: str) -> Effects:
    """Raises what a job raises that comes again."""
    media = context.media
    with read_only(context.factory) as session:
        received = load_received(session, event_id)
        if received is None or media is None or is_taken_back(session, received.event):
            return no_effects
        room = has_room(session, media.quota_mb)
    if not room:
        log.error("media_quota_used_up", quota_mb=media.quota_mb)
        return _refused(context, event_id, Fault.FULL)
    try:
        with passing_folder(media.incoming) as folder, _loading(context, received.event):
            return _taken(context, media, received, folder)
    except NotReadyError:
        return _not_ready(context, received)
    except RefusedFileError as refused:
        return _refused(context, event_id, refused.fault)
    except LineUnreachableError as error:
        raise RetryJobError(PAUSE, f"LINE does not give it: {error}") from None
    except (MediaStoreUnavailableError, OSError) as error:
        raise RetryJobError(PAUSE, f"the file could not be kept: {type(error).__name__}") from None


def _taken(context: BotContext, media: MediaParts, received: Received, folder: Path) -> Effects:
    """Looks at a file, unless it came before: a picture that goes round comes by the thousand."""
    event = received.event
    is_picture = event.message_type == MessageType.IMAGE
    source = fetch(media, event.message_id or "", event.content_url, folder, is_picture=is_picture)
    known = known_facts(context.factory, source)
    if known is not None:
        log.info("file_known")
        return _effects(context, received.id, known.id, None)
    examined = examine(source, folder, media.looker)
    keep(media.store, examined)
    row = row_of(examined)
    log.info("file_taken", type=row["type"], bytes=row["bytes"], was_read=row["was_read"])
    return _effects(context, received.id, examined.id, row)


def _not_ready(context: BotContext, received: Received) -> Effects:
    """Goes back to the end of the row, after a pause in which others have their turn."""
    if context.clock() - received.received_at > PATIENCE:
        return _refused(context, received.id, Fault.NOT_READY)
    return lambda session: queue.enqueue(
        session,
        ASK_AGAIN,
        {"event_id": received.id},
        now=context.clock(),
        priority=queue.PEOPLE_WAIT + 1,
        delay=BETWEEN,
        last_resort=GIVE_UP_EVENT,
    )


def ask_again(context: BotContext, event_id: str) -> Effects:
    """Has a file taken that LINE was still preparing."""

    def effects(session: Session) -> None:
        received = load_received(session, event_id)
        if received is not None:
            take_later(context, session, received)

    return effects


def _refused(context: BotContext, event_id: str, fault: Fault) -> Effects:
    return _effects(context, event_id, None, None, fault)


def _effects(
    context: BotContext, event_id: str, file_id: str | None, row: Mapping[str, Any] | None, fault: Fault | None = None
) -> Effects:
    """Records what became of a file. `row`: of one whose bytes were put into the store now. Raises RetryJobError if it
    was forgotten in this very moment."""

    def effects(session: Session) -> None:
        now = context.clock()
        received = lock_received(session, event_id)
        if received is None:  # taken back meanwhile
            if row is not None:
                remove_unnamed(session, row["id"], now=now)
            return
        if row is not None:
            keep_row(session, row, now=now)
        if file_id is not None and not is_still_kept(session, file_id):
            raise RetryJobError(PAUSE, "the file was forgotten meanwhile")
        event = received.event
        note_sent(session, event.message_id or "", event.chat_id, file_id=file_id, fault=fault, now=now)
        have_handled(session, event_id, event.chat_id, now=now)

    return effects


def _loading(context: BotContext, event: Event) -> AbstractContextManager[None]:
    return context.loading.shown(event.user_id or "") if context.loading else nullcontext()
