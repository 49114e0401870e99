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
from bot.private.media import hint_of, is_taken, sent_messages
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
    return (
        is_own or article_said(session, event.chat_id, quoted) is not None or _quoted_media(session, event) is not None
    )


def _quoted_media(session: Session, event: Event) -> InboxEvent | None:
    """Finds the quoted picture or the like if the inbox still has what LINE told of it: it is being fetched, or is not
    looked at."""
    row = session.scalar(
        select(InboxEvent).where(InboxEvent.chat_id == event.chat_id, InboxEvent.message_id == event.quoted_message_id)
    )
    return row if row is not None and _kind(row) in MEDIA else None


def _kind(row: InboxEvent) -> str | None:
    return parse_event(row.payload or {}).message_type


def _answer_about(turn: Turn, event: Event) -> None:
    quoted = event.quoted_message_id or ""
    article_id = article_said(turn.session, event.chat_id, quoted)
    if article_id is not None:
        browse.read(turn, (article_id,))
        return
    media = _quoted_media(turn.session, event)
    if media is not None:
        _say_of_media(turn, media)
        return
    own = select(Match).where(Match.user_id == turn.user.id, Match.message_id == quoted)
    match = turn.session.scalar(own.order_by(Match.id.desc()).limit(1))
    chosen = (match.submitted_article_id or match.chosen_article_id) if match is not None else None
    message = _kept_text(turn, quoted) or next(iter(sent_messages(turn, [quoted])), None)
    if chosen is not None:
        browse.read(turn, (chosen,))
    elif message is not None:
        answer_again(turn, message)
    else:
        turn.say(questions.hint(turn.t, "quoted_gone"))


def _say_of_media(turn: Turn, row: InboxEvent) -> None:
    """Says nothing while it is being fetched: its own answer comes."""
    quoted = parse_event(row.payload or {})
    if not is_taken(turn.context, quoted):
        turn.say(questions.hint(turn.t, hint_of(turn.context, quoted)))
    elif row.handled_at is not None:
        turn.say(questions.hint(turn.t, "quoted_gone"))


def _kept_text(turn: Turn, message_id: str) -> SentMessage | None:
    """Finds the message in an open question; it is kept nowhere else."""
    open_rows = select(Dialogue).where(Dialogue.user_id == turn.user.id, Dialogue.closed_at.is_(None))
    for row in turn.session.scalars(open_rows.order_by(Dialogue.created_at.desc(), Dialogue.id)):
        question = rows.read(row.state, row.data).question
        for message in messages_of(question) if question is not None else []:
            if message.message_id == message_id:
                return message
    return None
