"""What moderation hides, redacts and removes, in the dataset: this release, earlier ones, and what is imported."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from factcheck.dataset.hidden import REMOVED
from factcheck.dataset.importer import import_dataset
from factcheck.dataset.publish import all_exports, find_export, publish_dataset
from factcheck.dataset.revise import revise_exports
from factcheck.db.session import SessionFactory, transaction
from factcheck.models import (
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    ModerationKind,
    Reason,
    Reply,
    ReplyRequest,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, redact, undo
from factcheck.moderation.removal import remove
from factcheck.services.articles import request_check
from factcheck.services.feedback import vote
from factcheck.services.replies import attach_reply, write_reply
from tests.conftest import MovableClock
from tests.dataset.reading import csv_bytes, rows_of
from tests.factcheck.moderating import KEY, do, target
from tests.factcheck.world import NOW, add_article, add_reply, draft, user

WORDS = ("call 0912-345-678", "https://spam.example/soup", "buy my pills", "pills of mine", "so many pills")


def fill(factory: SessionFactory) -> dict[TargetKind, str]:
    """A message, a reply, a reason and a comment with words that moderation will hide."""
    with transaction(factory) as session:
        article = add_article(session, "call 0912-345-678 or see https://spam.example/soup")
        link = write_reply(session, article, draft("buy my pills"), user(session, "author"), now=NOW)
        request_check(session, article, user(session, "other"), now=NOW, reason="pills of mine")
        vote(session, article.id, link.reply_id, user(session, "voter"), 1, now=NOW, comment="so many pills")
        session.flush()
        asked = select(ReplyRequest.id).where(ReplyRequest.reason != "")
        return {
            TargetKind.ARTICLE: article.id,
            TargetKind.REPLY: link.reply_id,
            TargetKind.REQUEST: str(session.scalars(asked).one()),
            TargetKind.COMMENT: str(session.scalars(select(ArticleReplyFeedback.id)).one()),
        }


def said_in(folder: Path) -> list[str]:
    content = b"".join(csv_bytes(folder).values()).decode()
    return [words for words in WORDS if words in content]


def test_a_hidden_row_stays_without_its_words_and_comes_back(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    names, root = fill(factory), tmp_path / "dataset"
    publish_dataset(factory, root, clock=clock, licence="L")
    with transaction(factory) as session:
        done = [do(session, ModerationKind.HIDE, target(kind, name), None).id for kind, name in names.items()]
    clock.advance(days=1)
    publish_dataset(factory, root, clock=clock, licence="L")
    old, new = (root / name for name in all_exports(root))
    assert said_in(old) == list(WORDS)
    assert said_in(new) == []
    [article] = rows_of(new, "articles")
    assert (article["id"], article["status"], article["text"]) == (names[TargetKind.ARTICLE], "BLOCKED", "")
    assert [row["status"] for row in rows_of(new, "article_replies")] == ["BLOCKED"]
    assert {row["status"] for row in rows_of(new, "article_reply_feedbacks")} == {"BLOCKED"}
    assert revise_exports(factory, root, now=clock()) == 0  # earlier releases keep what was shown then
    with transaction(factory) as session:
        for action_id in done:
            undo(session, action_id, None, now=NOW)
    clock.advance(days=1)
    publish_dataset(factory, root, clock=clock, licence="L")
    assert said_in(root / all_exports(root)[-1]) == list(WORDS)


def test_what_is_redacted_or_removed_loses_its_words_in_every_release(
    factory: SessionFactory, tmp_path: Path, clock: MovableClock
) -> None:
    names, root = fill(factory), tmp_path / "dataset"
    publish_dataset(factory, root, clock=clock, licence="L")
    with transaction(factory) as session:
        decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
        pieces = ["0912-345-678", "https://spam.example/soup", "my pills", "pills of mine", "many pills"]
        for kind in (TargetKind.ARTICLE, TargetKind.REPLY, TargetKind.REQUEST):
            redact(session, target(kind, names[kind]), decision, None, pieces, secret_key=KEY, now=NOW)
        about = target(TargetKind.COMMENT, names[TargetKind.COMMENT])
        remove(session, about, Decision(ModerationKind.REMOVE, Reason.ILLEGAL), None, secret_key=KEY, now=NOW)
    # a row each, the address in the message, and the voter of whom nothing is left
    assert revise_exports(factory, root, now=clock() + timedelta(hours=7)) == 6
    found = find_export(root, all_exports(root)[0])
    assert found is not None
    assert said_in(found[0]) == []
    [reply] = rows_of(found[0], "replies")
    assert "█████" in reply["text"]


def test_an_import_brings_nothing_back(factory: SessionFactory, tmp_path: Path, clock: MovableClock) -> None:
    names, root = fill(factory), tmp_path / "dataset"
    with transaction(factory) as session:
        other = add_article(session, "another claim about tea")
        reply = session.get_one(Reply, names[TargetKind.REPLY])
        attach_reply(session, other, reply, user(session, "author"), now=NOW)
        gone = add_article(session, "forbidden words")
        gone_reply = add_reply(session, other, "other").reply_id
        removed = {TargetKind.ARTICLE: gone.id, TargetKind.REPLY: gone_reply}
    folder = publish_dataset(factory, root, clock=clock, licence="L")
    with transaction(factory) as session:
        do(session, ModerationKind.HIDE, target(TargetKind.ARTICLE, names[TargetKind.ARTICLE]), None)
        do(session, ModerationKind.HIDE, target(TargetKind.REPLY, names[TargetKind.REPLY]), None)
        session.delete(session.get_one(ArticleReply, (other.id, names[TargetKind.REPLY])))
        for kind, name in removed.items():
            decision = Decision(ModerationKind.REMOVE, Reason.ILLEGAL)
            remove(session, target(kind, name), decision, None, secret_key=KEY, now=NOW)
    report = import_dataset(factory, folder, progress=False, secret_key=KEY)
    left_out = {file.name: file.left_out[REMOVED] for file in report.files if file.left_out[REMOVED]}
    assert left_out == {"articles": 1, "replies": 1}
    with transaction(factory) as session:
        assert session.get_one(Article, names[TargetKind.ARTICLE]).status == Status.BLOCKED
        assert session.get(Article, removed[TargetKind.ARTICLE]) is None
        assert session.get(Reply, removed[TargetKind.REPLY]) is None
        assert set(session.scalars(select(ArticleReply.status))) == {Status.BLOCKED}  # the link to tea came back hidden
        assert session.get_one(Article, other.id).cluster_reply_count == 0


def test_an_import_brings_nothing_of_who_is_blocked(
    factory: SessionFactory, new_database, tmp_path: Path, clock: MovableClock
) -> None:
    """Of a release that has more of them than this instance, as one that was put back from a backup does not."""
    fill(factory)
    folder = publish_dataset(factory, tmp_path / "dataset", clock=clock, licence="L")
    with transaction(factory) as session:
        for model in (ArticleReplyFeedback, ReplyRequest):
            for row in session.scalars(select(model)):
                session.delete(row)
        for name in ("author", "other", "voter"):
            person = session.get_one(User, name)
            do(session, ModerationKind.BLOCK, target(TargetKind.USER, person.published_id), None)
    import_dataset(factory, folder, progress=False, secret_key=KEY)
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReply.status))) == {Status.BLOCKED}
        assert session.scalars(select(ArticleReplyFeedback.status)).all() == [Status.BLOCKED]
        asked = select(ReplyRequest.status).where(ReplyRequest.user_id == "other")
        assert session.scalars(asked).one() == Status.BLOCKED


def test_a_hidden_message_of_another_instance_stays_hidden_there(
    factory: SessionFactory, new_database, tmp_path: Path, clock: MovableClock
) -> None:
    names, root = fill(factory), tmp_path / "dataset"
    with transaction(factory) as session:
        do(session, ModerationKind.HIDE, target(TargetKind.ARTICLE, names[TargetKind.ARTICLE]), None)
    folder = publish_dataset(factory, root, clock=clock, licence="L")
    there = new_database()
    import_dataset(there, folder, progress=False)
    with transaction(there) as session:
        article = session.get_one(Article, names[TargetKind.ARTICLE])
        assert (article.status, article.text) == (Status.BLOCKED, "")
