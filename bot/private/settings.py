"""What a person can set, and erasing what they sent."""

from bot.buttons.state import Erasing
from bot.messages import preferences
from bot.outbound.rich_menu import link_menu_later
from bot.private.turn import Turn
from factcheck.languages import TAGS
from factcheck.services.erasure import erase_person_messages
from factcheck.services.seen_articles import count_mine
from factcheck.services.usage import Usage


def show(turn: Turn, _arguments: tuple[str, ...]) -> None:
    turn.say([_card(turn)])


def change_language(turn: Turn, arguments: tuple[str, ...]) -> None:
    """`arguments` is the locale, or nothing to be asked which."""
    if arguments[:1] not in [(tag,) for tag in TAGS]:
        turn.say(preferences.ask_language(turn.t, turn.locale))
        return
    turn.user.locale = arguments[0]
    link_menu_later(turn.session, turn.user, now=turn.now)
    turn.note(Usage.LANGUAGE, detail=arguments[0])
    turn.say([preferences.language_changed(turn.t, turn.locale), _card(turn)])


def change_notices(turn: Turn, arguments: tuple[str, ...]) -> None:
    """`arguments` is on or off."""
    if arguments[:1] not in [("on",), ("off",)]:
        show(turn, ())
        return
    turn.user.wants_notices = arguments[0] == "on"
    turn.note(Usage.NOTICES, detail=arguments[0])
    turn.say([preferences.notices_changed(turn.t, wants_notices=turn.user.wants_notices), _card(turn)])


def ask_to_erase(turn: Turn, _arguments: tuple[str, ...]) -> None:
    turn.say(preferences.ask_to_erase(turn.t, turn.ask(Erasing())))


def welcome_back(turn: Turn) -> None:
    wants_notices = turn.user.wants_notices
    turn.note(Usage.FOLLOWED, detail="again")
    turn.say([preferences.welcome_back(turn.t, wants_notices=wants_notices), *([] if wants_notices else [_card(turn)])])


def say_too_fast(turn: Turn) -> None:
    turn.note(Usage.TOO_FAST)
    turn.say(preferences.too_fast(turn.t))


def erase(turn: Turn, _question: Erasing, _choice: str) -> None:
    received = turn.address.received_at or turn.now
    erased = erase_person_messages(turn.session, turn.user, now=turn.now, received_until=received)
    turn.note(Usage.ERASED)
    turn.say(preferences.erased(turn.t, deleted=erased.deleted, kept=erased.kept))


def keep(turn: Turn, _question: Erasing, _choice: str) -> None:
    turn.say(preferences.nothing_erased(turn.t))


def _card(turn: Turn) -> dict[str, object]:
    messages, new = count_mine(turn.session, turn.user)
    return preferences.settings_card(
        turn.t, turn.locale, wants_notices=turn.user.wants_notices, messages=messages, new=new
    )
