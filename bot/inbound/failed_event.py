"""The end of an event that breaks the code or the worker each time, so that its chat goes on. In a private chat the
person is told."""

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.inbound.event_types import traits_of
from bot.inbound.events import Event
from bot.inbound.inbox import lock_received, mark_handled
from bot.inbound.still_working import may_be_spoken_to, translator_of
from bot.messages import questions
from bot.outbound.outbox import Address, send
from factcheck.jobs import queue
from factcheck.jobs.queue import Effects


def give_up_event(context: BotContext, event_id: str) -> Effects:
    def effects(session: Session) -> None:
        now = context.clock()
        received = lock_received(session, event_id)
        if received is None:
            return
        event = received.event
        mark_handled(session, event_id, now=now)
        if _is_waited_for(context, session, event):
            messages = questions.hint(translator_of(context, session, event), traits_of(event.type).hint_when_given_up)
            address = Address(event.chat_id, received.reply_token, received.received_at, event.message_id)
            send(session, address, messages, now=now, priority=queue.PEOPLE_WAIT)

    return effects


def _is_waited_for(context: BotContext, session: Session, event: Event) -> bool:
    expects_answer = traits_of(event.type).hint_when_given_up and not event.is_console_check
    return bool(expects_answer) and may_be_spoken_to(context, session, event)
