"""The texts of a burst as they come: which step each of them takes, and gathering them into one question."""

from bot.buttons.state import SentMessage
from bot.inbound.inbox import Received, held_messages, mark_handled, messages_around
from bot.private.burst_hold import as_message
from bot.private.burst_question import ask_about_burst, open_question
from bot.private.turn import Turn
from bot.understanding.bursts import MOMENT, Step, joins, text_step
from bot.understanding.private_text import Kind, understand
from factcheck.services.matching import find_matches


def burst_step(turn: Turn, received: Received) -> Step:
    """Return what to do about a text now, given the others of its chat that are not handled yet."""
    event = received.event
    if event.at is None or event.message_id is None:  # nothing to find it by again
        return Step.ALONE
    around = messages_around(turn.session, event, MOMENT)
    coming = [one for one in around if not one.handled and _is_looked_up(turn, one)]
    others = {one.id: one for one in (*coming, *_held_texts(turn, received))}.values()
    question = open_question(turn)
    return text_step(as_message(received), [as_message(one) for one in others], question.timing if question else None)


def gather(turn: Turn, received: Received, message: SentMessage) -> None:
    """Ask once about this text, those of its burst that were held, and those in the question that they join."""
    held = _held_texts(turn, received)
    matches = find_matches(turn.session, turn.user, [one.event.message_id or "" for one in held])
    earlier: list[SentMessage] = []
    for one in held:
        match = matches.get(one.event.message_id or "")
        if match is not None:
            earlier.append(SentMessage(one.event.text or "", match.id, one.event.message_id))
        mark_handled(turn.session, one.id, now=turn.now)
    question = open_question(turn)
    at = received.event.at
    joined = question if question is not None and at is not None and joins(at, question.timing) else None
    ask_about_burst(turn, [*earlier, message], joined)


def _held_texts(turn: Turn, received: Received) -> list[Received]:
    held = held_messages(turn.session, received.event.chat_id)
    return [one for one in held if one.id != received.id and _is_looked_up(turn, one)]


def _is_looked_up(turn: Turn, received: Received) -> bool:
    event = received.event
    understood = understand(event.readable or "", turn.context.own_hosts)
    return event.message_type == "text" and understood.kind == Kind.LOOK_UP
