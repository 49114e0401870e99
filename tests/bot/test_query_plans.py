"""What happens for each message must not read a whole table: with a million articles, it would take seconds.

SQLite keeps no statistics here and chooses an index by its shape alone, which went wrong unnoticed: with an index that
began with the status, it read all shown articles to find one by its id.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from factcheck.db.base import Base
from factcheck.db.session import make_engine, make_session_factory
from factcheck.ids import article_id
from factcheck.matching.decide.decision import Outcome
from tests.bot.chatting import Chatting
from tests.bot.deciding import decided
from tests.bot.test_conversation import CLAIM, NEWS, VAGUE
from tests.conftest import MovableClock

GROWING = set(Base.metadata.tables) - {"apps", "categories", "worker_signs"}
OF_A_FEW = (
    "ix_articles_similar_unchecked",
    "ix_inbox_events_open",
    "ix_deliveries_pending",
    "ix_jobs_next",
    "ix_jobs_running",
)
"""Partial indexes: to read all of them is to read what is open. Of the next jobs, the first that is due is read."""
BOUNDED = "CO-ROUTINE anon_1"
"""A count of rows behind a limit, read from an index."""


@contextmanager
def explained(engine: Engine) -> Iterator[dict[str, list[str]]]:
    """The plan of each statement that is executed meanwhile."""
    plans: dict[str, list[str]] = {}

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            cursor = connection.connection.dbapi_connection.cursor()
            plans[statement] = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]

    event.listen(engine, "before_cursor_execute", explain)
    yield plans
    event.remove(engine, "before_cursor_execute", explain)


def reads_whole_table(plan: list[str]) -> bool:
    if plan[0] == BOUNDED and "COVERING INDEX" in plan[1]:
        return False
    for step in plan:
        found = re.match(r"SCAN (\w+?)(_\d+)?\b", step)
        if found and found[1] in GROWING and not step.endswith(OF_A_FEW):
            return True
        if re.search(r"\((status|listed)=\?\)", step):
            return True
    return False


def test_a_scan_is_noticed(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with explained(engine) as plans, engine.connect() as connection:
        connection.exec_driver_sql("SELECT * FROM articles WHERE text = 'x'")
        connection.exec_driver_sql("SELECT * FROM articles WHERE id = 'x'")
    engine.dispose()
    assert [reads_whole_table(plan) for plan in plans.values()] == [True, False]


def test_a_conversation_reads_no_whole_table(sqlite_url: str, clock: MovableClock) -> None:
    engine = make_engine(sqlite_url)
    chat = Chatting(make_session_factory(engine), clock)
    chat.publish(CLAIM, "A spoon does nothing of the kind.")
    chat.publish(VAGUE, "Only on Friday evening.")
    with explained(engine) as plans:
        chat.send(chat.event("follow"))
        answer = chat.say(CLAIM)
        chat.press(answer, "👍 Helpful")
        chat.press(answer, "👎 Not helpful")
        chat.say("The old bridge")
        with decided(Outcome.CHOOSE):
            offered = chat.say(NEWS)
        consent = chat.press(offered, "None of these")
        chat.press(consent, "Yes, publish and check it")
        chat.reply(article_id(NEWS), "Bicycles need one bell.")
        clock.advance(hours=1)
        chat.worker.run_due_jobs()
        chat.say("my messages")
        chat.say(NEWS, "Ub")
        chat.send(chat.event("unsend", unsend={"messageId": "1"}))
    engine.dispose()
    assert len(plans) > 50
    assert {statement: plan for statement, plan in plans.items() if reads_whole_table(plan)} == {}
