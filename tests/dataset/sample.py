"""A small database with everything in it that is hard to write as CSV or must not be published."""

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, transaction
from factcheck.models import (
    App,
    Article,
    ArticleCategory,
    ArticleReply,
    ArticleType,
    Category,
    Channel,
    DocType,
    ReplyRequest,
    Status,
    User,
    VoteDecision,
    VoteNight,
    VoteStatus,
)
from factcheck.services import accounts, articles, clusters, feedback, replies, seen_articles, usage, users, visits
from factcheck.services.visits import Visit

NOW = datetime(2026, 2, 3, 4, 5, 6, 789_123, tzinfo=UTC)
SECRET = "a secret for tests"
FORMULA = '=HYPERLINK("http://example.org/x","click")'
AWKWARD = (
    'first "quoted", then\r\na Windows break,\ra bare one\nand an emoji \U0001f96d https://example.org/mango?a=1,2'
)
PLAIN_AWKWARD = AWKWARD.replace("\r\n", "\n").replace("\r", "\n")

LINE_IDS = [f"U{n:032x}" for n in range(3)]
EMAILS = ["first.volunteer@example.org", "second.volunteer@example.org"]
QUIET_LINE_ID = "U" + "f" * 32
CHOSEN_NAME = "Aunt Mango of the tests"


def fill(session: Session) -> None:
    """Two volunteers, three people who ask and vote, one who only looked; shown, deleted and blocked rows."""
    *askers, _quiet = [
        users.get_or_create_line_user(session, line_id, secret_key=SECRET, locale=None, now=NOW)
        for line_id in (*LINE_IDS, QUIET_LINE_ID)
    ]
    writer, critic = [
        users.get_or_create_volunteer(session, email, secret_key=SECRET, locale="en", now=NOW) for email in EMAILS
    ]
    accounts.rename(writer, CHOSEN_NAME)
    mango = articles.submit_article(session, AWKWARD, askers[0], now=NOW, reason=FORMULA)
    articles.submit_article(session, AWKWARD, askers[1], now=NOW + timedelta(minutes=1), channel="URL")
    blocked = articles.submit_article(session, "Send your PIN to win a phone", askers[2], now=NOW)
    blocked.status = Status.BLOCKED
    session.add(_picture(askers[0]))
    helpful = _write(session, mango, writer, "a" * 20, "RUMOR", NOW)
    _write(session, mango, critic, "b" * 20, "NOT_ARTICLE", NOW + timedelta(seconds=1))
    replies.take_back(session, mango.id, "b" * 20, critic, now=NOW + timedelta(hours=1))
    feedback.vote(session, mango.id, helpful, askers[0], 1, now=NOW, comment='clear,\r\n"thanks"')
    feedback.vote(session, mango.id, helpful, askers[1], -1, now=NOW, comment="-1 + too long")
    hidden = feedback.vote(session, mango.id, helpful, askers[2], 1, now=NOW)
    hidden.status = Status.BLOCKED
    session.flush()
    feedback.vote(session, mango.id, helpful, critic, 0, now=NOW)
    _topics(session, mango, writer)


def _picture(user: User) -> Article:
    picture = Article(id="picture1", text="", article_type=ArticleType.IMAGE, references=[])
    picture.user_id, picture.app_id = user.id, user.app_id
    picture.attachment_hash, picture.alternative_text = "image.-_8AAA.x1z", 'A "mango", cut\nin two'
    return picture


def _write(session: Session, article: Article, user: User, key: str, reply_type: str, now: datetime) -> str:
    draft = replies.ReplyDraft(reply_type, f"No. {AWKWARD}", "https://example.org/sources", key)
    replies.write_reply(session, article, draft, user, now=now)
    return key


def _topics(session: Session, article: Article, user: User) -> None:
    session.add_all([App(id="CLASSIFIER"), Category(id="food", title="食品", description="", created_at=NOW)])
    session.add(Category(id="money", title="錢"))
    session.flush()
    session.add(ArticleCategory(article_id=article.id, category_id="food", user_id=user.id, app_id=user.app_id))
    session.add(
        ArticleCategory(
            article_id=article.id,
            category_id="money",
            app_id="CLASSIFIER",
            ai_model="tiny",
            ai_confidence=0.1 + 0.2,
            status=Status.DELETED,
            created_at=NOW,
        )
    )


def visited(factory: SessionFactory) -> None:
    """Adds visits of a day that is over, in LINE and on the web, what matching answered on it, a copy, and a night on
    which the votes were decided."""
    with transaction(factory) as session:
        mango, link = session.execute(
            select(Article, ArticleReply.reply_id).join(ArticleReply).where(ArticleReply.status == Status.NORMAL)
        ).one()
        asker = session.scalars(select(User).where(User.app_user_id == LINE_IDS[0])).one()
        seen_articles.note_view(session, asker, mango.id, link, now=NOW)
        seen = [Visit(Channel.WEB, DocType.ARTICLE, mango.id, who, 2) for who in ("198.51.100.7 A", "198.51.100.7 B")]
        visits.note_visits(session, seen, now=NOW)
        usage.note(session, usage.Usage.ANSWERED, now=NOW, article_id=mango.id)
        usage.note(session, usage.Usage.UNKNOWN, now=NOW)
        articles.submit_article(session, f"{AWKWARD} !", asker, now=NOW + timedelta(days=1))
        session.flush()
        visits.count_day(session, NOW.date())
        copy = session.scalars(select(Article).where(Article.text == f"{AWKWARD} !")).one()
        clusters.join(session, mango.id, copy.id, now=NOW)
    voted_on(factory)


def voted_on(factory: SessionFactory) -> None:
    """Adds what a night made of the votes, and votes that say more than their score."""
    with transaction(factory) as session:
        link = session.scalars(select(ArticleReply).where(ArticleReply.status == Status.NORMAL)).one()
        critic = session.scalars(select(User).where(User.email == EMAILS[1])).one()
        key = (link.article_id, link.reply_id)
        feedback.vote(session, *key, critic, 0, now=NOW, somewhat=True, reasons=["CLEAR", "OPINION"])
        link.vote_status, link.vote_reasons = VoteStatus.DISPUTED, ["OPINION", "CLEAR"]
        night = VoteNight(at=NOW, parameters={"prior": [3.5, 0.5], "cut": 0.1 + 0.2, "camps": None})
        session.add(night)
        session.flush()
        counts = {"helpful": 1, "somewhat": 1, "not_helpful": 1}
        numbers = {"bound": 0.1 + 0.2, "score": 1.0}
        names = {"night_id": night.id, "article_id": key[0], "reply_id": key[1]}
        session.add(VoteDecision(**names, status=VoteStatus.DISPUTED, **counts, **numbers))


_PRINTABLE = {byte: 0x4E00 + byte for byte in range(256)}


def bulk(session: Session, count: int, size: int) -> None:
    """`count` articles of `size` characters that hardly compress, each with a request and nothing else."""
    users.ensure_app(session, "WEBSITE")
    session.add(User(id="bulk", app_id="WEBSITE", published_id="bulk-published"))
    session.flush()
    for n in range(count):
        text = hashlib.shake_256(str(n).encode()).digest(size).decode("latin-1").translate(_PRINTABLE)
        session.add(Article(id=f"bulk{n:06}", text=text, references=["LINE"], app_id="WEBSITE"))
        session.add(ReplyRequest(article_id=f"bulk{n:06}", user_id="bulk"))
        if n % 500 == 499:
            session.flush()
            session.expunge_all()
