"""The bot's jobs: an event that LINE sent, messages to deliver, people to tell."""

from sqlalchemy.orm import Session

from bot import group_chat, private_chat
from bot.context import BotContext
from bot.delivery import DELIVER, deliver_handler
from bot.events import Event
from bot.inbox import Received, is_overtaken, is_taken_back, load_received, lock_received, mark_handled
from bot.notices import notify_askers
from bot.reactions import Reaction
from bot.webhook import HANDLE_EVENT
from factcheck.db.session import reading
from factcheck.services.jobs import Effects, Handler
from factcheck.services.notices import NOTIFY_ASKERS


def bot_job_handlers(context: BotContext) -> dict[str, Handler]:
    return {
        HANDLE_EVENT: lambda payload: handle_event(context, str(payload["event_id"])),
        DELIVER: deliver_handler(context.factory, context.line, context.clock),
        NOTIFY_ASKERS: lambda payload: notify_askers(context, str(payload["article_id"])),
    }


def handle_event(context: BotContext, event_id: str) -> Effects:
    """Everything slow (profile, model, index) happens here, before the transaction that `Effects` runs in."""
    with reading(context.factory) as session:
        received = load_received(session, event_id)
        moot = received is None or _is_moot(session, received.event)
    reaction = None if received is None or moot else _reaction(context, received)

    def effects(session: Session) -> None:
        now = context.clock()
        current = lock_received(session, event_id)
        if current is None:
            return
        handled = True
        if reaction is not None and not _is_moot(session, current.event):
            handled = reaction(session, current, now)
        if handled:
            mark_handled(session, event_id, now=now)

    return effects


def _is_moot(session: Session, event: Event) -> bool:
    return is_taken_back(session, event) or is_overtaken(session, event)


def _reaction(context: BotContext, received: Received) -> Reaction | None:
    """What to do about an event; None: nothing. Looks texts up, so it may take a while."""
    event = received.event
    if event.mode != "active":
        return None
    if event.is_one_to_one:
        return private_chat.reaction(context, received)
    if event.is_in_group:
        return group_chat.reaction(context, received)
    return None
