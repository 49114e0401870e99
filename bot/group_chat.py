"""Groups and rooms: the bot keeps quiet unless it is sure, or asked."""

from bot.context import BotContext
from bot.inbox import Received
from bot.reactions import Reaction


def reaction(_context: BotContext, _received: Received) -> Reaction | None:
    return None
