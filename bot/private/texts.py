"""Answers to a text in a private chat. One looked up is answered by itself, or waits for the rest of its burst."""

from bot.buttons.menu import Called
from bot.buttons.state import SentMessage
from bot.buttons.talk import Need
from bot.context import BotContext
from bot.inbound.inbox import Received, messages_around
from bot.messages import flex, introductions, questions
from bot.messages.flex import Json
from bot.messages.hotlines import hotlines
from bot.private import browse, contribute, menu_pressed
from bot.private.answer import Recorded, answer, recall, record
from bot.private.beside import has_unseen_media, take_request
from bot.private.burst_hold import hold
from bot.private.burst_texts import burst_step, gather
from bot.private.media import take_unknown
from bot.private.quoting import is_writing, quoting_speech
from bot.private.turn import Speak, Turn
from bot.understanding.bursts import MOMENT, Step
from bot.understanding.lookup import look_up
from bot.understanding.private_text import Kind, Understood, understand
from factcheck.db.session import read_only
from factcheck.limits import MAX_TEXT_LENGTH
from factcheck.services.matching import find_matches, load_identical
from factcheck.services.usage import Usage


def text_speech(context: BotContext, received: Received) -> Speak:
    """Look a text up, which may take a while. Raises what `look_up` raises."""
    event = received.event
    if event.text is None:
        return take_unknown(context, received)
    if len(event.text) > MAX_TEXT_LENGTH:
        return _refuse_length
    text, readable = event.text, event.readable or ""
    understood = understand(readable, context.own_hosts)
    if understood.kind == Kind.NEED and _is_known(context, text):
        need = Need.PERHAPS_CHEATED if understood.need == Need.CHEATED else understood.need
        understood = Understood(Kind.LOOK_UP, need=need)
    about_quoted = quoting_speech(context, received, understood)
    if about_quoted is not None:
        return about_quoted
    if understood.kind == Kind.TOO_SHORT:
        return lambda turn: _take_short(turn, text, understood)
    if understood.is_request and not is_writing(context, event):
        return lambda turn: take_request(turn, received)
    if understood.kind != Kind.LOOK_UP and not understood.is_request:
        return lambda turn: _answer_simply(turn, understood)
    if received.held_at is not None:
        return lambda turn: _take_held(turn, received, text, understood.need)
    return _look_up_speech(context, received, text, readable, understood.need)


def _refuse_length(turn: Turn) -> None:
    """LINE sends no such texts, and to look one up would take minutes."""
    reason = turn.t("The message is longer than %(limit)d characters.") % {"limit": MAX_TEXT_LENGTH}
    turn.say([flex.text_message(reason)])


def _take_short(turn: Turn, text: str, understood: Understood) -> None:
    if not contribute.offer(turn, text, None):
        _answer_simply(turn, understood)


def _answer_simply(turn: Turn, understood: Understood) -> None:
    if understood.action is not None:
        menu_pressed.call(turn, Called(understood.action, ()))
    elif understood.talk is not None:
        turn.say(introductions.small_talk(turn.t, understood.talk))
    elif understood.need is not None:
        turn.say(_help(turn, understood.need))
    elif understood.kind == Kind.ARTICLE_LINK:
        browse.read(turn, (understood.article_id,))
    elif understood.kind == Kind.NO_WORDS:
        turn.say(introductions.no_words(turn.t))
    else:
        turn.say(questions.hint(turn.t, "too_short"))


def _help(turn: Turn, need: Need) -> list[Json]:
    turn.note(Usage.HELPED, detail=need)
    return hotlines(turn.t, need, turn.context.hotlines)


def _is_known(context: BotContext, text: str) -> bool:
    """Tell whether a cry is a message that goes round word for word."""
    with read_only(context.factory) as session:
        return bool(load_identical(session, text))


def _look_up_speech(context: BotContext, received: Received, text: str, readable: str, need: Need | None) -> Speak:
    looked_up = look_up(context, readable, sent=text)

    def speak(turn: Turn) -> bool:
        if contribute.offer(turn, text, looked_up.decision):
            return True
        return _answer_in_burst(turn, received, record(turn, text, looked_up.decision, looked_up.cards), need)

    return speak


def _take_held(turn: Turn, received: Received, text: str, need: Need | None) -> bool:
    """Takes a text looked up when it came, which has waited for its burst."""
    message_id = received.event.message_id
    match = find_matches(turn.session, turn.user, [message_id or ""]).get(message_id or "")
    recorded = recall(turn, SentMessage(text, match.id, message_id)) if match is not None else None
    if recorded is None:  # everything was deleted meanwhile
        return True
    return _answer_in_burst(turn, received, recorded, need)


def _answer_in_burst(turn: Turn, received: Received, recorded: Recorded, need: Need | None) -> bool:
    """Returns whether the text is handled now."""
    around = messages_around(turn.session, received.event, MOMENT)
    step = burst_step(turn, received, around)
    if step == Step.HOLD:
        return hold(turn, received, MOMENT)
    if need is not None:
        turn.remarks = _help(turn, need)
    elif has_unseen_media(turn, around):
        turn.remarks = questions.hint(turn.t, "beside_media")
    if step == Step.GATHER:
        gather(turn, received, recorded.message)
    else:
        answer(turn, recorded)
    return True
