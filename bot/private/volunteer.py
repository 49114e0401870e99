"""A person who asks here can help to answer, on the web, as the same person."""

from bot.messages import preferences
from bot.private.turn import Turn
from factcheck.services.joining import LINK_LIFE, start_joining
from factcheck.services.usage import Usage


def send_link(turn: Turn, _arguments: tuple[str, ...]) -> None:
    token = start_joining(turn.session, turn.user, now=turn.now)
    turn.note(Usage.VOLUNTEER)
    minutes = int(LINK_LIFE.total_seconds()) // 60
    url = f"{turn.context.base_url}/join/{token}?lang={turn.locale}"
    turn.say([preferences.volunteer_link(turn.t, url, minutes)])
