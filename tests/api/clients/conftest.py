import pytest

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import LINE_BOT, ArticleCategory, Category
from tests.api.clients.asking import LEMON, REPLY
from tests.conftest import MovableClock
from tests.editor_ui.world import World


@pytest.fixture
def lemon(world: World, factory: SessionFactory, clock: MovableClock) -> str:
    """A message with all that clients ask for: replies, votes, reasons, a topic."""
    article_id = world.article(LEMON, asked_by=3, reasons=("my mother sent it",))
    first = world.reply(article_id, REPLY, by="ann@example.org")
    clock.advance(minutes=5)
    world.reply(article_id, "A second view: it does no harm either.", kind="OPINIONATED", by="ben@example.org")
    world.vote(article_id, first, 1, by="cat@example.org", comment="clear")
    with transaction(factory) as session:
        session.add(Category(id="mz2n7nEBrIRcahlYnQpz", title="Health", description="Cures", created_at=clock()))
        session.flush()
        topic = ArticleCategory(article_id=article_id, category_id="mz2n7nEBrIRcahlYnQpz", app_id=LINE_BOT)
        topic.positive_feedback_count, topic.created_at = 1, clock()
        session.add(topic)
    world.index_with_replies(article_id)
    return article_id
