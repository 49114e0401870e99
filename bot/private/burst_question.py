from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.buttons import rows
from bot.buttons.state import SentMessage, Several, Together
from bot.messages import several
from bot.messages.files import named
from bot.private.answer import answer_again
from bot.private.turn import Turn
from bot.understanding.bursts import Timing
from factcheck.models import Dialogue

BATCH = 10
"""Messages handled at once: as many as an answer has cards. The others come in the next question."""

MOST = 50
"""Messages that one question carries. LINE lets people forward fewer in one go."""


@dataclass(frozen=True)
class OpenQuestion:
    """The newest unanswered question about what the person sent."""

    row: Dialogue
    messages: list[SentMessage]
    timing: Timing


def ask_about_burst(turn: Turn, new: Sequence[SentMessage], joined: OpenQuestion | None) -> None:
    """Join a question about several, or ask a new one."""
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
    # No answer to one of them: taking that one back must not swallow the question about the others.
    turn.address = replace(turn.address, message_id=None)
    texts = texts_of(turn, question.present)
    turn.say(several.ask_together(turn.t, texts, question_id, batch=BATCH, too_many=len(messages) - MOST))


def split_batch(question: Several) -> tuple[list[SentMessage], list[SentMessage]]:
    return question.present[:BATCH], question.present[BATCH:]


def ask_about_rest(turn: Turn, rest: Sequence[SentMessage]) -> list[dict[str, Any]]:
    """Return what to say; nothing if there is no rest."""
    if not rest:
        return []
    question = turn.ask(Together(tuple(rest)))
    return several.ask_together(turn.t, texts_of(turn, rest), question, batch=BATCH)


def texts_of(turn: Turn, messages: Sequence[SentMessage]) -> list[str]:
    return [named(turn.t, message.text, message.file_type) for message in messages]


def _distinct(messages: Sequence[SentMessage]) -> list[SentMessage]:
    return list({(message.text, message.file_id): message for message in messages}.values())
