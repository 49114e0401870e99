"""The question whether the messages of a burst belong together: finding the one that is open, and asking."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from bot.buttons import rows
from bot.buttons.state import Choosing, SentMessage, Several, Source, State, Together
from bot.inbound.inbox import sent_last_at
from bot.messages import several
from bot.private.answer import answer_again
from bot.private.turn import Turn
from bot.understanding.bursts import Timing
from factcheck.models import Dialogue

BATCH = 10
"""Messages that are dealt with at once: as many as an answer has cards. The others come in the next question."""

MOST = 50
"""Messages that one question carries. LINE lets people forward fewer in one go."""


@dataclass(frozen=True)
class OpenQuestion:
    """The newest question about what the person sent, which is not answered yet."""

    row: Dialogue
    messages: list[SentMessage]
    timing: Timing


def open_question(turn: Turn) -> OpenQuestion | None:
    """Load the newest question that a text may come to; None if the person has pressed one of its buttons, or none of
    its messages is known to the inbox any more."""
    asking = Dialogue.state.in_([State.TOGETHER, State.SOURCE, State.CHOOSING])
    open_rows = select(Dialogue).where(Dialogue.user_id == turn.user.id, Dialogue.closed_at.is_(None), asking)
    row = turn.session.scalar(open_rows.order_by(Dialogue.created_at.desc(), Dialogue.id).limit(1))
    if row is None:
        return None
    stored = rows.read(row.state, row.data)
    if stored.last_choice is not None or not isinstance(stored.question, Together | Source | Choosing):
        return None
    about_several = isinstance(stored.question, Together)
    messages = stored.question.present if isinstance(stored.question, Together) else [stored.question.message]
    message_ids = [message.message_id for message in messages if message.message_id]
    sent_at = sent_last_at(turn.session, turn.address.to, message_ids)
    return OpenQuestion(row, messages, Timing(sent_at, about_several)) if sent_at else None


def ask_about_burst(turn: Turn, new: Sequence[SentMessage], joined: OpenQuestion | None) -> None:
    """Ask whether these messages belong together. `joined`: the question that they come to; about several it stays the
    same one, with more in it."""
    messages = _distinct([*(joined.messages if joined else []), *new])
    if len(messages) == 1:
        answer_again(turn, messages[0])
        return
    question = Together(tuple(messages[:MOST]))
    if joined and joined.timing.about_several:
        joined.row.data = rows.write(question)
        question_id = joined.row.id
    else:
        question_id = turn.ask(question)
    # Not the answer to one of them: taking that one back must not swallow the question about the others.
    turn.address = replace(turn.address, message_id=None)
    texts = texts_of(question.present)
    turn.say(several.ask_together(turn.t, texts, question_id, batch=BATCH, too_many=len(messages) - MOST))


def split_batch(question: Several) -> tuple[list[SentMessage], list[SentMessage]]:
    """Return the messages that are dealt with now, and the rest, for the next question."""
    return question.present[:BATCH], question.present[BATCH:]


def ask_about_rest(turn: Turn, rest: Sequence[SentMessage]) -> list[dict[str, Any]]:
    """Open the question about the rest and return what to say; nothing if there is no rest."""
    if not rest:
        return []
    question = turn.ask(Together(tuple(rest)))
    return several.ask_together(turn.t, texts_of(rest), question, batch=BATCH)


def texts_of(messages: Sequence[SentMessage]) -> list[str]:
    return [message.text for message in messages]


def _distinct(messages: Sequence[SentMessage]) -> list[SentMessage]:
    """Return each text once, with the newest message of it."""
    return list({message.text: message for message in messages}.values())
