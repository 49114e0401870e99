"""One person and the bot: what to do about an event in their chat."""

from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import actions, menu
from bot.chat import Turn
from bot.context import BotContext
from bot.delivery import Address
from bot.events import Event
from bot.gathering import message_speech
from bot.i18n import locale_of_line
from bot.inbox import Received
from bot.line_client import LineError, LineUnreachableError
from bot.messages import questions
from bot.on_postback import press
from bot.reactions import Reaction, Speak
from bot.unsending import forget_unsent
from factcheck.db.session import reading
from factcheck.models import LINE_BOT, InboxEvent, User
from factcheck.services.users import get_or_create_line_user

log = structlog.get_logger()


def reaction(context: BotContext, received: Received) -> Reaction | None:
    """Looks texts up, so it may take a while."""
    event = received.event
    speak = _speech(context, received)
    if speak is None:
        return None
    locale = None if _knows(context, event) else _locale(context, event)

    def react(session: Session, current: Received, now: datetime) -> bool:
        return speak(_turn(context, session, current, locale, now)) is not False

    return react


def _turn(context: BotContext, session: Session, received: Received, locale: str | None, now: datetime) -> Turn:
    event = received.event
    user = get_or_create_line_user(session, event.user_id or "", secret_key=context.secret_key, locale=locale, now=now)
    user.is_friend = True  # who writes or presses can be written to
    session.flush()  # what the reaction adds points to the person
    address = Address(event.chat_id, received.reply_token, received.received_at, event.message_id)
    return Turn(context, session, user, address, now)


def _knows(context: BotContext, event: Event) -> bool:
    with reading(context.factory) as session:
        sender = select(User.id).where(User.app_id == LINE_BOT, User.app_user_id == event.user_id)
        return session.scalar(sender) is not None


def _speech(context: BotContext, received: Received) -> Speak | None:
    event = received.event
    if event.type == "follow":
        return _greet
    if event.type == "unfollow":
        return lambda turn: _stop_notices(turn, event)
    if event.type == "postback":
        return lambda turn: _press(turn, event.postback_data)
    if event.type == "unsend":
        return lambda turn: forget_unsent(turn, event)
    if event.type == "message":
        return message_speech(context, received)
    return None


def _press(turn: Turn, data: str | None) -> None:
    called = actions.decode(data)
    if called is None:
        press(turn, data)
    else:
        menu.call(turn, called)


def _greet(turn: Turn) -> None:
    turn.say(questions.greeting(turn.t))


def _stop_notices(turn: Turn, event: Event) -> None:
    """Unless the person has been here since: LINE may deliver an old unfollow late."""
    newest = select(func.max(InboxEvent.event_at)).where(InboxEvent.chat_id == event.chat_id)
    latest = turn.session.scalar(newest.where(InboxEvent.handled_at.is_not(None)))
    if event.at is None or latest is None or event.at >= latest:
        turn.user.is_friend = False


def _locale(context: BotContext, event: Event) -> str:
    try:
        language = context.line.language(event.user_id or "")
    except (LineError, LineUnreachableError) as error:
        log.info("no_profile", error=type(error).__name__)
        language = None
    return locale_of_line(language, context.default_locale)
