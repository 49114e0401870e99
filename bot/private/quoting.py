"""A text that quotes a message: that one is what is meant. A quoted answer of the bot means its article."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.buttons import rows
from bot.buttons.state import SentMessage, State, messages_of
from bot.context import BotContext
from bot.inbound.event_types import MEDIA
from bot.inbound.events import Event, parse_event
from bot.inbound.inbox import Received
from bot.messages import questions
from bot.outbound.quoted import article_said
from bot.private import browse
from bot.private.answer import answer_again
from bot.private.turn import Speak, Turn
from bot.understanding.private_text import Kind, Understood
from bot.understanding.requests import LONGEST_QUESTION, letters_of
from factcheck.db.session import read_only
from factcheck.models import LINE_BOT, Dialogue, InboxEvent, Match, User


def quoting_speech(context: BotContext, received: Received, understood: Understood) -> Speak | None:
    """Return None if the text says something itself, or nothing is known of what it quotes."""
    event = received.event
    if event.quoted_message_id is None or not _means_quoted(event, understood) or is_writing(context, event):
        return None
    with read_only(context.factory) as session:
        if not _is_known(session, event):
            return None
    return lambda turn: _answer_about(turn, event)


def _means_quoted(event: Event, understood: Understood) -> bool:
    if understood.kind == Kind.LOOK_UP:
        return len(letters_of(event.readable or "")) <= LONGEST_QUESTION
    return understood.kind in (Kind.TOO_SHORT, Kind.NO_WORDS) or understood.is_request


def is_writing(context: BotContext, event: Event) -> bool:
    """Tell whether the bot has just asked for a reason or comment: then a text is no question about a message."""
    asked = select(Dialogue.id).join(User, User.id == Dialogue.user_id)
    asked = asked.where(User.app_id == LINE_BOT, User.app_user_id == event.user_id, Dialogue.closed_at.is_(None))
    with read_only(context.factory) as session:
        return session.scalar(asked.where(Dialogue.state == State.WRITING).limit(1)) is not None


def _is_known(session: Session, event: Event) -> bool:
    quoted = event.quoted_message_id or ""
    own = select(Match.id).join(User, User.id == Match.user_id)
    own = own.where(User.app_id == LINE_BOT, User.app_user_id == event.user_id, Match.message_id == quoted)
    is_own = session.scalar(own.limit(1)) is not None
    return is_own or article_said(session, event.chat_id, quoted) is not None or _is_media(session, event)


def _is_media(session: Session, event: Event) -> bool:
    row = session.scalar(
        select(InboxEvent).where(InboxEvent.chat_id == event.chat_id, InboxEvent.message_id == event.quoted_message_id)
    )
    return row is not None and parse_event(row.payload or {}).message_type in MEDIA


def _answer_about(turn: Turn, event: Event) -> None:
    quoted = event.quoted_message_id or ""
    article_id = article_said(turn.session, event.chat_id, quoted)
    if article_id is not None:
        browse.read(turn, (article_id,))
        return
    if _is_media(turn.session, event):
        turn.say(questions.hint(turn.t, "text_only"))
        return
    own = select(Match).where(Match.user_id == turn.user.id, Match.message_id == quoted)
    match = turn.session.scalar(own.order_by(Match.id.desc()).limit(1))
    chosen = (match.submitted_article_id or match.chosen_article_id) if match is not None else None
    message = _kept_text(turn, quoted)
    if chosen is not None:
        browse.read(turn, (chosen,))
    elif message is not None:
        answer_again(turn, message)
    else:
        turn.say(questions.hint(turn.t, "quoted_gone"))


def _kept_text(turn: Turn, message_id: str) -> SentMessage | None:
    """Finds the message in a question that is still open; it is kept nowhere else."""
    open_rows = select(Dialogue).where(Dialogue.user_id == turn.user.id, Dialogue.closed_at.is_(None))
    for row in turn.session.scalars(open_rows.order_by(Dialogue.created_at.desc(), Dialogue.id)):
        question = rows.read(row.state, row.data).question
        for message in messages_of(question) if question is not None else []:
            if message.message_id == message_id:
                return message
    return None
