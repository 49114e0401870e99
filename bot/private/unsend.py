from bot.inbound.events import Event
from bot.private.turn import Turn
from factcheck.services.erasure import erase_message
from factcheck.services.usage import Usage


def forget_unsent(turn: Turn, event: Event) -> None:
    """Delete an unsent message and say nothing. A question about nothing else counts as expired: its buttons then ask
    for the message."""
    if event.message_id is None:
        return
    for row in turn.close_questions_about(lambda one: one.message_id == event.message_id):
        row.expires_at = turn.now
    erase_message(turn.session, turn.user, event.message_id, now=turn.now)
    turn.note(Usage.UNSENT)
