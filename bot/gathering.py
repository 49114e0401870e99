"""A message in a private chat: answered by itself, or held for a moment because others belong to it."""

from bot.chat import Turn
from bot.context import BotContext
from bot.inbox import Received
from bot.lookup import look_up
from bot.messages import questions
from bot.on_message import answer_text
from bot.reactions import Speak
from bot.understanding import Kind, understand


def message_speech(context: BotContext, received: Received) -> Speak:
    """Looks the text up, so it may take a while."""
    event = received.event
    text = event.text
    if event.message_type != "text" or text is None:
        return lambda turn: _hint(turn, "text_only")
    if understand(text).kind == Kind.TOO_SHORT:
        return lambda turn: _hint(turn, "too_short")
    decision = look_up(context, text)
    return lambda turn: answer_text(turn, text, decision)


def _hint(turn: Turn, key: str) -> None:
    turn.say(questions.hint(turn.t, key))
