"""The texts of a burst as they come."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from bot.buttons import rows
from bot.buttons.state import Choosing, Consent, Differing, SentMessage, Source, State, Together
from bot.inbound.inbox import Received, held_messages, mark_handled, sent_last_at
from bot.private.beside import is_looked_up
from bot.private.burst_hold import as_message
from bot.private.burst_question import OpenQuestion, ask_about_burst
from bot.private.turn import Turn
from bot.understanding.bursts import Step, Timing, joins, text_step
from factcheck.models import Dialogue
from factcheck.services.matching import find_matches


def burst_step(turn: Turn, received: Received, around: Sequence[Received]) -> Step:
    """Decide what to do, given the texts of the chat not handled yet. `around`: those of this moment."""
    event = received.event
    if event.at is None or event.message_id is None:  # nothing to find it by again
        return Step.ALONE
    coming = [one for one in around if not one.handled and is_looked_up(turn, one)]
    others = {one.id: one for one in (*coming, *_held_texts(turn, received))}.values()
    question = _open_question(turn)
    return text_step(as_message(received), [as_message(one) for one in others], question.timing if question else None)


def gather(turn: Turn, received: Received, message: SentMessage) -> None:
    """Ask once about this text, the held ones of its burst, and those in the question that they join."""
    held = _held_texts(turn, received)
    matches = find_matches(turn.session, turn.user, [one.event.message_id or "" for one in held])
    earlier: list[SentMessage] = []
    for one in held:
        match = matches.get(one.event.message_id or "")
        if match is not None:
            earlier.append(SentMessage(one.event.text or "", match.id, one.event.message_id))
        mark_handled(turn.session, one.id, now=turn.now)
    ask_about_burst(turn, [*earlier, message], joined_question(turn, received))


def joined_question(turn: Turn, received: Received) -> OpenQuestion | None:
    """Return the question that was just asked, if the message belongs to those that it is about."""
    question, at = _open_question(turn), received.event.at
    return question if question is not None and at is not None and joins(at, question.timing) else None


def _open_question(turn: Turn) -> OpenQuestion | None:
    """Returns None if one of its buttons was pressed, or the inbox knows none of its messages any more."""
    row = turn.session.scalar(_ASKING, {"of_user": turn.user.id})
    if row is None:
        return None
    stored = rows.read(row.state, row.data)
    if stored.last_choice is not None or not isinstance(
        stored.question, Together | Source | Consent | Choosing | Differing
    ):
        return None
    about_several = isinstance(stored.question, Together)
    messages = stored.question.present if isinstance(stored.question, Together) else [stored.question.message]
    message_ids = [message.message_id for message in messages if message.message_id]
    sent_at = sent_last_at(turn.session, turn.address.to, message_ids)
    return OpenQuestion(row, messages, Timing(sent_at, about_several)) if sent_at else None


_ASKING = (
    select(Dialogue)
    .where(
        Dialogue.user_id == bindparam("of_user"),
        Dialogue.closed_at.is_(None),
        Dialogue.state.in_([State.TOGETHER, State.SOURCE, State.CONSENT, State.CHOOSING, State.DIFFERING]),
    )
    .order_by(Dialogue.created_at.desc(), Dialogue.id)
    .limit(1)
)


def _held_texts(turn: Turn, received: Received) -> list[Received]:
    held = held_messages(turn.session, received.event.chat_id)
    return [one for one in held if one.id != received.id and is_looked_up(turn, one)]
