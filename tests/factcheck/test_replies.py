from datetime import timedelta

import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.ids import article_id
from factcheck.limits import MAX_REFERENCE_LENGTH, MAX_REPLY_LENGTH
from factcheck.models import LINE_BOT, Article, ArticleReply, Job, Reply, ReplyHyperlink, ReplyType, Status
from factcheck.services.articles import get_article, request_check
from factcheck.services.feedback import vote
from factcheck.services.hyperlinks import FETCH_LINKS
from factcheck.services.indexing import INDEX_ARTICLE
from factcheck.services.notices import NOTIFY_ASKERS, people_to_tell
from factcheck.services.replies import (
    ReplyDraft,
    attach_reply,
    check_draft,
    new_form_key,
    shown_replies,
    take_back,
    write_reply,
)
from tests.factcheck.world import NOW, add_article, add_reply, add_user, at_once, draft, user

TEXT = "Lemon water makes the blood alkaline"
OTHER = "Garlic water cures the flu"


@pytest.mark.parametrize(
    ("bad", "fields"),
    [
        (draft(kind="MAYBE"), ["type"]),
        (draft("  \n"), ["text"]),
        (draft(reference=" \n"), ["reference"]),
        (draft(kind="OPINIONATED", reference=""), ["reference"]),
        (draft("x" * (MAX_REPLY_LENGTH + 1)), ["text"]),
        (draft(reference="x" * (MAX_REFERENCE_LENGTH + 1)), ["reference"]),
        (draft(reference="My mother said so."), ["reference"]),
        (draft(reference="http://localhost/notes"), ["reference"]),
        (draft("", kind="", reference="x" * (MAX_REFERENCE_LENGTH + 1)), ["type", "text", "reference"]),
    ],
)
def test_all_that_is_wrong_with_a_draft_is_named(factory: SessionFactory, bad: ReplyDraft, fields: list[str]) -> None:
    assert [problem.field for problem in check_draft(bad)] == fields
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        with pytest.raises(InvalidInputError) as caught:
            write_reply(session, article, bad, user(session, "author"), now=NOW)
        assert caught.value.field == fields[0]
        assert session.scalar(select(func.count()).select_from(Reply)) == 0


@pytest.mark.parametrize(
    "good",
    [
        draft("x" * MAX_REPLY_LENGTH),
        draft(reference="x" * (MAX_REFERENCE_LENGTH - 22) + " https://example.org/x"),
        draft(kind="NOT_ARTICLE", reference=""),
        draft(kind="NOT_RUMOR"),
    ],
)
def test_a_good_draft_has_no_problems(good: ReplyDraft) -> None:
    assert check_draft(good) == []


def test_a_reply_is_published_with_its_links_count_and_jobs(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        body = draft(" No. See https://example.org/a \n", reference="https://example.org/a https://example.org/b")
        link = write_reply(session, article, body, user(session, "author"), now=NOW)
        assert link.reply_id == body.form_key
    with read_only(factory) as session:
        article = get_article(session, article_id(TEXT))
        assert (article.normal_article_reply_count, article.version) == (1, 2)
        reply = article.article_replies[0].reply
        assert (reply.text, reply.type, reply.user_id) == ("No. See https://example.org/a", "RUMOR", "author")
        assert len(session.scalars(select(ReplyHyperlink.url)).all()) == 2
        kinds = sorted(session.scalars(select(Job.kind)).all())
        assert kinds == [FETCH_LINKS, INDEX_ARTICLE, INDEX_ARTICLE, NOTIFY_ASKERS]


def test_the_same_form_again_is_the_same_reply(factory: SessionFactory) -> None:
    form = draft()
    with transaction(factory) as session:
        article, author = add_article(session, TEXT), user(session, "author")
        first = write_reply(session, article, form, author, now=NOW)
        jobs_before = session.scalar(select(func.count()).select_from(Job))
        changed = ReplyDraft("NOT_RUMOR", "Another text", form.reference, form.form_key)
        assert write_reply(session, article, changed, author, now=NOW) is first
        assert first.reply.text == "Not true."
        assert session.scalar(select(func.count()).select_from(Job)) == jobs_before


def test_a_form_belongs_to_one_person_and_one_article(factory: SessionFactory) -> None:
    form = draft()
    with transaction(factory) as session:
        article, author = add_article(session, TEXT), user(session, "author")
        write_reply(session, article, form, author, now=NOW)
        with pytest.raises(ForbiddenError):
            write_reply(session, article, form, user(session, "thief"), now=NOW)
        with pytest.raises(ForbiddenError):
            write_reply(session, add_article(session, OTHER), form, author, now=NOW)


@pytest.mark.parametrize("key", ["short", "A" * 20, "a" * 19 + "\n", "a" * 21, "../../../etc/passwd0"])
def test_a_form_key_that_we_did_not_make_is_refused(factory: SessionFactory, key: str) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        with pytest.raises(InvalidInputError) as caught:
            write_reply(session, article, draft(key=key), user(session, "author"), now=NOW)
    assert caught.value.field == "form_key"


def test_one_form_sent_twice_at_once_is_one_reply(factory: SessionFactory) -> None:
    form = draft()
    with transaction(factory) as session:
        add_article(session, TEXT)
        add_user(session, "author")

    def send() -> str:
        with transaction(factory) as session:
            article = session.get_one(Article, article_id(TEXT))
            return write_reply(session, article, form, user(session, "author"), now=NOW).reply_id

    assert at_once(send, send, send) == [form.form_key] * 3
    with read_only(factory) as session:
        assert get_article(session, article_id(TEXT)).normal_article_reply_count == 1
        assert session.scalar(select(func.count()).select_from(ReplyHyperlink)) == 1


def test_form_keys_are_new_each_time() -> None:
    assert len({new_form_key() for _ in range(100)}) == 100


def test_a_reply_is_used_again_elsewhere(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, TEXT))
        other = add_article(session, OTHER)
        again = attach_reply(session, other, link.reply, user(session, "ben"), now=NOW)
        assert (again.user_id, again.reply.user_id) == ("ben", "author")
        assert attach_reply(session, other, link.reply, user(session, "cem"), now=NOW) is again
        assert again.user_id == "ben"
        assert other.normal_article_reply_count == 1


def test_what_was_taken_back_can_be_put_back_by_its_owner_with_its_votes(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        link = add_reply(session, article)
        author, reply = user(session, "author"), link.reply
        vote(session, article.id, link.reply_id, user(session, "voter"), 1, now=NOW)
        take_back(session, article.id, link.reply_id, author, now=NOW)
        assert (link.status, article.normal_article_reply_count, article.version) == (Status.DELETED, 0, 3)
        take_back(session, article.id, link.reply_id, author, now=NOW)
        assert article.version == 3, "nothing changed the second time"
        with pytest.raises(ForbiddenError):
            attach_reply(session, article, reply, user(session, "ben"), now=NOW)
        assert attach_reply(session, article, reply, author, now=NOW) is link
        assert (link.status, link.positive_feedback_count, article.normal_article_reply_count) == (Status.NORMAL, 1, 1)


def test_what_moderation_blocked_stays_blocked(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        link = add_reply(session, article)
        link.status = Status.BLOCKED
        author = user(session, "author")
        take_back(session, article.id, link.reply_id, author, now=NOW)
        assert link.status == Status.BLOCKED
        with pytest.raises(ForbiddenError):
            attach_reply(session, article, link.reply, author, now=NOW)


def test_only_the_owner_takes_a_reply_back(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        link = add_reply(session, article)
        with pytest.raises(ForbiddenError):
            take_back(session, article.id, link.reply_id, user(session, "ben"), now=NOW)
        with pytest.raises(NotFoundError):
            take_back(session, article.id, "nothing", user(session, "ben"), now=NOW)
        with pytest.raises(NotFoundError):
            take_back(session, "nothing", link.reply_id, user(session, "author"), now=NOW)
        assert article.normal_article_reply_count == 1


def test_the_best_reply_is_shown_first(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article = add_article(session, TEXT)
        out_of_scope = write_reply(
            session, article, draft(kind=ReplyType.NOT_ARTICLE), user(session, "a"), now=NOW + timedelta(days=9)
        )
        old = add_reply(session, article, "b", now=NOW)
        new = add_reply(session, article, "c", now=NOW + timedelta(days=1))
        liked = add_reply(session, article, "d", now=NOW - timedelta(days=1))
        disliked = add_reply(session, article, "e", now=NOW + timedelta(days=2))
        hidden = add_reply(session, article, "f", now=NOW)
        hidden.status = Status.BLOCKED
        vote(session, article.id, liked.reply_id, user(session, "v"), 1, now=NOW)
        vote(session, article.id, disliked.reply_id, user(session, "v"), -1, now=NOW)
        vote(session, article.id, out_of_scope.reply_id, user(session, "v"), 1, now=NOW)
        session.flush()
        links = [out_of_scope, old, new, liked, disliked, hidden]
        assert shown_replies(links) == [liked, new, old, disliked, out_of_scope]
        old.created_at = None  # imported without a time
        assert shown_replies(links) == [liked, new, old, disliked, out_of_scope]


def test_replies_attached_at_once_are_all_counted(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        add_article(session, TEXT)
        other = add_article(session, OTHER)
        replies = [add_reply(session, other, key).reply_id for key in ("a", "b", "c", "d")]

    def attach(reply_id: str) -> None:
        with transaction(factory) as session:
            article = session.get_one(Article, article_id(TEXT))
            attach_reply(session, article, session.get_one(Reply, reply_id), user(session, "a"), now=NOW)

    assert at_once(*(lambda key=key: attach(key) for key in [*replies, replies[0]])) == [None] * 5  # type: ignore[misc]
    with read_only(factory) as session:
        article = get_article(session, article_id(TEXT))
        assert article.normal_article_reply_count == len(article.article_replies) == 4
        assert article.version == 5, "every change has a version of its own"


def test_whoever_asks_while_a_reply_is_published_is_told_or_sees_it(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        add_article(session, TEXT)
        add_user(session, "author")
        add_user(session, "ben", app_id=LINE_BOT)

    def publish() -> None:
        with transaction(factory) as session:
            add_reply(session, session.get_one(Article, article_id(TEXT)))

    def ask() -> int:
        with transaction(factory) as session:
            article = session.get_one(Article, article_id(TEXT))
            request_check(session, article, user(session, "ben"), now=NOW)
            return article.normal_article_reply_count

    published, replies_seen = at_once(publish, ask)
    assert published is None
    assert replies_seen in (0, 1)
    with read_only(factory) as session:
        article = get_article(session, article_id(TEXT))
        assert (article.normal_article_reply_count, article.reply_request_count) == (1, 2)
        assert [person.id for person, _ in people_to_tell(session, article, 10)] == ["ben"]


def test_whoever_asks_after_a_reply_was_published_sees_its_count(postgresql_factory: SessionFactory) -> None:
    with transaction(postgresql_factory) as session:
        add_article(session, TEXT)
        add_user(session, "author")
        add_user(session, "ben")
    with transaction(postgresql_factory) as slow:
        article = slow.get_one(Article, article_id(TEXT))
        with transaction(postgresql_factory) as quick:
            add_reply(quick, quick.get_one(Article, article_id(TEXT)))
        request_check(slow, article, user(slow, "ben"), now=NOW)
        assert article.normal_article_reply_count == 1


def test_taking_back_counts_what_others_added_meanwhile(postgresql_factory: SessionFactory) -> None:
    with transaction(postgresql_factory) as session:
        reply_id = add_reply(session, add_article(session, TEXT)).reply_id
        add_user(session, "ben")
    with transaction(postgresql_factory) as slow:
        page = get_article(slow, article_id(TEXT))
        assert len(page.article_replies) == 1, "what the person looks at"
        with transaction(postgresql_factory) as quick:
            add_reply(quick, quick.get_one(Article, article_id(TEXT)), "ben")
        take_back(slow, article_id(TEXT), reply_id, user(slow, "author"), now=NOW)
        assert len(page.article_replies) == 2
    with read_only(postgresql_factory) as session:
        article = get_article(session, article_id(TEXT))
        assert article.normal_article_reply_count == 1
        assert article.version == 4, "first text, two replies, one taken back"


def test_a_link_that_was_blocked_meanwhile_is_not_brought_back(postgresql_factory: SessionFactory) -> None:
    with transaction(postgresql_factory) as session:
        reply_id = add_reply(session, add_article(session, TEXT)).reply_id
        take_back(session, article_id(TEXT), reply_id, user(session, "author"), now=NOW)
    with postgresql_factory() as slow:
        article = get_article(slow, article_id(TEXT))
        seen = article.article_replies[0]
        assert seen.status == Status.DELETED
        with transaction(postgresql_factory) as quick:
            quick.get_one(ArticleReply, (article_id(TEXT), reply_id)).status = Status.BLOCKED
        with pytest.raises(ForbiddenError):
            attach_reply(slow, article, slow.get_one(Reply, reply_id), user(slow, "author"), now=NOW)
        assert seen.status == Status.BLOCKED


def test_a_vote_and_whoever_takes_the_reply_back_do_not_lock_each_other_out(postgresql_factory: SessionFactory) -> None:
    """Both take the article's lock before the link's."""
    with transaction(postgresql_factory) as session:
        reply_id = add_reply(session, add_article(session, TEXT)).reply_id
        add_user(session, "voter")

    def voting() -> None:
        with transaction(postgresql_factory) as session:
            vote(session, article_id(TEXT), reply_id, user(session, "voter"), 1, now=NOW)

    def taking_back() -> None:
        with transaction(postgresql_factory) as session:
            take_back(session, article_id(TEXT), reply_id, user(session, "author"), now=NOW)

    voted, taken = at_once(voting, taking_back)
    assert taken is None
    assert voted is None or isinstance(voted, NotFoundError), "it came too late"
