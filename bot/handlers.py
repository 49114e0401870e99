"""The bot's jobs: an event that LINE sent, and telling people about a reply."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.chat import Turn
from bot.context import BotContext
from bot.delivery import DELIVER, Address, deliver_handler
from bot.events import Event, parse_event
from bot.i18n import locale_of_line
from bot.line_client import LineError, LineUnreachableError
from bot.messages import questions
from bot.on_message import answer_text, worth_looking_up
from bot.on_postback import press
from bot.show import answer
from bot.webhook import HANDLE_EVENT
from factcheck.db.session import reading
from factcheck.matching.decision import decide
from factcheck.models import LINE_BOT, InboxEvent, User
from factcheck.services import jobs
from factcheck.services.articles import load_articles, lock_article
from factcheck.services.jobs import Effects, Handler
from factcheck.services.matching import find_hits, load_candidates
from factcheck.services.notices import NOTIFY_ASKERS, enqueue_notices, people_to_tell, record_notice
from factcheck.services.replies import replies_for
from factcheck.services.users import get_or_create_line_user

log = structlog.get_logger()

NOTICES_A_JOB = 100
Speak = Callable[[Turn], None]


def bot_job_handlers(context: BotContext) -> dict[str, Handler]:
    return {
        HANDLE_EVENT: lambda payload: handle_event(context, str(payload["event_id"])),
        DELIVER: deliver_handler(context.factory, context.line, context.clock),
        NOTIFY_ASKERS: lambda payload: notify_askers(context, str(payload["article_id"])),
    }


@dataclass(frozen=True)
class Received:
    """An inbox row that has not been handled yet."""

    event: Event
    received_at: Any
    knows_sender: bool


def handle_event(context: BotContext, event_id: str) -> Effects:
    """Everything slow (profile, model, index) happens here, before the transaction that `Effects` runs in."""
    received = _load(context, event_id)
    if received is None:
        return lambda session: _mark_handled(session, event_id, context)
    event = received.event
    speak = _reaction(context, event)
    locale = None if received.knows_sender or speak is None else _locale(context, event)

    def effects(session: Session) -> None:
        _mark_handled(session, event_id, context)
        if speak is None or event.user_id is None:
            return
        now = context.clock()
        user = get_or_create_line_user(session, event.user_id, secret_key=context.secret_key, locale=locale, now=now)
        user.is_friend = True  # who writes or presses can be written to
        session.flush()  # what the reaction adds points to the person
        address = Address(event.chat_id, event.reply_token, received.received_at)
        speak(Turn(context, session, user, address, now))

    return effects


def _load(context: BotContext, event_id: str) -> Received | None:
    with reading(context.factory) as session:
        row = session.get(InboxEvent, event_id)
        if row is None or row.handled_at is not None or row.payload is None:
            return None
        event = parse_event(row.payload)
        sender = select(User.id).where(User.app_id == LINE_BOT, User.app_user_id == event.user_id)
        return Received(event, row.received_at, session.scalar(sender) is not None)


def _mark_handled(session: Session, event_id: str, context: BotContext) -> None:
    row = session.get(InboxEvent, event_id)
    if row is not None and row.handled_at is None:
        row.handled_at = context.clock()
        row.payload = None


def _reaction(context: BotContext, event: Event) -> Speak | None:
    """What to do about an event; None: nothing. Looks texts up, so it may take a while."""
    if event.mode != "active" or not event.is_one_to_one:
        return None
    if event.type == "follow":
        return _greet
    if event.type == "unfollow":
        return lambda turn: _stop_notices(turn, event)
    if event.type == "postback":
        return lambda turn: press(turn, event.postback_data)
    if event.type == "message":
        return _message_reaction(context, event)
    return None


def _message_reaction(context: BotContext, event: Event) -> Speak:
    text = event.text
    if event.message_type != "text" or text is None:
        return lambda turn: _hint(turn, "text_only")
    if not worth_looking_up(text):
        return lambda turn: _hint(turn, "too_short")
    hits = find_hits(context.search, context.embedder, text)
    with reading(context.factory) as session:
        found = load_candidates(session, text, hits)
    decision = decide(text, found)
    return lambda turn: answer_text(turn, text, decision)


def _greet(turn: Turn) -> None:
    turn.say(questions.greeting(turn.t))


def _stop_notices(turn: Turn, event: Event) -> None:
    """Unless the person has been here since: LINE may deliver an old unfollow late."""
    newest = select(func.max(InboxEvent.event_at)).where(InboxEvent.chat_id == event.chat_id)
    latest = turn.session.scalar(newest.where(InboxEvent.handled_at.is_not(None)))
    if event.at is None or latest is None or event.at >= latest:
        turn.user.is_friend = False


def _hint(turn: Turn, key: str) -> None:
    turn.say(questions.hint(turn.t, key))


def _locale(context: BotContext, event: Event) -> str:
    try:
        language = context.line.language(event.user_id or "")
    except (LineError, LineUnreachableError) as error:
        log.info("no_profile", error=type(error).__name__)
        language = None
    return locale_of_line(language, context.default_locale)


def notify_askers(context: BotContext, article_id: str) -> Effects:
    """Tell everyone who asked, each once: the notice's row and its delivery are one transaction. Many people are told
    in several jobs."""

    def effects(session: Session) -> None:
        # Of two copies that get their first reply at once, the later job sees whom the other has told.
        article, now = lock_article(session, article_id), context.clock()
        if article is None or not article.cluster_reply_count:  # taken back meanwhile; the next reply will tell them
            return
        people = people_to_tell(session, article, NOTICES_A_JOB)
        asked = {each.id: each for each in load_articles(session, [asked_id for _, asked_id in people])}
        for user, asked_id in people:
            turn = Turn(context, session, user, Address(user.app_user_id or ""), now, jobs.NOTICES)
            messages = [
                questions.reply_arrived(turn.t),
                *answer(turn, asked[asked_id], replies_for(asked[asked_id]), {}),
            ]
            record_notice(session, user, asked[asked_id], turn.say(messages), now=now)
        if len(people) == NOTICES_A_JOB:
            enqueue_notices(session, article, now=now)

    return effects
