"""Pictures, films, sounds, files and places: their events are kept, and not understood yet. An album, or several sent
in one go, gets one answer. Nothing is downloaded, and no address that an event names is ever fetched."""

from datetime import datetime

from bot.context import BotContext
from bot.inbound.event_types import MEDIA
from bot.inbound.inbox import Received, mark_handled_and_keep, messages_around
from bot.messages import questions
from bot.private.beside import has_text_coming, text_answered_at
from bot.private.burst_hold import as_message, hold
from bot.private.turn import Speak, Turn
from bot.understanding.bursts import ALBUM, MOMENT, Step, belongs, media_step

AROUND = ALBUM * 4


def take_unknown(_context: BotContext, _received: Received) -> Speak:
    """Answer a message of an unknown type, or one that lacks what its type has."""

    def speak(turn: Turn) -> None:
        turn.say(questions.hint(turn.t, "text_only"))

    return speak


def take_sticker(_context: BotContext, received: Received) -> Speak:
    """Say nothing if messages came with it that will be answered."""

    def speak(turn: Turn) -> None:
        around = messages_around(turn.session, received.event, AROUND)
        if not any(not other.handled and other.held_at is None for other in around):
            turn.say(questions.hint(turn.t, "sticker"))

    return speak


def take_media(_context: BotContext, received: Received) -> Speak:
    return lambda turn: _take_media(turn, received)


def _take_media(turn: Turn, received: Received) -> bool:
    around = messages_around(turn.session, received.event, AROUND)
    own = as_message(received)
    others = {other.id: as_message(other) for other in around if other.event.message_type in MEDIA and other.event.at}
    step = media_step(own, list(others.values()))
    if step == Step.HOLD:
        return hold(turn, received, MOMENT if own.image_set is None or own.image_set.total is None else ALBUM)
    gathered = [identity for identity, other in others.items() if other.held_at is not None and belongs(own, other)]
    if step == Step.GATHER:
        first = min([received.received_at, *(one.received_at for one in around if one.id in gathered)])
        _say_what_can_be_read(turn, received, first)
    for identity in [received.id, *gathered]:
        mark_handled_and_keep(turn.session, identity, now=turn.now)
    return True


def _say_what_can_be_read(turn: Turn, received: Received, first: datetime) -> None:
    """Say nothing where the answer to a text beside it says so. `first`: when the first of the pictures came."""
    if has_text_coming(turn, received.event):
        return
    answered = text_answered_at(turn, received.event)
    if answered is None:
        turn.say(questions.hint(turn.t, "text_only"))
    elif answered < first:
        turn.say(questions.hint(turn.t, "beside_text"))
