"""A message was unsent: everything that we hold of it goes."""

from sqlalchemy import select

from bot.buttons import question
from bot.inbound.events import Event
from bot.private.turn import Turn
from factcheck.models import Dialogue
from factcheck.services.erasure import erase_message
from factcheck.services.usage import Usage


def forget_unsent(turn: Turn, event: Event) -> None:
    """Nothing is said: whoever takes something back wants quiet."""
    if event.message_id is None:
        return
    _forget_in_questions(turn, event.message_id)
    erase_message(turn.session, turn.user, event.message_id, now=turn.now)
    turn.note(Usage.UNSENT)


def _forget_in_questions(turn: Turn, message_id: str) -> None:
    """A question that was about nothing else counts as expired: its buttons then ask for the message."""
    open_ones = select(Dialogue).where(Dialogue.user_id == turn.user.id, Dialogue.closed_at.is_(None))
    for row in turn.session.scalars(open_ones.with_for_update()):
        left = question.without(row.data, "message_id", message_id)
        if left == row.data:
            continue
        row.data = left
        if not question.holds_a_message(left):
            row.closed_at = row.expires_at = turn.now
