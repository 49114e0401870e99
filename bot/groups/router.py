"""Groups and rooms: the bot keeps quiet unless it is sure, or asked. What to do about an event there."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.groups.answer import text_reaction
from bot.groups.leave import leave_reaction
from bot.groups.turn import GroupTurn
from bot.inbound.inbox import EDITED, MESSAGE, UNSEND, Received
from bot.messages import group
from bot.private.reaction import Reaction
from bot.understanding.group_text import GroupTextKind, hear
from factcheck.services import groups
from factcheck.services.usage import Usage


def reaction(context: BotContext, received: Received) -> Reaction | None:
    """Looks texts up, so it may take a while. Pictures and the like are for the members, and so are people who come and
    go."""
    event = received.event
    if event.type in (MESSAGE, EDITED) and event.message_type == "text":
        heard = hear(event, context.own_hosts)
        return leave_reaction(context) if heard.kind == GroupTextKind.LEAVE else text_reaction(context, received, heard)
    react = {"join": _join, "leave": _leave, "postback": _press, UNSEND: _forget_unsent}.get(event.type)
    if react is None:
        return None

    def reacted(session: Session, current: Received, now: datetime) -> bool:
        react(GroupTurn(context, session, current, now))
        return True

    return reacted


def _join(turn: GroupTurn) -> None:
    if groups.note_joined(turn.session, turn.event.chat_id, turn.event.source_type, at=turn.at):
        turn.say(group.introduction(turn.t, turn.context.about_url))
        turn.note(Usage.JOINED)


def _leave(turn: GroupTurn) -> None:
    if groups.note_left(turn.session, turn.event.chat_id, turn.event.source_type, at=turn.at):
        turn.note(Usage.LEFT)


def _press(turn: GroupTurn) -> None:
    """Ignores a pressed button: none of ours is sent to groups; whatever this one is, its answer would be somebody's
    own."""
    turn.say(group.press_in_private(turn.t))


def _forget_unsent(turn: GroupTurn) -> None:
    if turn.event.message_id:
        groups.forget_unsent(turn.session, turn.event.chat_id, turn.event.message_id)
        turn.note(Usage.UNSENT)
