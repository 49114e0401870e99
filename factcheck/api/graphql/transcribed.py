"""What people and machines said to stand in pictures, films and sounds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.api.graphql.values import shown
from factcheck.models import RevisionState, TranscriptRevision

Node = dict[str, Any]


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
