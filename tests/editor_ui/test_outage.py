"""Pages while the real cluster is away: the database answers, with a notice, and what is written is kept."""

import pytest

from editor_ui.circuit_breaker import SKIP
from factcheck.ports import SearchBackend
from indexer.backends.elasticsearch.backend import ElasticsearchSearch
from tests.conftest import MovableClock
from tests.editor_ui.browser import Browser
from tests.editor_ui.world import World
from tests.fakes.cluster_door import ClusterDoor
from tests.indexer.elasticsearch import one_at_a_time

pytestmark = one_at_a_time

NOTICE = "search index does not answer"


@pytest.fixture
def search(behind_door: ElasticsearchSearch) -> SearchBackend:
    return behind_door


def test_pages_fall_back_and_come_back(
    visitor: Browser, world: World, door: ClusterDoor, search: SearchBackend, clock: MovableClock
) -> None:
    article_id = world.article("lemon water cures every illness")
    door.close()
    visitor.get("/search?q=lemon")
    assert NOTICE in visitor.main.text
    assert visitor.root.with_class("card")
    visitor.get(f"/article/{article_id}")
    assert "lemon water" in visitor.main.text
    visitor.get(f"/article/{article_id}/reuse?q=lemon")
    assert NOTICE in visitor.main.text
    door.open()
    clock.advance(seconds=SKIP.total_seconds())
    visitor.get("/search?q=lemon")
    assert NOTICE not in visitor.main.text
    assert visitor.root.with_class("card")
