from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from editor_ui.differences import Piece, differences
from factcheck.models import Reply
from factcheck.services.editing import revisions_of


@dataclass(frozen=True)
class Version:
    """One version of a reply, compared with the one before it."""

    number: int
    at: datetime | None
    old_type: str
    type: str
    text: Sequence[Piece]
    reference: Sequence[Piece]


def versions_of(session: Session, reply: Reply) -> list[Version]:
    """Lists the oldest first."""
    kept = [(one.number, one.created_at, one.type, one.text, one.reference) for one in revisions_of(session, reply)]
    now = (reply.version, reply.edited_at or reply.created_at, reply.type, reply.text, reply.reference)
    states = [*kept, now]
    found = []
    for old, new in pairwise([states[0], *states]):
        number, at, kind, text, reference = new
        found.append(Version(number, at, old[2], kind, differences(old[3], text), differences(old[4], reference)))
    return found
