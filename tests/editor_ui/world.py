"""Invented messages, people and replies, made by the real services."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from factcheck.db.session import SessionFactory, transaction
from factcheck.ids import random_id
from factcheck.jobs import queue
from factcheck.jobs.runs import note_planned
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise
from factcheck.models import (
    WEBSITE,
    Article,
    ArticleReplyFeedback,
    Job,
    JobState,
    LinkPicture,
    ModerationKind,
    PageState,
    PendingKind,
    Reason,
    Reply,
    Role,
    TargetKind,
    User,
)
from factcheck.moderation.actions import Decision, decide
from factcheck.moderation.pending import Written, publish_or_wait
from factcheck.moderation.reports import report
from factcheck.moderation.targets import Target
from factcheck.ports import FetchedPage, SearchDocument
from factcheck.services import figures, similar, task_making
from factcheck.services.articles import request_check, submit_article
from factcheck.services.daily import pick_day
from factcheck.services.drafts import NEW_REPLY, DraftKey, save_draft
from factcheck.services.evenings import share_out
from factcheck.services.feedback import vote
from factcheck.services.handing import hand_on
from factcheck.services.hyperlinks import keep
from factcheck.services.queue import Wanted
from factcheck.services.replies import ReplyDraft, attach_reply, new_form_key, write_reply
from factcheck.services.sorting import sort_all
from factcheck.services.users import ensure_app, get_or_create_line_user, get_or_create_volunteer
from indexer.sync import bring_up_to_date
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.search import FakeSearch
from tests.pictures import jpeg

SECRET = "k" * 40


@dataclass
class World:
    factory: SessionFactory
    search: FakeSearch
    embedder: FakeEmbedder
    clock: Callable[[], datetime]

    def article(self, text: str, *, asked_by: int = 1, reasons: Sequence[str] = ()) -> str:
        """A message that `asked_by` people reported, the first ones with reasons; found by the index."""
        with transaction(self.factory) as session:
            for number in range(asked_by):
                user = get_or_create_line_user(
                    session, f"U{number}", secret_key=SECRET, locale="zh-Hant", now=self.clock()
                )
                session.flush()
                reason = reasons[number] if number < len(reasons) else ""
                if number == 0:
                    article = submit_article(session, text, user, now=self.clock(), reason=reason)
                else:
                    request_check(session, article, user, now=self.clock(), reason=reason)
            article_id = article.id
        self.index(article_id, text)
        return article_id

    def find_similar(self) -> None:
        """What the worker does once articles are indexed."""
        with transaction(self.factory) as session:
            session.execute(update(Article).values(cluster_checked=True))
        [kind] = similar.job_kinds(self.factory, self.search)
        effects = kind.handler({})
        with transaction(self.factory) as session:
            effects(session)

    def index(self, article_id: str, text: str) -> None:
        words = normalise(text)
        vectors = self.embedder.embed_passages([words])
        self.search.index([SearchDocument(article_id, 1, words, fingerprint(text), extract_urls(text), vectors)])

    def index_with_replies(self, article_id: str) -> None:
        """What the worker does after a reply."""
        bring_up_to_date(self.factory, self.search, self.embedder, [article_id])

    def user(self, email: str) -> str:
        with transaction(self.factory) as session:
            user = get_or_create_volunteer(session, email, secret_key=SECRET, locale="en", now=self.clock())
            return user.id

    def reply(
        self,
        article_id: str,
        text: str = "This is not true.",
        *,
        kind: str = "RUMOR",
        reference: str = "The ministry: https://example.org/facts",
        by: str = "bob@example.org",
    ) -> str:
        writer = self.user(by)
        with transaction(self.factory) as session:
            draft = ReplyDraft(kind, text, reference, new_form_key())
            article = session.get_one(Article, article_id)
            link = write_reply(session, article, draft, session.get_one(User, writer), now=self.clock())
            return link.reply_id

    def attach(self, article_id: str, reply_id: str, by: str) -> None:
        person = self.user(by)
        with transaction(self.factory) as session:
            article, reply = session.get_one(Article, article_id), session.get_one(Reply, reply_id)
            attach_reply(session, article, reply, session.get_one(User, person), now=self.clock())

    def evening(self, *, people: int, each: int) -> str:
        """What waits for a reply, shared out."""
        host = self.user("host@example.org")
        with transaction(self.factory) as session:
            user, now = session.get_one(User, host), self.clock()
            return share_out(session, user, Wanted(now), people=people, each=each, now=now).id

    def vote(self, article_id: str, reply_id: str, score: int, *, by: str, comment: str = "") -> None:
        voter = self.user(by)
        with transaction(self.factory) as session:
            user = session.get_one(User, voter)
            vote(session, article_id, reply_id, user, score, now=self.clock(), comment=comment)

    def make_reviewer(self, email: str, role: Role = Role.REVIEWER) -> None:
        reviewer = self.user(email)
        with transaction(self.factory) as session:
            session.get_one(User, reviewer).role = role

    def make_admin(self, email: str) -> None:
        self.make_reviewer(email, Role.ADMIN)

    def fail_job(self, kind: str, error: str) -> None:
        """One that was given up, beside a recurring one that has stopped."""
        with transaction(self.factory) as session:
            note_planned(session, "tidy", timedelta(hours=1), now=self.clock() - timedelta(days=1))
            job = session.get_one(Job, queue.enqueue(session, kind, {}, now=self.clock()))
            job.state, job.last_error, job.attempts = JobState.DEAD, error, 10

    def handed_draft(self, article_id: str, *, by: str = "bob@example.org", to: str = "amy@example.org") -> str:
        """The number of a draft that one volunteer has from another."""
        giver, receiver = self.user(by), self.user(to)
        with transaction(self.factory) as session:
            key = DraftKey(giver, article_id, NEW_REPLY)
            content = ReplyDraft("RUMOR", "Half an answer.", "", new_form_key())
            draft = save_draft(session, key, content, seen_version=0, now=self.clock())
            people = session.get_one(User, giver), session.get_one(User, receiver)
            return str(hand_on(session, draft.id, *people, now=self.clock()).id)

    def begin_the_day(self) -> None:
        """What the worker does at night: the order of the queue, the day's set, figures, small tasks."""
        sort_all(self.factory, now=self.clock())
        with transaction(self.factory) as session:
            pick_day(session, now=self.clock())
        for kind in (*figures.job_kinds(self.factory, self.clock), *task_making.job_kinds(self.factory, self.clock)):
            effects = kind.handler({})
            with transaction(self.factory) as session:
                effects(session)

    def looked_at(self, url: str, title: str) -> None:
        """A page that a message links to was fetched, with the picture that it shows of itself."""
        with transaction(self.factory) as session:
            keep(session, {url: FetchedPage(PageState.OK, 200, title=title, summary=title)}, now=self.clock())
            row = LinkPicture(url=url, source=url, jpeg=jpeg(1), width=320, height=240, tried_at=self.clock())
            session.add(row)

    def report(self, article_id: str, reason: str) -> None:
        with transaction(self.factory) as session:
            target = Target(TargetKind.ARTICLE, article_id)
            report(session, target, Reason(reason), user=None, note="please look", now=self.clock())

    def hold(self, article_id: str, text: str, *, by: str) -> str:
        """A reply that waits to be looked at, if its author is new and there is a reviewer."""
        writer = self.user(by)
        with transaction(self.factory) as session:
            draft = ReplyDraft("RUMOR", text, "https://example.org/facts", new_form_key())
            article, user = session.get_one(Article, article_id), session.get_one(User, writer)
            written, window = Written(PendingKind.NEW, draft), timedelta(minutes=2)
            publish_or_wait(session, article, written, user, window=window, secret_key=SECRET, now=self.clock())
            return draft.form_key

    def hide(self, reply_id: str, reason: str = "SPAM") -> int:
        with transaction(self.factory) as session:
            decision = Decision(ModerationKind.HIDE, Reason(reason))
            return decide(session, Target(TargetKind.REPLY, reply_id), decision, None, now=self.clock()).id

    def bulk_votes(self, article_id: str, reply_id: str, count: int, *, comment: str = "") -> None:
        """Helpful votes of as many people, one a minute; `{}` in the comment is the number of the vote."""
        with transaction(self.factory) as session:
            for number in range(count):
                user_id = f"voter-{reply_id}-{number}"
                session.add(User(id=user_id, app_id=WEBSITE, name=user_id, published_id=user_id))
                moment = self.clock() + timedelta(minutes=number)
                row = {"score": 1, "comment": comment.format(number), "created_at": moment, "updated_at": moment}
                session.flush()
                session.add(ArticleReplyFeedback(article_id=article_id, reply_id=reply_id, user_id=user_id, **row))

    def bulk(self, count: int) -> None:
        """Many plain messages at once."""
        with transaction(self.factory) as session:
            ensure_app(session, "RUMORS_LINE_BOT")
            session.add_all(
                Article(
                    id=random_id(12),
                    text=f"message number {number}",
                    app_id="RUMORS_LINE_BOT",
                    references=["LINE"],
                    reply_request_count=number,
                    created_at=self.clock(),
                    last_requested_at=self.clock(),
                )
                for number in range(count)
            )
