"""Reviewers, spam, decisions and shortcuts for the tests of moderation."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import (
    Article,
    ArticleReplyFeedback,
    ArticleType,
    Job,
    MediaFile,
    ModerationAction,
    ModerationKind,
    PendingKind,
    PendingReply,
    Reason,
    Reply,
    ReplyRequest,
    RevisionState,
    Role,
    TargetKind,
    TranscriptRevision,
    User,
)
from factcheck.moderation import actions
from factcheck.moderation.actions import GO_ON, Decision, decide, redact
from factcheck.moderation.pending import Written, publish_or_wait
from factcheck.moderation.targets import Target
from tests.factcheck.world import NOW, add_article, draft, user

KEY = "k" * 40
WINDOW = timedelta(minutes=2)
LATER = NOW + timedelta(hours=1)
PHONE = "0912-345-678"

Do = Callable[[Session, Article, User], ModerationAction]


def reviewer(session: Session, name: str = "rita") -> User:
    found = user(session, name)
    found.role, found.email = Role.REVIEWER, f"{name}@example.org"
    session.flush()
    return found


def send(
    session: Session,
    article: Article,
    author: User,
    text: str = "Not true.",
    *,
    window: timedelta = WINDOW,
    now: datetime = NOW,
    key: str = "",
) -> PendingReply | None:
    written = Written(PendingKind.NEW, draft(text, key=key))
    return publish_or_wait(session, article, written, author, window=window, secret_key=KEY, now=now)


def do(
    session: Session,
    kind: ModerationKind,
    target: Target,
    by: User | None,
    *,
    reason: Reason = Reason.SPAM,
    now: datetime = NOW,
) -> ModerationAction:
    return decide(session, target, Decision(kind, reason), by, now=now)


def target(kind: TargetKind, name: object) -> Target:
    return Target(kind, str(name))


def jobs(session: Session, kind: str) -> list[Job]:
    session.flush()
    return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))


def run_rest(factory: SessionFactory) -> int:
    """Runs the jobs that go on with decisions, the due ones and those for a moment later."""
    [kind, *_] = actions.job_kinds(lambda: LATER)
    count = 0
    while True:
        with transaction(factory) as session:
            waiting = jobs(session, GO_ON)
            if not waiting:
                return count
            kind.handler(waiting[0].payload)(session)
            session.delete(waiting[0])
            count += 1
            assert count < 50, "it goes on for ever"


def hide(kind: TargetKind, act: ModerationKind = ModerationKind.HIDE) -> Do:
    def run(session: Session, article: Article, by: User) -> ModerationAction:
        names = {
            TargetKind.ARTICLE: article.id,
            TargetKind.REPLY: session.scalars(select(Reply.id)).first(),
            TargetKind.REQUEST: session.scalars(select(ReplyRequest.id)).first(),
            TargetKind.COMMENT: session.scalars(select(ArticleReplyFeedback.id)).first(),
            TargetKind.USER: "published-author",
        }
        return do(session, act, target(kind, names[kind]), by)

    return run


def redact_text(session: Session, article: Article, by: User) -> ModerationAction:
    decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
    about = target(TargetKind.ARTICLE, article.id)
    return redact(session, about, decision, by, [PHONE], secret_key=KEY, now=NOW)


def picture(session: Session, words: str) -> Article:
    """A message that is a picture, whose words a machine has read."""
    article = add_article(session, words)
    article.article_type, article.file_id = ArticleType.IMAGE, "f" * 64
    session.add(MediaFile(id=article.file_id, mime="image/jpeg", text=words, bytes=1, created_at=NOW))
    first = {"number": 1, "text": words, "by_machine": True, "state": RevisionState.SHOWN, "created_at": NOW}
    session.add(TranscriptRevision(article_id=article.id, **first))
    session.flush()
    return article
