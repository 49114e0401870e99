"""Telling people about a reply to what they asked."""

from sqlalchemy.orm import Session

from bot.chat import Turn
from bot.context import BotContext
from bot.delivery import Address
from bot.messages import questions
from bot.show import answer
from factcheck.services import jobs
from factcheck.services.articles import load_articles, lock_article
from factcheck.services.jobs import Effects
from factcheck.services.notices import enqueue_notices, people_to_tell, record_notice
from factcheck.services.replies import replies_for

NOTICES_A_JOB = 100


def notify_askers(context: BotContext, article_id: str) -> Effects:
    """Tell everyone who asked, each once: the notice's row and its delivery are one transaction. Many people are told
    in several jobs."""

    def effects(session: Session) -> None:
        # Of two copies that get their first reply at once, the later job sees whom the other has told.
        article, now = lock_article(session, article_id), context.clock()
        if article is None or not article.cluster_reply_count:  # taken back meanwhile; the next reply will tell them
            return
        people = people_to_tell(session, article, NOTICES_A_JOB)
        asked = {each.id: each for each in load_articles(session, [asked_id for _, asked_id in people])}
        for user, asked_id in people:
            turn = Turn(context, session, user, Address(user.app_user_id or ""), now, jobs.NOTICES)
            messages = [
                questions.reply_arrived(turn.t),
                *answer(turn, asked[asked_id], replies_for(asked[asked_id]), {}),
            ]
            record_notice(session, user, asked[asked_id], turn.say(messages), now=now)
        if len(people) == NOTICES_A_JOB:
            enqueue_notices(session, article, now=now)

    return effects
