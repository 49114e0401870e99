"""Being sent away."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.groups.turn import GroupTurn
from bot.inbound.inbox import Reaction, Received
from bot.line.client import LineError
from bot.messages import group
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects
from factcheck.models import Group
from factcheck.services import groups
from factcheck.services.usage import Usage, note

LEAVE_CHAT = "leave_chat"
GONE = (400, 404)
"""LINE's answers when the bot is not in this chat."""


def leave_reaction(context: BotContext) -> Reaction:
    """Leave however late, unless the bot was brought back since."""

    def react(session: Session, current: Received, now: datetime) -> bool:
        turn = GroupTurn(context, session, current, now)
        known = session.get(Group, turn.event.chat_id)
        if known is None or known.joined_at is None or turn.at >= known.joined_at:
            turn.say(group.goodbye(turn.t))
            payload = {"kind": turn.event.source_type, "chat_id": turn.event.chat_id}
            # The key of replies to this chat (`bot.outbound.outbox`), so that it leaves after the goodbye.
            key = f"send:{turn.event.chat_id}"
            queue.enqueue(session, LEAVE_CHAT, payload, now=now, key=key, priority=queue.PEOPLE_WAIT)
        return True

    return react


def leave_chat(context: BotContext, payload: dict[str, Any]) -> Effects:
    """Doing it again is harmless: LINE refuses."""
    kind, chat_id = str(payload["kind"]), str(payload["chat_id"])
    try:
        context.line.leave(kind, chat_id)
    except LineError as error:
        if error.status not in GONE:
            raise

    def effects(session: Session) -> None:
        now = context.clock()
        if groups.note_left(session, chat_id, kind, at=now):
            note(session, Usage.LEFT, now=now, chat_kind=kind)

    return effects
