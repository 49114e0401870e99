"""Pictures, films and sounds are looked up like texts, once they were fetched (`bot.private.taking`); an album is one
message, and so are several sent in one go. Files, places and stickers are not looked at: each gets a word of its own.
Where the settings take none of them (`BotContext.media`), an album still gets one answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.buttons.state import SentMessage, Together
from bot.context import BotContext
from bot.inbound.event_types import FILES, MEDIA, MessageType
from bot.inbound.events import Event
from bot.inbound.inbox import Received, mark_handled, mark_handled_and_keep, messages_around
from bot.messages import questions
from bot.messages.files import not_taken
from bot.private.answer import Recorded, answer, recall, record, sent_file
from bot.private.beside import has_text_coming, text_answered_at
from bot.private.burst_hold import as_message, hold
from bot.private.burst_pressed import take_burst
from bot.private.burst_question import ask_about_burst
from bot.private.burst_texts import joined_question
from bot.private.turn import Speak, Turn
from bot.understanding.bursts import ALBUM, MOMENT, Step, belongs, media_step
from bot.understanding.lookup import LookedUp, look_up_file
from factcheck.db.session import read_only
from factcheck.media.examining import Fault
from factcheck.models import MediaFile, SentFile
from factcheck.services.matching import find_matches
from factcheck.services.media_lookup import FileFacts
from factcheck.services.usage import Usage

AROUND = ALBUM * 4


def take_unknown(_context: BotContext, _received: Received) -> Speak:
    """Answer a message of an unknown type, or one that lacks what its type has."""

    def speak(turn: Turn) -> None:
        turn.say(questions.hint(turn.t, "unknown_kind" if turn.context.media else "text_only"))

    return speak


def take_sticker(_context: BotContext, received: Received) -> Speak:
    """Say nothing if messages came with it that will be answered."""

    def speak(turn: Turn) -> None:
        around = messages_around(turn.session, received.event, AROUND)
        if not any(not other.handled and other.held_at is None for other in around):
            turn.say(questions.hint(turn.t, "sticker"))

    return speak


def is_taken(context: BotContext, event: Event) -> bool:
    """Tell whether the message is a file fetched and looked at."""
    return context.media is not None and event.message_type in FILES and event.message_id is not None


def is_to_be_fetched(context: BotContext, event: Event) -> bool:
    if not is_taken(context, event):
        return False
    with read_only(context.factory) as session:
        return session.get(SentFile, event.message_id) is None


def take_media(context: BotContext, received: Received) -> Speak:
    """Look a file up that was fetched, which may take a while. Raises what `look_up_file` raises."""
    if not is_taken(context, received.event):
        return lambda turn: _take_unread(turn, received)
    with read_only(context.factory) as session:
        sent = session.get_one(SentFile, received.event.message_id)
        file = session.get(MediaFile, sent.file_id) if sent.file_id else None
    if file is None:
        fault = Fault(sent.fault or Fault.GONE)
        return lambda turn: _say_not_taken(turn, fault)
    if received.held_at is not None:
        return lambda turn: _take_held(turn, received)
    looked_up = look_up_file(context, FileFacts.of(file))
    return lambda turn: _answer_in_burst(turn, received, _record(turn, file, looked_up))


def _say_not_taken(turn: Turn, fault: Fault) -> None:
    turn.note(Usage.NOT_TAKEN, detail=fault)
    turn.say(not_taken(turn.t, fault))


def _record(turn: Turn, file: MediaFile, looked_up: LookedUp) -> Recorded:
    return record(turn, file.text, looked_up.decision, looked_up.cards, file=file)


def _take_held(turn: Turn, received: Received) -> bool:
    """Takes a file looked up when it came, which has waited for its album."""
    messages = sent_messages(turn, [received.event.message_id or ""])
    recorded = recall(turn, messages[0]) if messages else None
    return recorded is None or _answer_in_burst(turn, received, recorded)  # None: everything was deleted meanwhile


def sent_messages(turn: Turn, message_ids: Sequence[str]) -> list[SentMessage]:
    """Find messages again that were looked up and whose files are still here, in this order."""
    matches = find_matches(turn.session, turn.user, message_ids)
    found = []
    for message_id in message_ids:
        sent = turn.session.get(SentFile, message_id)
        file = turn.session.get(MediaFile, sent.file_id) if sent is not None and sent.file_id else None
        if file is not None and message_id in matches:
            found.append(sent_file(file, matches[message_id].id, message_id))
    return found


def _answer_in_burst(turn: Turn, received: Received, recorded: Recorded) -> bool:
    """Returns whether the file is handled now. A mate that was handled has its answer: this one gets its own."""
    around = messages_around(turn.session, received.event, AROUND)
    own = as_message(received)
    others = {
        one.id: as_message(one)
        for one in around
        if is_taken(turn.context, one.event) and not one.handled and one.event.at
    }
    step = media_step(own, list(others.values()))
    if step == Step.HOLD:
        return hold(turn, received, MOMENT if own.image_set is None or own.image_set.total is None else ALBUM)
    held = [one for one in around if one.id in others and one.held_at is not None and belongs(own, others[one.id])]
    for one in held:
        mark_handled(turn.session, one.id, now=turn.now)
    everything = sorted([received, *held], key=_place)
    _answer_all(turn, received, recorded, everything)
    return True


def _place(received: Received) -> tuple[int, datetime, str]:
    album = received.event.image_set
    at = received.event.at or received.received_at
    return (album.index or 0 if album else 0, at, received.event.message_id or "")


def _answer_all(turn: Turn, received: Received, recorded: Recorded, everything: Sequence[Received]) -> None:
    joined = joined_question(turn, received)
    if len(everything) == 1 and joined is None:
        answer(turn, recorded)
        return
    messages = sent_messages(turn, [one.event.message_id or "" for one in everything])
    sets = {one.event.image_set.id if one.event.image_set else None for one in everything}
    if joined is None and len(sets) == 1 and None not in sets and len(messages) > 1:
        # No answer to one of them: taking that one back must not swallow what is said about the others.
        turn.address = replace(turn.address, message_id=None)
        take_burst(turn, Together(tuple(messages)), "")
    else:
        ask_about_burst(turn, messages, joined)


def _take_unread(turn: Turn, received: Received) -> bool:
    around = messages_around(turn.session, received.event, AROUND)
    own = as_message(received)
    others = {
        other.id: as_message(other)
        for other in around
        if other.event.message_type in MEDIA and other.event.at and not is_taken(turn.context, other.event)
    }
    step = media_step(own, list(others.values()))
    if step == Step.HOLD:
        return hold(turn, received, MOMENT if own.image_set is None or own.image_set.total is None else ALBUM)
    gathered = [identity for identity, other in others.items() if other.held_at is not None and belongs(own, other)]
    if step == Step.GATHER:
        first = min([received.received_at, *(one.received_at for one in around if one.id in gathered)])
        _say_what_can_be_read(turn, received, first)
    for identity in [received.id, *gathered]:
        mark_handled_and_keep(turn.session, identity, now=turn.now)
    return True


def _say_what_can_be_read(turn: Turn, received: Received, first: datetime) -> None:
    """Say nothing where the answer to a text beside it says so. `first`: when the first of the pictures came."""
    if has_text_coming(turn, messages_around(turn.session, received.event, MOMENT)):
        return
    answered = text_answered_at(turn, received.event)
    if answered is None:
        turn.say(questions.hint(turn.t, hint_of(turn.context, received.event)))
    elif answered < first:
        turn.say(questions.hint(turn.t, "beside_text"))


def hint_of(context: BotContext, event: Event) -> str:
    """Name the hint (`bot.messages.questions`) about what is not looked at."""
    hints = {MessageType.FILE: "file", MessageType.LOCATION: "location"}
    return hints.get(MessageType(event.message_type or ""), "text_only") if context.media else "text_only"
