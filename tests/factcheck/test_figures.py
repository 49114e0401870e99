from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.schedule import handlers_of, plan
from factcheck.jobs.worker import Worker
from factcheck.models import ArticleCategory, Category, Match, Notice
from factcheck.services.figures import job_kinds, load_figures
from factcheck.services.tally import Counted, Reported, of_period, percentile
from tests.conftest import MovableClock
from tests.factcheck.world import add_article, add_reply, user

TODAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make(factory: SessionFactory, clock: MovableClock) -> dict[str, Any]:
    kinds = job_kinds(factory, clock)
    with transaction(factory) as session:
        plan(session, kinds, now=clock())
    Worker(factory, handlers_of(kinds, clock), clock=clock).run_due_jobs()
    with read_only(factory) as session:
        figures = load_figures(session)
    assert figures is not None
    assert figures.made_at == clock()
    return figures.value


def test_figures_are_made_daily_of_what_happened(factory: SessionFactory, clock: MovableClock) -> None:
    with transaction(factory) as session:
        first = add_article(session, "answered after an hour", now=clock())
        add_article(session, "waits", now=clock())
        add_reply(session, first, now=clock() + timedelta(hours=1))
        session.add(Category(id="health", title="Health"))
        session.flush()
        session.add(ArticleCategory(article_id=first.id, category_id="health", app_id="WEBSITE"))
        asker = user(session, "asker")
        session.add(Notice(user_id=asker.id, article_id=first.id, created_at=clock()))
        asked = {"user_id": asker.id, "outcome": "UNKNOWN", "candidates": [], "text_length": 9, "created_at": clock()}
        session.add_all([Match(**asked), Match(**asked, shown_article_id=first.id)])
        session.add(Match(**asked, shown_article_id=first.id, refused=True))
    value = make(factory, clock)
    whole = {"asked": 3, "found": 1, "new": 2, "answered": 1, "told": 1, "median": 3600.0, "ninetieth": 3600.0}
    for period in ("30", "365", "all"):
        assert value[period]["whole"] == whole
    assert value["waiting"] == 1
    assert value["30"]["parts"][-1] == {"name": "2026-03-01", **whole}
    assert len(value["30"]["parts"]) == 30
    assert [part["name"] for part in value["365"]["parts"]][-2:] == ["2026-02", "2026-03"]
    [topic] = value["30"]["topics"]
    assert (topic["name"], topic["new"], topic["answered"]) == ("Health", 1, 1)
    clock.advance(hours=23)
    with transaction(factory) as session:
        add_article(session, "one more", now=clock())
    clock.advance(hours=1)
    assert make(factory, clock)["waiting"] == 2


def test_what_has_no_date_is_in_no_period() -> None:
    messages = [Reported("a", None, answered=True), Reported("b", NOON - timedelta(days=40), answered=False)]
    counted = Counted({"2026-01-01": 5}, {}, {}, messages, {})
    assert of_period(counted, "30", TODAY)["whole"]["new"] == 0
    assert of_period(counted, "365", TODAY)["whole"]["asked"] == 5
    assert of_period(counted, "all", TODAY)["whole"]["new"] == 1
    assert of_period(Counted({}, {}, {}, [], {}), "all", TODAY)["parts"][0]["name"] == "2026"


@given(st.lists(st.floats(0, 1e9), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_first_value_that_so_many_reach(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)
