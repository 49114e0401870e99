"""Pictures, films, sounds, files and places: their events are kept for as long as events are, and not understood yet.

What belongs together (an album, or several sent in one go) gets one word, not one each. Nothing is downloaded, and no
address that an event names is ever fetched.
"""

from bot.inbound.inbox import Received, mark_handled_and_keep, messages_around
from bot.messages import questions
from bot.private.burst_hold import as_message, hold
from bot.private.turn import Turn
from bot.understanding.bursts import ALBUM, MOMENT, Step, belongs, media_step

MEDIA = ("image", "video", "audio", "file", "location")


def take_media(turn: Turn, received: Received) -> bool:
    """Answer a message that is no text, once for each burst of them; return whether it is handled now."""
    event = received.event
    around = messages_around(turn.session, event, ALBUM * 4)
    if event.message_type == "sticker":
        if not any(not other.handled and other.held_at is None for other in around):
            turn.say(questions.hint(turn.t, "sticker"))
        return True
    if event.message_type not in MEDIA:
        turn.say(questions.hint(turn.t, "text_only"))
        return True
    own = as_message(received)
    others = {other.id: as_message(other) for other in around if other.event.message_type in MEDIA and other.event.at}
    step = media_step(own, list(others.values()))
    if step == Step.HOLD:
        return hold(turn, received, MOMENT if own.image_set is None or own.image_set.total is None else ALBUM)
    if step == Step.GATHER:
        turn.say(questions.hint(turn.t, "text_only"))
    gathered = [identity for identity, other in others.items() if other.held_at is not None and belongs(own, other)]
    for identity in [received.id, *gathered]:
        mark_handled_and_keep(turn.session, identity, now=turn.now)
    return True
