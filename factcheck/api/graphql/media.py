"""Pictures, films and sounds: where they are, what stands in them, and a search by a picture."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graphql import GraphQLError
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.api.graphql.context import Context
from factcheck.api.graphql.similar import Scores
from factcheck.api.graphql.values import shown
from factcheck.errors import (
    EmbedderUnavailableError,
    IndexMismatchError,
    InvalidInputError,
    MediaStoreUnavailableError,
    SearchUnavailableError,
)
from factcheck.fetching.download import DownloadTooBigError, NotDownloadedError, download
from factcheck.limits import MAX_UPLOAD_BYTES
from factcheck.media.examining import Examined, Fault, RefusedFileError, keep
from factcheck.models import Article, ArticleType, MediaFile, RevisionState, Status, TranscriptRevision
from factcheck.services import asked_files
from factcheck.services.media import row_of

Node = dict[str, Any]
SECONDS = 10.0
"""For fetching a picture: whoever asked waits, and so does a thread."""


def address_of(base_url: str, article: Article, file: MediaFile | None, variant: str | None) -> str | None:
    """Says where everybody finds an article's file; None where it has none here, or is covered."""
    if file is None or article.covered or article.status != Status.NORMAL:
        return None
    is_small = variant == "THUMBNAIL" and file.has_thumbnail
    return f"{base_url}/article/{quote(article.id, safe='')}/{'thumbnail' if is_small else 'file'}"


def transcripts(session: Session, article_ids: Sequence[str]) -> dict[str, list[TranscriptRevision]]:
    """Maps articles to what was said to stand in them and is shown, the newest first."""
    row, found = TranscriptRevision, defaultdict(list)
    query = select(row).where(row.article_id.in_(article_ids), row.state == RevisionState.SHOWN)
    for one in session.scalars(query.order_by(row.number.desc())):
        found[one.article_id].append(one)
    return found


def by_machine(rows: Iterable[TranscriptRevision]) -> list[Node]:
    return [
        {
            "__typename": "AITranscript",
            "id": f"{row.article_id}_{row.number}",
            "docId": row.article_id,
            "type": "TRANSCRIPT",
            "status": "SUCCESS",
            "text": row.text,
            "createdAt": shown(row.created_at),
            "updatedAt": shown(row.created_at),
        }
        for row in rows
        if row.by_machine
    ]


def found_by_picture(context: Context, url: str) -> Scores:
    """Finds the messages that a picture may be, with their probabilities; none where pictures are not taken. Raises
    GraphQLError."""
    if context.media is None:
        return {}
    context.charge_match()
    try:
        facts = asked_files.look_at(context.media, _fetched(context, url))
        decision = asked_files.decision_on(context.factory, context.search, context.embedder, context.media, facts)
    except InvalidInputError as error:
        raise GraphQLError(error.reason) from None
    except (SearchUnavailableError, IndexMismatchError, EmbedderUnavailableError):
        raise GraphQLError("Pictures cannot be compared at the moment.") from None
    return {one.article_id: one.probability for one in (*decision.candidates, *decision.perhaps)}


def take_in(context: Context, url: str, kind: str) -> dict[str, Any]:
    """Fetches a picture and puts our copies into the store; returns the values of its `MediaFile`. Raises
    GraphQLError."""
    if context.media is None or kind != ArticleType.IMAGE:
        raise GraphQLError("Only texts and pictures are taken here: send what is said to CreateArticle.")
    context.charge_match()
    try:
        with asked_files.examined(context.media, _fetched(context, url)) as found:
            return _kept(context, found)
    except InvalidInputError as error:
        raise GraphQLError(error.reason) from None
    except MediaStoreUnavailableError:
        raise GraphQLError("Pictures cannot be kept at the moment.") from None


def _kept(context: Context, found: Examined) -> dict[str, Any]:
    if context.media is not None:
        keep(context.media.store, found)
    return row_of(found)


def _fetched(context: Context, url: str) -> Callable[[Path], None]:
    """Makes what fetches a file. It raises RefusedFileError, and GraphQLError when there is none."""
    allow_loopback = context.media is not None and context.media.allow_loopback
    get = partial(download, url, most=MAX_UPLOAD_BYTES, seconds=SECONDS, allow_loopback=allow_loopback)

    def save(target: Path) -> None:
        try:
            get(target)
        except DownloadTooBigError:
            raise RefusedFileError(Fault.TOO_BIG) from None
        except NotDownloadedError:
            raise GraphQLError("The file at mediaUrl could not be fetched.") from None

    return save
