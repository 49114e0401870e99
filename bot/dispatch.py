"""The bot's kinds of jobs, and the handling of an event."""

from contextlib import AbstractContextManager, nullcontext

from sqlalchemy.orm import Session

from bot.context import BotContext
from bot.groups import router as group_router
from bot.groups.leave import LEAVE_CHAT, leave_chat
from bot.inbound import rate_limit, still_working
from bot.inbound.event_types import EventType, MessageType
from bot.inbound.events import Event
from bot.inbound.failed_event import give_up_event
from bot.inbound.inbox import Reaction, Received, is_moot, load_received, lock_received, mark_handled
from bot.inbound.queue import GIVE_UP_EVENT, HANDLE_EVENT
from bot.inbound.rate_limit import Admission
from bot.outbound import quota, rich_menu
from bot.outbound.digest import mail_digest
from bot.outbound.mail import mail_askers, mail_reply
from bot.outbound.notify import correct, notify_askers, tell_change
from bot.outbound.outbox import DELIVER
from bot.outbound.sender import deliver_handler
from bot.private import router as private_router
from bot.private.burst_hold import SETTLE, settle
from bot.private.index_away import LOOK_AGAIN, look_again, step_aside
from bot.private.taking import ASK_AGAIN, TAKE_FILE, ask_again, take_file
from factcheck.db.session import read_only
from factcheck.jobs.queue import Effects, no_effects
from factcheck.jobs.schedule import JobKind
from factcheck.jobs.worker import AWAY
from factcheck.services import erasure
from factcheck.services.digests import MAIL_DIGEST
from factcheck.services.mail_notices import MAIL_ASKERS, MAIL_REPLY
from factcheck.services.notices import CORRECT, NOTIFY_ASKERS, TELL_CHANGE

STANDBY = "standby"
"""Another module of the account has the chat; we may not say anything."""


def bot_job_kinds(context: BotContext) -> tuple[JobKind, ...]:
    deliver = deliver_handler(context.factory, context.line, context.clock, blocked=context.blocked_users)
    return (
        JobKind(HANDLE_EVENT, lambda payload: handle_event(context, str(payload["event_id"]))),
        JobKind(GIVE_UP_EVENT, lambda payload: give_up_event(context, str(payload["event_id"]))),
        JobKind(SETTLE, lambda payload: settle(context, str(payload["event_id"]))),
        JobKind(TAKE_FILE, lambda payload: take_file(context, str(payload["event_id"])), is_apart=True),
        JobKind(ASK_AGAIN, lambda payload: ask_again(context, str(payload["event_id"]))),
        JobKind(LOOK_AGAIN, lambda payload: look_again(context, str(payload["event_id"]))),
        JobKind(DELIVER, deliver, is_express=True),
        JobKind(LEAVE_CHAT, lambda payload: leave_chat(context, payload)),
        JobKind(NOTIFY_ASKERS, lambda payload: notify_askers(context, str(payload["article_id"]))),
        JobKind(CORRECT, lambda payload: correct(context, str(payload["article_id"]), str(payload["reply_id"]))),
        JobKind(
            TELL_CHANGE, lambda payload: tell_change(context, str(payload["article_id"]), str(payload["reply_id"]))
        ),
        JobKind(MAIL_ASKERS, lambda payload: mail_askers(context, str(payload["cluster_id"]))),
        JobKind(MAIL_REPLY, lambda payload: mail_reply(context, str(payload["request_id"]))),
        JobKind(MAIL_DIGEST, lambda payload: mail_digest(context, str(payload["user_id"]), str(payload["since"]))),
        *still_working.job_kinds(context),
        *quota.job_kinds(context),
        *rich_menu.job_kinds(context),
        *erasure.job_kinds(context.clock, context.erasure_log, context.secret_key),
    )


def handle_event(context: BotContext, event_id: str) -> Effects:
    """Do all that is slow (profile, model, index) before the transaction that `Effects` runs in."""
    with read_only(context.factory) as session:
        received = load_received(session, event_id)
        if received is None:
            return no_effects
        admitted = None if is_moot(session, received.event) else _admission(context, session, received)
    try:
        reaction = None if admitted is None else _reaction(context, received, admitted)
    except AWAY:
        if not received.event.is_one_to_one:  # a text in a group refers to what was said before
            raise
        return lambda session: step_aside(session, received, now=context.clock())

    def effects(session: Session) -> None:
        now = context.clock()
        current = lock_received(session, event_id)
        if current is None:
            return
        handled = True
        if reaction is not None and not is_moot(session, current.event):
            handled = reaction(session, current, now)
        if handled:
            mark_handled(session, event_id, now=now)

    return effects


def _reaction(context: BotContext, received: Received, admitted: Admission) -> Reaction | None:
    event = received.event
    if event.mode == STANDBY or event.is_console_check:
        return None
    if admitted == Admission.SAY_TOO_FAST:
        return private_router.too_fast(context, received)
    if admitted == Admission.IGNORE:
        return None
    if event.is_one_to_one:
        with _loading(context, event):
            return private_router.reaction(context, received)
    if event.is_in_group:
        return group_router.reaction(context, received)
    return None


def _loading(context: BotContext, event: Event) -> AbstractContextManager[None]:
    is_text = event.type == EventType.MESSAGE and event.message_type == MessageType.TEXT
    return context.loading.shown(event.user_id or "") if context.loading and is_text else nullcontext()


def _admission(context: BotContext, session: Session, received: Received) -> Admission:
    event = received.event
    place = rate_limit.place_in_minute(session, event.chat_id, received.id, received.received_at)
    return rate_limit.decide(event, place, limit=context.messages_a_minute, blocked=context.blocked_users)
