"""What came in the same moment as a message: a picture beside a text, a text beside "is it true?"."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.buttons.talk import Talk
from bot.inbound.event_types import FILES, MEDIA, MessageType
from bot.inbound.events import Event
from bot.inbound.inbox import Received, message_ids_around, messages_around
from bot.messages import introductions, questions
from bot.private.burst_hold import hold
from bot.private.turn import Turn
from bot.understanding.bursts import MOMENT
from bot.understanding.private_text import Kind, understand
from factcheck.models import InboxEvent, Match


def has_unseen_media(turn: Turn, around: Sequence[Received]) -> bool:
    """Tells whether there are media of a kind that is not looked at among the messages."""
    seen = FILES if turn.context.media is not None else ()
    return any(one.event.message_type in MEDIA and one.event.message_type not in seen for one in around)


def is_looked_up(turn: Turn, received: Received) -> bool:
    event = received.event
    understood = understand(event.readable or "", turn.context.own_hosts)
    return event.message_type == MessageType.TEXT and understood.kind == Kind.LOOK_UP


def has_text_coming(turn: Turn, around: Sequence[Received]) -> bool:
    """Tell whether a text among the messages will be looked up."""
    return any(not one.handled and is_looked_up(turn, one) for one in around)


def text_answered_at(turn: Turn, event: Event) -> datetime | None:
    """Return when a looked-up text of this moment was answered."""
    ids = message_ids_around(turn.session, event, MOMENT)
    own = select(InboxEvent.handled_at).join(Match, Match.message_id == InboxEvent.message_id)
    own = own.where(Match.user_id == turn.user.id, InboxEvent.message_id.in_(ids), InboxEvent.handled_at.is_not(None))
    return turn.session.scalar(own.limit(1))


def take_request(turn: Turn, received: Received) -> bool:
    """Say nothing to "is it true?" if the message that is meant comes with it; else ask which is meant. Returns whether
    it is handled now."""
    event = received.event
    around = messages_around(turn.session, event, MOMENT)
    if has_text_coming(turn, around) or any(one.event.message_type in MEDIA for one in around):
        return True
    if text_answered_at(turn, event) is not None:
        return True
    if received.held_at is None and event.at is not None and event.message_id is not None:
        return hold(turn, received, MOMENT)
    gone = event.quoted_message_id is not None
    said = questions.hint(turn.t, "quoted_gone") if gone else introductions.small_talk(turn.t, Talk.ASKING)
    turn.say(said)
    return True
