from typing import Any

import pytest

from editor_ui.charts import HEIGHT, WIDTH, beside_each_other, stacked
from editor_ui.pages.stats import share
from factcheck.db.session import transaction
from factcheck.services.figures import job_kinds
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World


def make_figures(world: World) -> None:
    """What the worker does once a day."""
    [kind] = job_kinds(world.factory, world.clock)
    effects = kind.handler({})
    with transaction(world.factory) as session:
        effects(session)


def test_before_the_first_figures_pages_say_nothing_wrong(visitor: Browser) -> None:
    visitor.get("/stats")
    assert "There are no figures yet." in visitor.main.text
    visitor.get("/")
    assert visitor.root.with_class("numbers") == []


def test_figures_stand_on_their_page_and_the_first_one(visitor: Browser, world: World, clock: MovableClock) -> None:
    answered = world.article("answered soon")
    world.article("waits")
    clock.advance(hours=3)
    world.reply(answered)
    make_figures(world)
    visitor.get("/stats?days=30")
    text = visitor.main.text
    assert "half had it within 3 hours and nine in ten within 3 hours" in text
    rows = [[node.text for node in row.all() if node.tag in ("th", "td")] for row in visitor.root.all("tr")]
    assert ["… that have a reply by now", "1", "50 %", ""] in rows
    assert rows[-1] == ["2026-03-01", "0", "0", "2", "1", "50 %", "3 hours", "3 hours", "0"]
    marks = [node for node in visitor.root.all("rect") if "waiting" in node.get("class")]
    assert [mark.get("height") for mark in marks] == [str(HEIGHT / 2)]
    for odd in ("all", "365", "7", "'"):
        visitor.get(f"/stats?days={odd}")
        assert "half had it within 3 hours" in visitor.main.text
    visitor.get("/")
    [numbers] = visitor.root.with_class("numbers")
    assert numbers.text.startswith("2 new messages answered: 50 % half of the replies came within 3 hours")


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 0, "–"), (1, 1000, "1 %"), (999, 1000, "99 %"), (5, 5, "100 %")]
)
def test_a_share_is_never_rounded_to_all_or_none(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


def test_marks_stay_within_the_chart() -> None:
    parts: list[dict[str, Any]] = [{"name": str(number), "a": number, "b": 10 - number} for number in range(11)]
    series = (("a", lambda part: part["a"]), ("b", lambda part: part["b"]))
    for chart in (stacked(parts, *series), beside_each_other(parts, *series)):
        marks = [mark for column in chart.columns for mark in column.marks]
        assert len(marks) == 20
        assert all(mark.x >= 0 and mark.x + mark.width <= WIDTH for mark in marks)
        assert all(mark.y >= 0 and mark.y + mark.height <= HEIGHT for mark in marks)
        assert chart.highest == 10
        assert 2 <= sum(bool(column.label) for column in chart.columns) <= 6
    assert stacked([], *series).columns == []
