"""A pressed button that is nobody's in particular (`bot.actions`): which function answers it."""

from collections.abc import Callable, Mapping

from bot import introducing, my_messages, preferences, reading, writing
from bot.actions import Action, Called
from bot.chat import Turn
from bot.messages import questions

Answer = Callable[[Turn, tuple[str, ...]], None]

ANSWERS: Mapping[Action, Answer] = {
    Action.MINE: my_messages.show,
    Action.SETTINGS: preferences.show,
    Action.LANGUAGE: preferences.change_language,
    Action.NOTICES: preferences.change_notices,
    Action.ERASE: preferences.ask_to_erase,
    Action.READ: reading.read,
    Action.REPLIES: reading.list_replies,
    Action.REPLY: reading.read_reply,
    Action.ASK: reading.ask,
    Action.TELL: writing.begin,
    Action.TUTORIAL: introducing.show_tutorial,
    Action.SHARE: introducing.share,
}


def call(turn: Turn, called: Called) -> None:
    answer = ANSWERS.get(called.action)
    if answer is None:
        turn.say(questions.hint(turn.t, "unknown_button"))
        return
    answer(turn, called.arguments)
