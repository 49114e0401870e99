"""What does the service's jobs, by the name of their kind."""

from bot.context import BotContext
from bot.dispatch import bot_job_kinds
from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory
from factcheck.jobs.queue import Handler
from factcheck.jobs.schedule import handlers_of
from factcheck.ports import Embedder, SearchBackend
from indexer.sync import index_job_kinds


def bot_job_handlers(context: BotContext) -> dict[str, Handler]:
    return handlers_of(bot_job_kinds(context), context.clock)


def index_job_handlers(
    factory: SessionFactory, search: SearchBackend, embedder: Embedder, *, clock: Clock = utc_now
) -> dict[str, Handler]:
    return handlers_of(index_job_kinds(factory, search, embedder, clock=clock), clock)
