"""What matching compares of articles is derived once, stored, and gone with the words that it is derived of."""

import pytest
from sqlalchemy import select, update

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.jobs.schedule import Next, handlers_of
from factcheck.matching.compare import kept
from factcheck.matching.compare.kept import facts_of, is_kept
from factcheck.models import Article, ArticleFacts, Status
from factcheck.services import derived
from factcheck.services.erasure import erase_person_messages
from factcheck.services.indexing import INDEX_ARTICLE, article_changed, articles_changed
from tests.conftest import MovableClock
from tests.factcheck.world import NOW, add_article, user
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch
from tests.job_kinds import index_job_handlers

TEXT = "每天早上喝 500 毫升檸檬水，三個月就不用吃藥 https://lemon.example/1"


@pytest.fixture
def article_id(factory: SessionFactory) -> str:
    with transaction(factory) as session:
        return add_article(session, TEXT).id


def index(factory: SessionFactory, article_id: str) -> None:
    effects = index_job_handlers(factory, FakeSearch(), FakeEmbedder())[INDEX_ARTICLE]({"article_id": article_id})
    with transaction(factory) as session:
        effects(session)


def stored(factory: SessionFactory) -> dict[str, str]:
    """The articles of which something is stored, and what code derived it."""
    with read_only(factory) as session:
        return {row.article_id: row.code for row in session.scalars(select(ArticleFacts))}


def is_recalled(factory: SessionFactory, article_id: str) -> bool:
    """Tells whether a process that has just started need not derive it."""
    kept._recent.clear()
    with read_only(factory) as session:
        text = session.get_one(Article, article_id).text
        derived.recall(session, {article_id: text})
    return is_kept(text)


def test_what_is_indexed_is_not_derived_for_a_message(
    factory: SessionFactory, article_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_recalled(factory, article_id)
    index(factory, article_id)
    wanted = facts_of(TEXT)
    assert is_recalled(factory, article_id)
    monkeypatch.setattr(kept, "derived", None)
    facts = facts_of(TEXT)
    assert (facts.fingerprint, facts.numbers, facts.pages) == (wanted.fingerprint, wanted.numbers, wanted.pages)


@pytest.mark.parametrize("changes", [{"code": "of another release"}, {"text_mark": "of another text"}])
def test_what_is_of_other_code_or_another_text_is_not_read(
    factory: SessionFactory, article_id: str, changes: dict[str, str]
) -> None:
    index(factory, article_id)
    with transaction(factory) as session:
        session.execute(update(ArticleFacts).values(changes))
    assert not is_recalled(factory, article_id)


def test_the_worker_walks_through_what_was_imported_and_what_other_code_derived(
    factory: SessionFactory, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "BATCH", 2)
    with transaction(factory) as session:
        ids = [add_article(session, f"message number {n}, sent to all").id for n in range(5)]
        hidden = add_article(session, "what nobody may see")
        hidden.status = Status.BLOCKED
    index(factory, ids[0])
    with transaction(factory) as session:
        session.execute(update(ArticleFacts).values(code="of another release"))
    [kind] = derived.job_kinds(factory)
    rounds = []
    for _ in range(4):
        effects = kind.handler({})
        with transaction(factory) as session:
            rounds.append(effects(session))
    assert rounds == [Next.AT_ONCE, Next.AT_ONCE, None, None]
    assert stored(factory) == dict.fromkeys(ids, kept.code_mark())
    assert derived.DERIVE in handlers_of([kind], clock)


def test_what_is_derived_of_a_text_that_has_changed_is_not_stored(factory: SessionFactory, article_id: str) -> None:
    found = derived.derive([(article_id, 1, TEXT)])
    with transaction(factory) as session:
        assert session.get_one(Article, article_id).version == 1
        article_changed(session, session.get_one(Article, article_id), now=NOW)
    with transaction(factory) as session:
        derived.store(session, found)
    assert stored(factory) == {}


def test_it_goes_with_what_it_is_derived_of(factory: SessionFactory, article_id: str) -> None:
    for change in (
        lambda session: erase_person_messages(session, user(session, "asker"), now=NOW, received_until=NOW),
        lambda session: article_changed(session, session.get_one(Article, article_id), now=NOW),
        lambda session: articles_changed(session, [article_id], now=NOW),
        lambda session: session.delete(session.get_one(Article, article_id)),
    ):
        with transaction(factory) as session:
            add_article(session, TEXT)
        index(factory, article_id)
        assert stored(factory).keys() == {article_id}
        with transaction(factory) as session:
            change(session)
        assert stored(factory) == {}


@pytest.mark.parametrize(
    ("changes", "left"), [({"text": "", "status": Status.DELETED}, False), ({"text": "no number in it"}, True)]
)
def test_what_an_older_worker_takes_back_goes_with_the_next_walk(
    factory: SessionFactory, article_id: str, changes: dict[str, str], left: bool
) -> None:
    index(factory, article_id)
    with transaction(factory) as session:
        session.execute(update(Article).values(version=Article.version + 1, **changes))
    [kind] = derived.job_kinds(factory)
    effects = kind.handler({})
    with transaction(factory) as session:
        effects(session)
    with read_only(factory) as session:
        rows = session.scalars(select(ArticleFacts)).all()
    assert [row.text_mark for row in rows] == ([kept.text_mark(changes["text"])] if left else [])


def test_a_walk_that_fails_goes_on_where_it_was(
    factory: SessionFactory, article_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "BATCH", 1)
    [kind] = derived.job_kinds(factory)
    kind.handler({})  # and whoever has the database sees nothing of it
    effects = kind.handler({})
    with transaction(factory) as session:
        effects(session)
    assert stored(factory).keys() == {article_id}
