"""Decisions of reviewers: what they change, and that each is undone."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.models import (
    LINE_BOT,
    Article,
    ArticleReply,
    ArticleReplyFeedback,
    ModerationAction,
    ModerationKind,
    Reason,
    Reply,
    ReplyRequest,
    Role,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation import actions, reports
from factcheck.moderation.actions import Decision, redact, undo
from factcheck.moderation.views import actions_concerning, is_hidden
from factcheck.services.articles import request_check, submit_article
from factcheck.services.feedback import vote
from factcheck.services.indexing import INDEX_ARTICLE
from factcheck.services.notices import CORRECT, NOTIFY_ASKERS
from factcheck.services.replies import attach_reply, replies_for, take_back
from tests.factcheck.moderating import KEY, LATER, Do, do, hide, jobs, redact_text, reviewer, run_rest, target
from tests.factcheck.world import NOW, add_article, add_reply, at_once, user


def shown(session: Session, article: Article) -> list[str]:
    session.flush()
    session.expire_all()
    return [link.reply_id for link in replies_for(article)]


def test_a_hidden_reply_is_gone_and_comes_back(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, other, by = add_article(session, "soup cures"), add_article(session, "tea cures"), reviewer(session)
        link = add_reply(session, article)
        attach_reply(session, other, link.reply, user(session, "bea"), now=NOW)
        before = len(jobs(session, INDEX_ARTICLE))
        action = do(session, ModerationKind.HIDE, target(TargetKind.REPLY, link.reply_id), by)
        assert shown(session, article) == shown(session, other) == []
        assert (article.cluster_reply_count, other.normal_article_reply_count) == (0, 0)
        assert len(jobs(session, INDEX_ARTICLE)) == before + 2
        assert len(jobs(session, CORRECT)) == 2
        assert is_hidden(session, target(TargetKind.REPLY, link.reply_id))
        with pytest.raises(ForbiddenError, match="hidden by moderation"):
            attach_reply(session, add_article(session, "coffee"), link.reply, user(session, "cat"), now=NOW)
        undo(session, action.id, by, now=LATER)
        assert shown(session, article) == shown(session, other) == [link.reply_id]
        assert len(jobs(session, NOTIFY_ASKERS)) == 4


def test_what_helps_nobody_is_not_told(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, "soup"))
        about = target(TargetKind.REPLY, link.reply_id)
        do(session, ModerationKind.HIDE, about, reviewer(session), reason=Reason.PERSONAL_DATA)
        assert jobs(session, CORRECT) == []


def state_of_all(session: Session, article_id: str) -> tuple[object, ...]:
    session.flush()
    session.expire_all()
    article = session.get_one(Article, article_id)
    statuses = [
        sorted(session.scalars(select(model.status)))
        for model in (Article, ArticleReply, ReplyRequest, ArticleReplyFeedback)
    ]
    blocked = [session.scalar(select(func.count(model.blocked_at))) for model in (Reply, User)]
    names = sorted(session.scalars(select(User.name)))
    words = sorted(session.scalars(select(Article.text)))
    counters = (article.reply_request_count, article.cluster_votes, article.cluster_reply_count, article.listed)
    return statuses, blocked, names, words, counters


def redact_name(session: Session, _article: Article, by: User) -> ModerationAction:
    decision = Decision(ModerationKind.REDACT, Reason.HARASSMENT)
    return redact(session, target(TargetKind.USER, "published-author"), decision, by, [], secret_key=KEY, now=NOW)


@pytest.mark.parametrize(
    "act",
    [
        *(hide(kind) for kind in TargetKind if kind != TargetKind.PENDING),
        *(hide(kind, ModerationKind.HOLD) for kind in (TargetKind.ARTICLE, TargetKind.REPLY)),
        hide(TargetKind.USER, ModerationKind.BLOCK),
        redact_text,
        redact_name,
    ],
)
def test_every_decision_changes_something_and_is_undone(factory: SessionFactory, act: Do) -> None:
    with transaction(factory) as session:
        article, by = add_article(session, "call 0912-345-678 for soup"), reviewer(session)
        link = add_reply(session, article)
        author = session.get_one(User, "author")
        request_check(session, article, author, now=NOW, reason="buy my pills")
        vote(session, article.id, link.reply_id, user(session, "voter"), 1, now=NOW, comment="so good")
        before = state_of_all(session, article.id)
        action = act(session, article, by)
        changed = state_of_all(session, article.id)
        assert changed != before
        back = undo(session, action.id, by, now=LATER)
        assert state_of_all(session, article.id) == before
        with pytest.raises(StaleError):
            undo(session, action.id, by, now=LATER)
        if action.action != ModerationKind.REDACT:  # and so is the undoing
            undo(session, back.id, by, now=LATER)
            assert state_of_all(session, article.id) == changed


def test_blocking_hides_all_that_somebody_did_and_lets_them_do_nothing(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, by = add_article(session, "soup"), reviewer(session)
        good = add_reply(session, article, "good")
        bad = user(session, "bad")
        bad_link = add_reply(session, article, "bad")
        vote(session, article.id, good.reply_id, bad, -1, now=NOW, comment="rubbish")
        alone = add_article(session, "buy here", "bad")
        asked_too = add_article(session, "buy there", "bad")
        request_check(session, asked_too, user(session, "other"), now=NOW)
        attached = attach_reply(session, alone, good.reply, bad, now=NOW)
        about = target(TargetKind.USER, bad.published_id)
        action = do(session, ModerationKind.BLOCK, about, by)
        assert shown(session, article) == [good.reply_id]
        assert (attached.status, bad_link.status, alone.status) == (Status.BLOCKED,) * 3
        assert asked_too.status == Status.NORMAL
        assert good.negative_feedback_count == 0
        for attempt in (
            lambda: add_reply(session, article, "bad"),
            lambda: vote(session, article.id, good.reply_id, bad, 1, now=NOW),
            lambda: submit_article(session, "new", bad, now=NOW),
            lambda: request_check(session, article, bad, now=NOW, reason="words"),
        ):
            with pytest.raises(ForbiddenError, match="blocked"):
                attempt()
        assert not request_check(session, article, bad, now=NOW)
        assert [one.id for one in actions_concerning(session, bad)] == [action.id]
        do(session, ModerationKind.UNBLOCK, about, by, now=LATER)
        assert set(shown(session, article)) == {good.reply_id, bad_link.reply_id}
        assert good.negative_feedback_count == 1


def test_what_somebody_did_beyond_one_transaction_follows_by_jobs(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 4)
    with transaction(factory) as session:
        by = reviewer(session).id
        for number in range(7):
            add_reply(session, add_article(session, f"message {number} of soup"), "bad")
        about = target(TargetKind.USER, "published-bad")
        action_id = do(session, ModerationKind.BLOCK, about, session.get_one(User, by)).id
    assert run_rest(factory) >= 2
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReply.status))) == {Status.BLOCKED}
        assert session.get_one(ModerationAction, action_id).size == 15
        undo(session, action_id, session.get_one(User, by), now=LATER)
    assert run_rest(factory) >= 2
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReply.status))) == {Status.NORMAL}
        assert session.scalar(select(func.count(Reply.blocked_at))) == 0


def test_undoing_leaves_what_was_decided_since(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by = reviewer(session)
        link = add_reply(session, add_article(session, "soup"), "bad")
        block = do(session, ModerationKind.BLOCK, target(TargetKind.USER, "published-bad"), by)
        undo(session, block.id, by, now=LATER)
        take_back(session, link.article_id, link.reply_id, session.get_one(User, "bad"), now=LATER)
        again = do(session, ModerationKind.HIDE, target(TargetKind.REPLY, link.reply_id), by, now=LATER)
        assert link.status == Status.DELETED  # its author took it back, and it stays so
        undo(session, again.id, by, now=LATER)
        assert link.status == Status.DELETED


def test_what_is_held_stays_in_the_queue_until_it_is_decided(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, link = reviewer(session), add_reply(session, add_article(session, "soup"))
        about = target(TargetKind.REPLY, link.reply_id)
        hold = do(session, ModerationKind.HOLD, about, by)
        assert len(reports.open_reports(session, limit=9)) == 1
        assert jobs(session, CORRECT) == []  # nobody is told before it is decided
        final = do(session, ModerationKind.HIDE, about, by, now=LATER)
        assert reports.open_reports(session, limit=9) == []
        assert len(jobs(session, CORRECT)) == 1
        assert hold.undone_at is not None
        undo(session, final.id, by, now=LATER)
        assert link.status == Status.NORMAL


def test_only_reviewers_decide_and_only_admins_about_them(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, "soup"))
        about = target(TargetKind.REPLY, link.reply_id)
        with pytest.raises(ForbiddenError):
            do(session, ModerationKind.HIDE, about, user(session, "author"))
        rita, ross = reviewer(session), reviewer(session, "ross")
        with pytest.raises(ForbiddenError, match="Only an admin"):
            do(session, ModerationKind.BLOCK, target(TargetKind.USER, ross.published_id), rita)
        rita.role = Role.ADMIN
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, ross.published_id), rita)
        with pytest.raises(ForbiddenError, match="blocked"):
            do(session, ModerationKind.HIDE, about, ross)
        do(session, ModerationKind.HIDE, about, None)  # on the command line
        with pytest.raises(NotFoundError):
            do(session, ModerationKind.HIDE, target(TargetKind.REPLY, "nothing"), rita)
        with pytest.raises(InvalidInputError):
            do(session, ModerationKind.BLOCK, target(TargetKind.ARTICLE, link.article_id), rita)


def test_two_reviewers_who_decide_at_once_decide_once(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, "soup"), "bad")
        names = [reviewer(session, name).id for name in ("rita", "ross")]
        about = target(TargetKind.REPLY, link.reply_id)

    def hide_as(name: str) -> int:
        with transaction(factory) as session:
            return do(session, ModerationKind.HIDE, about, session.get_one(User, name)).id

    results = at_once(*(lambda name=name: hide_as(name) for name in names))  # type: ignore[misc]
    assert sorted(isinstance(result, StaleError) for result in results) == [False, True]
    action_id = next(result for result in results if isinstance(result, int))

    def undo_as(name: str) -> None:
        with transaction(factory) as session:
            undo(session, action_id, session.get_one(User, name), now=LATER)

    results = at_once(*(lambda name=name: undo_as(name) for name in names))  # type: ignore[misc]
    assert sorted(isinstance(result, StaleError) for result in results) == [False, True]
    with transaction(factory) as session:
        assert session.scalars(select(ArticleReply.status)).one() == Status.NORMAL


def test_who_asks_in_line_can_be_blocked_too(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, asker = reviewer(session), user(session, "asker", app_id=LINE_BOT)
        article = add_article(session, "soup")
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, asker.published_id), by)
        assert asker.blocked_at == NOW
        assert article.status == Status.BLOCKED
