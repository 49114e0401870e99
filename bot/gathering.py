"""A message in a private chat: answered by itself, or with others that belong to it (`bot.company` tells which)."""

from bot import writing
from bot.at_once import answer_at_once
from bot.chat import Turn
from bot.company import MOMENT, Message, Step, joins, text_step
from bot.context import BotContext
from bot.dialogue import Sent
from bot.holding import hold
from bot.inbox import Received, held_messages, mark_handled, messages_around
from bot.lookup import look_up
from bot.media import take_media
from bot.on_message import answer_kept, answer_text, keep_text
from bot.reactions import Speak
from bot.together import ask_together, just_asked
from bot.understanding import Kind, Understood, understand
from factcheck.services.matching import find_matches


def message_speech(context: BotContext, received: Received) -> Speak:
    """Looks the text up, so it may take a while."""
    event = received.event
    if event.message_type != "text" or event.text is None:
        return lambda turn: take_media(turn, received)
    text, readable = event.text, event.readable or ""
    understood = understand(readable, context.own_hosts)
    if understood.kind == Kind.TOO_SHORT:
        return lambda turn: _take_short(turn, text, understood)
    if understood.kind != Kind.LOOK_UP:
        return lambda turn: answer_at_once(turn, understood)
    return text_speech(context, received, text, readable)


def _take_short(turn: Turn, text: str, understood: Understood) -> None:
    if not writing.offer(turn, text, None):
        answer_at_once(turn, understood)


def text_speech(context: BotContext, received: Received, text: str, readable: str) -> Speak:
    if received.held_at is not None:
        return lambda turn: _settle(turn, received, text)
    looked_up = look_up(context, readable, sent=text)

    def speak(turn: Turn) -> bool:
        if writing.offer(turn, text, looked_up.decision):
            return True
        step = _step(turn, received)
        if step == Step.ALONE:
            answer_text(turn, text, looked_up)
            return True
        message = keep_text(turn, text, looked_up.decision, received.event.message_id)
        return hold(turn, received, MOMENT) if step == Step.HOLD else _gather(turn, received, message)

    return speak


def _settle(turn: Turn, received: Received, text: str) -> bool:
    """It was looked up when it came."""
    message_id = received.event.message_id
    match = find_matches(turn.session, turn.user, [message_id or ""]).get(message_id or "")
    if match is None:  # everything was deleted meanwhile
        return True
    message: Sent = {"text": text, "match_id": match.id, "message_id": message_id}
    step = _step(turn, received)
    if step == Step.HOLD:
        return hold(turn, received, MOMENT)
    if step == Step.GATHER:
        return _gather(turn, received, message)
    answer_kept(turn, message)
    return True


def _step(turn: Turn, received: Received) -> Step:
    event = received.event
    if event.at is None or event.message_id is None:  # nothing to find it by again
        return Step.ALONE
    around = messages_around(turn.session, event, MOMENT)
    coming = [one for one in around if not one.handled and is_looked_up(turn, one)]
    others = {one.id: one for one in (*coming, *_held_texts(turn, received))}.values()
    question = just_asked(turn)
    return text_step(
        Message(event.at, received.held_at),
        [Message(one.event.at or one.received_at, one.held_at) for one in others],
        question.timing if question else None,
    )


def _held_texts(turn: Turn, received: Received) -> list[Received]:
    held = held_messages(turn.session, received.event.chat_id)
    return [one for one in held if one.id != received.id and is_looked_up(turn, one)]


def is_looked_up(turn: Turn, received: Received) -> bool:
    event = received.event
    understood = understand(event.readable or "", turn.context.own_hosts)
    return event.message_type == "text" and understood.kind == Kind.LOOK_UP


def _gather(turn: Turn, received: Received, message: Sent) -> bool:
    held = _held_texts(turn, received)
    matches = find_matches(turn.session, turn.user, [one.event.message_id or "" for one in held])
    earlier: list[Sent] = []
    for one in held:
        match = matches.get(one.event.message_id or "")
        if match is not None:
            earlier.append({"text": one.event.text, "match_id": match.id, "message_id": one.event.message_id})
        mark_handled(turn.session, one.id, now=turn.now)
    question = just_asked(turn)
    at = received.event.at
    joined = question if question is not None and at is not None and joins(at, question.timing) else None
    ask_together(turn, [*earlier, message], joined)
    return True
