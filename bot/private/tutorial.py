from bot.messages import introductions, sharing
from bot.private.article import bot_link
from bot.private.turn import Turn
from factcheck.services.usage import Usage


def show_tutorial(turn: Turn, arguments: tuple[str, ...]) -> None:
    """`arguments` is introductions.EXAMPLE for a sample answer."""
    wants_example = arguments[:1] == (introductions.EXAMPLE,)
    turn.note(Usage.TUTORIAL, detail=introductions.EXAMPLE if wants_example else "")
    turn.say(introductions.example(turn.t) if wants_example else introductions.tutorial(turn.t))


def share(turn: Turn, _arguments: tuple[str, ...]) -> None:
    turn.note(Usage.SHARED)
    turn.say(sharing.share_card(turn.t, bot_link(turn)))
