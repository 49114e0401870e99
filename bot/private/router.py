"""What to do about an event in a private chat."""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.buttons import menu
from bot.context import BotContext
from bot.i18n import locale_of_line
from bot.inbound.event_types import MEDIA, EventType, MessageType
from bot.inbound.events import Event
from bot.inbound.inbox import Reaction, Received, is_double_click
from bot.line.client import LineError, LineUnreachableError
from bot.messages import introductions
from bot.outbound.outbox import Address
from bot.outbound.rich_menu import link_menu_later
from bot.private import menu_pressed, settings
from bot.private.media import is_to_be_fetched, take_media, take_sticker, take_unknown
from bot.private.question_pressed import press
from bot.private.taking import take_later
from bot.private.texts import text_speech
from bot.private.turn import Speak, Turn
from bot.private.unsend import forget_unsent
from factcheck.db.session import read_only
from factcheck.models import LINE_BOT, InboxEvent, User
from factcheck.services.usage import Usage
from factcheck.services.users import get_or_create_line_user

log = structlog.get_logger()


def reaction(context: BotContext, received: Received) -> Reaction | None:
    """Return None for nothing. Texts are looked up here, which may take a while."""
    if is_to_be_fetched(context, received.event):
        return _fetch_first(context)
    known = _knows(context, received.event)
    speak = _speech(context, received, known)
    return None if speak is None else _reaction(context, received.event, speak, known)


def _fetch_first(context: BotContext) -> Reaction:
    def react(session: Session, current: Received, _now: datetime) -> bool:
        take_later(context, session, current)
        return False

    return react


def too_fast(context: BotContext, received: Received) -> Reaction:
    """React to the first message over the limit (`bot.inbound.rate_limit`)."""
    return _reaction(context, received.event, settings.say_too_fast, _knows(context, received.event))


def _reaction(context: BotContext, event: Event, speak: Speak, known: bool) -> Reaction:
    locale = None if known else _locale(context, event)

    def react(session: Session, current: Received, now: datetime) -> bool:
        turn = _turn(context, session, current, locale, now)
        if event.type == EventType.MESSAGE and current.held_at is None:  # a held one has been counted
            turn.note(Usage.MESSAGE, detail=(event.message_type or "")[:50])
        return speak(turn) is not False

    return react


def _turn(context: BotContext, session: Session, received: Received, locale: str | None, now: datetime) -> Turn:
    event = received.event
    user = get_or_create_line_user(session, event.user_id or "", secret_key=context.secret_key, locale=locale, now=now)
    if not user.is_friend and not _has_left_since(session, event):
        user.is_friend = True
    session.flush()  # what the reaction adds points to the person
    if locale not in (None, context.default_locale):
        link_menu_later(session, user, now=now)
    address = Address(event.chat_id, received.reply_token, received.received_at, event.message_id)
    return Turn(context, session, user, address, now)


def _knows(context: BotContext, event: Event) -> bool:
    with read_only(context.factory) as session:
        return session.scalar(_SENDER, {"of_line": event.user_id or ""}) is not None


_SENDER = select(User.id).where(User.app_id == LINE_BOT, User.app_user_id == bindparam("of_line"))


def _speech(context: BotContext, received: Received, known: bool) -> Speak | None:
    event = received.event
    if event.type == EventType.FOLLOW:
        return settings.welcome_back if known or event.is_unblocked else _greet
    if event.type == EventType.MESSAGE:
        return MESSAGES.get(event.message_type or "", take_unknown)(context, received)
    act = EVENTS.get(event.type)
    return (lambda turn: act(turn, event)) if act else None


def _press(turn: Turn, event: Event) -> None:
    called = menu.decode(event.postback_data)
    if called is None:
        press(turn, event.postback_data, double_click=is_double_click(turn.session, event))
    else:
        menu_pressed.call(turn, called)


def _greet(turn: Turn) -> None:
    turn.note(Usage.FOLLOWED, detail="new")
    turn.say(introductions.greeting(turn.t))


def _has_left_since(session: Session, event: Event) -> bool:
    """Tells whether an unfollow that happened later came before this event."""
    unfollows = select(InboxEvent.id).where(InboxEvent.chat_id == event.chat_id, InboxEvent.type == EventType.UNFOLLOW)
    return event.at is not None and session.scalar(unfollows.where(InboxEvent.event_at > event.at).limit(1)) is not None


def _stop_notices(turn: Turn, event: Event) -> None:
    """LINE may deliver an unfollow late: it counts only if the person has not been here since."""
    newest = select(func.max(InboxEvent.event_at)).where(InboxEvent.chat_id == event.chat_id)
    latest = turn.session.scalar(newest.where(InboxEvent.handled_at.is_not(None)))
    if event.at is None or latest is None or event.at >= latest:
        turn.user.is_friend = False
    turn.note(Usage.UNFOLLOWED)


def _locale(context: BotContext, event: Event) -> str:
    try:
        language = context.line.language(event.user_id or "")
    except (LineError, LineUnreachableError) as error:
        log.info("no_profile", error=type(error).__name__)
        language = None
    return locale_of_line(language, context.default_locale)


EVENTS: Mapping[str, Callable[[Turn, Event], None]] = {
    EventType.UNFOLLOW: _stop_notices,
    EventType.POSTBACK: _press,
    EventType.UNSEND: forget_unsent,
}
"""Types of events that are not here get nothing."""

MESSAGES: Mapping[str, Callable[[BotContext, Received], Speak]] = {
    MessageType.TEXT: text_speech,
    MessageType.STICKER: take_sticker,
    **dict.fromkeys(MEDIA, take_media),
}
"""Others get `take_unknown`."""
