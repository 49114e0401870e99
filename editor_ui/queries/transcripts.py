from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from editor_ui.auth import LoggedIn
from editor_ui.differences import Piece, differences
from editor_ui.queries.replies import names_by_id
from factcheck.models import Article, RevisionState, TranscriptRevision
from factcheck.services.roles import Action
from factcheck.services.transcripts import revisions_of


@dataclass(frozen=True)
class TranscriptVersion:
    """A version of what is said to stand in a file, compared with the one shown before it."""

    number: int
    at: datetime
    name: str
    """'' for a machine, and for who is gone."""
    by_machine: bool
    state: str
    user_id: str | None
    text: Sequence[Piece]
    alternative_text: Sequence[Piece]


def transcript_versions(session: Session, article: Article, viewer: LoggedIn | None) -> list[TranscriptVersion]:
    """Lists the versions that somebody may see, the newest first: strangers what is shown, volunteers also what waits
    for them and what they wrote, reviewers all."""
    revisions = [one for one in revisions_of(session, article.id) if _may_see(one, viewer)]
    names = names_by_id(session, [one.user_id for one in revisions])
    found, text, alternative = [], "", ""
    for one in revisions:
        found.append(
            TranscriptVersion(
                number=one.number,
                at=one.created_at,
                name=names.get(one.user_id or "", ""),
                by_machine=one.by_machine,
                state=one.state,
                user_id=one.user_id,
                text=differences(text, one.text),
                alternative_text=differences(alternative, one.alternative_text),
            )
        )
        if one.state == RevisionState.SHOWN:
            text, alternative = one.text, one.alternative_text
    return found[::-1]


def _may_see(one: TranscriptRevision, viewer: LoggedIn | None) -> bool:
    if one.state == RevisionState.SHOWN:
        return True
    is_own = viewer is not None and one.user_id == viewer.id
    waits = viewer is not None and one.state == RevisionState.WAITING
    return is_own or waits or (viewer is not None and viewer.may(Action.REVIEW))
