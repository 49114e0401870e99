"""What to do about an event in a group or room, where the bot keeps quiet unless it is sure, or asked."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.groups.answer import text_reaction
from bot.groups.leave import leave_reaction
from bot.groups.turn import GroupTurn
from bot.inbound.event_types import EventType, MessageType
from bot.inbound.inbox import Reaction, Received
from bot.messages import group
from bot.understanding.group_text import GroupTextKind, hear
from factcheck.limits import MAX_TEXT_LENGTH
from factcheck.services import groups
from factcheck.services.usage import Usage


def reaction(context: BotContext, received: Received) -> Reaction | None:
    """Look texts up, which may take a while. Pictures and the like get nothing."""
    event = received.event
    if event.type in (EventType.MESSAGE, EventType.EDITED):
        hear_message = MESSAGES.get(event.message_type or "")
        return hear_message(context, received) if hear_message else None
    react = EVENTS.get(event.type)
    return _reaction(context, react) if react else None


def _hear_text(context: BotContext, received: Received) -> Reaction | None:
    if len(received.event.text or "") > MAX_TEXT_LENGTH:
        return None
    heard = hear(received.event, context.own_hosts)
    return leave_reaction(context) if heard.kind == GroupTextKind.LEAVE else text_reaction(context, received, heard)


def _reaction(context: BotContext, react: Callable[[GroupTurn], None]) -> Reaction:
    def reacted(session: Session, current: Received, now: datetime) -> bool:
        react(GroupTurn(context, session, current, now))
        return True

    return reacted


def _join(turn: GroupTurn) -> None:
    if groups.note_joined(turn.session, turn.event.chat_id, turn.event.source_type, at=turn.at):
        turn.say(group.introduction(turn.t, turn.context.about_url(turn.locale)))
        turn.note(Usage.JOINED)


def _leave(turn: GroupTurn) -> None:
    if groups.note_left(turn.session, turn.event.chat_id, turn.event.source_type, at=turn.at):
        turn.note(Usage.LEFT)


def _press(turn: GroupTurn) -> None:
    """Refuses: none of our buttons is sent to groups, and an answer would be somebody's own."""
    turn.say(group.press_in_private(turn.t))


def _forget_unsent(turn: GroupTurn) -> None:
    if turn.event.message_id:
        groups.forget_unsent(turn.session, turn.event.chat_id, turn.event.message_id)
        turn.note(Usage.UNSENT)


EVENTS: Mapping[str, Callable[[GroupTurn], None]] = {
    EventType.JOIN: _join,
    EventType.LEAVE: _leave,
    EventType.POSTBACK: _press,
    EventType.UNSEND: _forget_unsent,
}
"""Types of events that are not here get nothing."""

MESSAGES: Mapping[str, Callable[[BotContext, Received], Reaction | None]] = {MessageType.TEXT: _hear_text}
