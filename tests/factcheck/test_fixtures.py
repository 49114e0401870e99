import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, make_url, select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, make_engine, make_session_factory, read_only, transaction
from factcheck.errors import FactlineError
from factcheck.models import (
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleReplyFeedback,
    Category,
    Job,
    Reply,
    ReplyRequest,
    User,
)
from factcheck.services.articles import submit_article
from factcheck.trial_data import FOLDER, load_fixtures
from tests.factcheck.world import NOW, user
from tests.trial import rows, write_few

MODELS = (Article, ArticleCategory, ArticleReply, ArticleReplyFeedback, Category, Job, Reply, ReplyRequest, User)


def sizes(session: Session) -> dict[str, int]:
    return {model.__name__: session.scalar(select(func.count()).select_from(model)) or 0 for model in MODELS}


def load(factory: SessionFactory, folder: Path = FOLDER) -> int:
    with transaction(factory) as session:
        return load_fixtures(session, secret_key="k", now=NOW, folder=folder)


@pytest.fixture(scope="session")
def trial_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the trial data: loading them takes as long as hundreds of tests."""
    path = tmp_path_factory.mktemp("trial") / "trial.sqlite"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    assert load(make_session_factory(engine)) == len(rows("articles"))
    engine.dispose()  # the last connection writes the log into the file
    return path


def test_an_installed_package_says_that_it_has_no_trial_messages(sqlite_url: str, tmp_path: Path) -> None:
    engine = make_engine(sqlite_url)
    with pytest.raises(FactlineError, match="source code"):
        load(make_session_factory(engine), tmp_path / "nowhere")
    engine.dispose()


@pytest.fixture
def loaded(trial_template: Path, sqlite_url: str, sqlite_engine: Engine) -> Iterator[SessionFactory]:
    """The trial data, on SQLite; that PostgreSQL takes the same: `test_everything_is_loaded_once`."""
    shutil.copy(trial_template, sqlite_url.removeprefix("sqlite:///"))
    sqlite_engine.url = make_url(sqlite_url)
    yield make_session_factory(sqlite_engine)
    sqlite_engine.dispose()


@pytest.fixture
def loaded_anywhere(database_url: str, request: pytest.FixtureRequest) -> SessionFactory:
    if database_url.startswith("sqlite"):
        return request.getfixturevalue("loaded")
    factory = request.getfixturevalue("factory")
    assert load(factory) == len(rows("articles"))
    return factory


def test_everything_is_loaded_once(loaded_anywhere: SessionFactory) -> None:
    assert load(loaded_anywhere) == 0
    links = rows("article_replies")
    with read_only(loaded_anywhere) as session:
        found = sizes(session)
    assert found.pop("Job")
    assert found == {
        "Article": len(rows("articles")),
        "ArticleCategory": len(rows("articles")),
        "ArticleReply": len(links),
        "ArticleReplyFeedback": sum(len(link["feedbacks"]) for link in links),
        "Category": len(rows("categories")),
        "Reply": len(rows("replies")),
        "ReplyRequest": sum(len(article["requests"]) for article in rows("articles")),
        "User": len(rows("users")),
    }


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return write_few(tmp_path)


def test_what_somebody_submitted_before_is_left_alone(factory: SessionFactory, few: Path) -> None:
    known = rows("articles")[0]["text"]
    with transaction(factory) as session:
        mine = submit_article(session, known, user(session, "me"), now=NOW).id
    assert load(factory, few) == 3
    with read_only(factory) as session:
        assert session.get_one(Article, mine).user_id == "me"
    assert load(factory, few) == 0


def test_counters_agree_with_the_rows(loaded: SessionFactory) -> None:
    with read_only(loaded) as session:
        requests = Counter(session.scalars(select(ReplyRequest.article_id)))
        links = Counter(session.scalars(select(ArticleReply.article_id)))
        for article in session.scalars(select(Article)):
            assert article.reply_request_count == requests[article.id]
            assert article.normal_article_reply_count == links[article.id]
        votes = Counter(
            (row.article_id, row.reply_id, row.score) for row in session.scalars(select(ArticleReplyFeedback))
        )
        for link in session.scalars(select(ArticleReply)):
            assert link.positive_feedback_count == votes[link.article_id, link.reply_id, 1]
            assert link.negative_feedback_count == votes[link.article_id, link.reply_id, -1]
        assert sum(votes.values()) > 0


def test_nothing_happened_in_the_future(loaded: SessionFactory) -> None:
    with read_only(loaded) as session:
        for model in (Article, Reply, ReplyRequest, ArticleReply, ArticleReplyFeedback):
            newest = session.scalar(select(func.max(model.created_at)))
            assert newest is not None
            assert newest <= NOW


def test_a_broken_file_loads_nothing(factory: SessionFactory, few: Path) -> None:
    with (few / "article_replies.jsonl").open("a") as file:
        file.write("{broken\n")
    with pytest.raises(json.JSONDecodeError):
        load(factory, few)
    with read_only(factory) as session:
        assert set(sizes(session).values()) == {0}
