from collections.abc import Callable, Mapping

from bot.buttons.menu import Action, Called
from bot.messages import questions
from bot.private import browse, contribute, history, report, settings, tutorial, volunteer
from bot.private.turn import Turn

Answer = Callable[[Turn, tuple[str, ...]], None]

ANSWERS: Mapping[Action, Answer] = {
    Action.MINE: history.show,
    Action.SETTINGS: settings.show,
    Action.LANGUAGE: settings.change_language,
    Action.NOTICES: settings.change_notices,
    Action.ERASE: settings.ask_to_erase,
    Action.READ: browse.read,
    Action.REPLIES: browse.list_replies,
    Action.REPLY: browse.read_reply,
    Action.ASK: browse.ask,
    Action.TELL: contribute.begin,
    Action.REPORT: report.show,
    Action.TUTORIAL: tutorial.show_tutorial,
    Action.SHARE: tutorial.share,
    Action.VOLUNTEER: volunteer.send_link,
}


def call(turn: Turn, called: Called) -> None:
    answer = ANSWERS.get(called.action)
    if answer is None:
        turn.say(questions.hint(turn.t, "unknown_button"))
        return
    answer(turn, called.arguments)
