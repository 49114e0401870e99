"""Pictures, films and sounds in Cofacts' shapes: where a client gets them, and what it names by an address."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graphql import GraphQLError
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, read_only
from factcheck.fetching.download import NotDownloadedError, download
from factcheck.limits import MAX_PICTURE_BYTES
from factcheck.media.examining import Examined, RefusedFileError, examine, keep
from factcheck.media.passing import passing_folder
from factcheck.models import Article, ArticleType, MediaFile, Status, User
from factcheck.moderation.publishing import publish_file
from factcheck.services.articles import request_check
from factcheck.services.asked_files import MediaAccess
from factcheck.services.media import has_room, keep_row, row_of
from factcheck.services.media_lookup import FileFacts, similar_articles

ORIGINAL = "ORIGINAL"
SECONDS = 8.0
"""For fetching a file, while a client waits."""
_places = threading.BoundedSemaphore(1)
"""Files that a process looks at for clients."""


@dataclass(frozen=True)
class ApiMedia(MediaAccess):
    """Besides, where files are shown, and how many may be taken."""

    base_url: str
    quota_mb: int = 20_000
    allow_loopback: bool = False
    """Files may come from addresses of this machine: for tests."""


def attachment_url(media: ApiMedia | None, article: Article, file: MediaFile | None, variant: str) -> str | None:
    """Addresses our copy of a file. None for a text, for what is hidden or covered, and where no files are kept. There
    is one small variant; a sound has none, so its small ones are the original."""
    if media is None or file is None or article.covered or article.status != Status.NORMAL or not file.may_be_shown:
        return None
    is_small = variant != ORIGINAL and file.has_thumbnail
    return f"{media.base_url}/article/{quote(article.id, safe='')}/{'thumbnail' if is_small else 'file'}"


def found_by_media(factory: SessionFactory, media: ApiMedia, url: str) -> tuple[FileFacts, Mapping[str, float]]:
    """Looks at the file at an address: what is known of it, and which articles have a similar one, from 0 to 1. Raises
    GraphQLError."""
    with _looked_at(media, url) as examined:
        facts = FileFacts.of(examined)
    return facts, similar_articles(factory, media.known, facts)


def fetched(factory: SessionFactory, media: ApiMedia, url: str, article_type: str) -> dict[str, Any]:
    """Fetches a file and keeps it; returns the values of its row. Raises GraphQLError."""
    with read_only(factory) as session:
        if not has_room(session, media.quota_mb):
            raise GraphQLError("There is no room for more files.")
    with _looked_at(media, url) as examined:
        if examined.type != ArticleType(article_type):
            raise GraphQLError(f"articleType is {article_type}, but the file at mediaUrl is {examined.type}.")
        keep(media.store, examined)
        return row_of(examined)


def publish(
    session: Session,
    row: Mapping[str, Any],
    user: User,
    *,
    channel: str,
    reason: str,
    secret_key: str,
    now: datetime,
) -> str:
    """Publishes what `fetched` kept, and returns the article's id. Raises what `publish_file` raises."""
    keep_row(session, row, now=now)
    article = publish_file(session, row["id"], user, now=now, channel=channel, secret_key=secret_key)
    if reason:
        request_check(session, article, user, now=now, reason=reason)
    return article.id


@contextmanager
def _looked_at(media: ApiMedia, url: str) -> Iterator[Examined]:
    if not _places.acquire(blocking=False):
        raise GraphQLError("Another file is looked at just now. Please try again in some seconds.")
    try:
        with passing_folder(media.incoming) as folder:
            yield _examined(media, url, folder)
    finally:
        _places.release()


def _examined(media: ApiMedia, url: str, folder: Path) -> Examined:
    source = folder / "sent"
    try:
        download(url, source, most=MAX_PICTURE_BYTES, seconds=SECONDS, allow_loopback=media.allow_loopback)
        return examine(source, folder, media.looker)
    except NotDownloadedError:
        raise GraphQLError("The file at mediaUrl cannot be fetched, or is too big.") from None
    except RefusedFileError:
        raise GraphQLError("The file at mediaUrl is no picture, film or sound that can be opened.") from None
