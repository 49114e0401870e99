"""How a volunteer comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from editor_ui.dependencies import parts
from factcheck.models import Identity
from factcheck.services.identities import identities_of
from factcheck.services.persons import chat_of


@dataclass(frozen=True)
class LogIns:
    identities: Sequence[Identity]
    labels: Mapping[str, str]
    """What people know the issuers by that are in the settings."""
    has_chat: bool


def log_ins_of(session: Session, user_id: str) -> LogIns:
    labels = {one.declared.issuer: one.declared.shown_label for one in parts().providers.values()}
    return LogIns(identities_of(session, user_id), labels, chat_of(session, user_id) is not None)
