"""A pressed button that is nobody's in particular (`bot.actions`): which function answers it."""

from collections.abc import Callable, Mapping

from bot.actions import Action, Called
from bot.chat import Turn
from bot.messages import questions

Answer = Callable[[Turn, tuple[str, ...]], None]

ANSWERS: Mapping[Action, Answer] = {}


def call(turn: Turn, called: Called) -> None:
    answer = ANSWERS.get(called.action)
    if answer is None:
        turn.say(questions.hint(turn.t, "unknown_button"))
        return
    answer(turn, called.arguments)
