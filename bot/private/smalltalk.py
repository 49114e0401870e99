"""Texts that need no looking up (`bot.understanding.private_text`): each kind has its answer."""

from bot.buttons.menu import Called
from bot.messages import introductions, questions
from bot.private import browse, menu_pressed
from bot.private.turn import Turn
from bot.understanding.private_text import Kind, Understood


def answer_at_once(turn: Turn, understood: Understood) -> None:
    """Any kind but LOOK_UP."""
    if understood.action is not None:
        menu_pressed.call(turn, Called(understood.action, ()))
    elif understood.talk is not None:
        turn.say(introductions.small_talk(turn.t, understood.talk))
    elif understood.kind == Kind.ARTICLE_LINK:
        browse.read(turn, (understood.article_id,))
    elif understood.kind == Kind.NO_WORDS:
        turn.say(introductions.no_words(turn.t))
    else:
        turn.say(questions.hint(turn.t, "too_short"))
