import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, reading, transaction
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

MODELS = (Article, ArticleCategory, ArticleReply, ArticleReplyFeedback, Category, Job, Reply, ReplyRequest, User)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def sizes(session: Session) -> dict[str, int]:
    return {model.__name__: session.scalar(select(func.count()).select_from(model)) or 0 for model in MODELS}


def load(factory: SessionFactory, folder: Path = FOLDER) -> int:
    with transaction(factory) as session:
        return load_fixtures(session, secret_key="k", now=NOW, folder=folder)


@pytest.fixture
def loaded(factory: SessionFactory) -> SessionFactory:
    assert load(factory) == len(rows("articles"))
    return factory


def test_everything_is_loaded(loaded: SessionFactory) -> None:
    links = rows("article_replies")
    with reading(loaded) as session:
        found = sizes(session)
    found.pop("Job")
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


def test_doing_it_again_adds_nothing(loaded: SessionFactory) -> None:
    with reading(loaded) as session:
        before = sizes(session)
    assert load(loaded) == 0
    with reading(loaded) as session:
        assert sizes(session) == before


def test_what_somebody_submitted_before_is_left_alone(factory: SessionFactory) -> None:
    known = rows("articles")[0]["text"]
    with transaction(factory) as session:
        mine = submit_article(session, known, user(session, "me"), now=NOW).id
    assert load(factory) == len(rows("articles")) - 1
    with reading(factory) as session:
        assert session.get_one(Article, mine).user_id == "me"
    assert load(factory) == 0


def test_counters_agree_with_the_rows(loaded: SessionFactory) -> None:
    with reading(loaded) as session:
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
    with reading(loaded) as session:
        for model in (Article, Reply, ReplyRequest, ArticleReply, ArticleReplyFeedback):
            newest = session.scalar(select(func.max(model.created_at)))
            assert newest is not None
            assert newest <= NOW


def test_a_broken_file_loads_nothing(factory: SessionFactory, tmp_path: Path) -> None:
    for path in FOLDER.glob("*.jsonl"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "article_replies.jsonl").open("a") as file:
        file.write("{broken\n")
    with pytest.raises(json.JSONDecodeError):
        load(factory, tmp_path)
    with reading(factory) as session:
        assert set(sizes(session).values()) == {0}
