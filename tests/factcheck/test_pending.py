"""A reply waits before it is published: for its window, or for somebody to look at it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.models import (
    ArticleReply,
    Draft,
    ModerationKind,
    PendingKind,
    PendingReply,
    Reason,
    Reply,
    Report,
    ReportSource,
    Role,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation import pending as services
from factcheck.moderation.actions import Decision, undo
from factcheck.moderation.pending import PUBLISH_REPLY, Written, approve, publish_or_wait, take_back, words_mark
from factcheck.moderation.removal import remove
from factcheck.services.drafts import DraftKey, save_draft
from factcheck.services.notices import NOTIFY_ASKERS
from factcheck.services.replies import ReplyDraft, new_form_key
from tests.factcheck.moderating import KEY, WINDOW, do, jobs, reviewer, send, target
from tests.factcheck.world import NOW, add_article, add_reply, at_once, draft, user


def known(session: Session, name: str) -> User:
    """Somebody who has written enough, and long ago."""
    found = user(session, name)
    found.created_at = NOW - timedelta(days=30)
    for number in range(services.FIRST_REPLIES):
        add_reply(session, add_article(session, f"{name} answered {number}"), name)
    return found


def run_due(factory: SessionFactory, pending_id: str) -> None:
    [kind] = services.job_kinds(lambda: NOW + WINDOW)
    with transaction(factory) as session:
        kind.handler({"pending_id": pending_id})(session)


def test_a_reply_is_published_when_its_window_is_over(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        author, article = known(session, "ann"), add_article(session, "soup")
        before = len(jobs(session, NOTIFY_ASKERS))
        pending = send(session, article, author)
        assert pending is not None
        assert pending.due_at == NOW + WINDOW
        assert session.get(Reply, pending.id) is None  # nothing that others read knows of it
        assert len(jobs(session, NOTIFY_ASKERS)) == before
        [job] = jobs(session, PUBLISH_REPLY)
        assert job.due_at == NOW + WINDOW
        pending_id, article_id = pending.id, article.id
    run_due(factory, pending_id)
    run_due(factory, pending_id)  # a job that is done twice
    with transaction(factory) as session:
        assert session.get_one(ArticleReply, (article_id, pending_id)).status == Status.NORMAL
        assert session.get(PendingReply, pending_id) is None
        assert len(jobs(session, NOTIFY_ASKERS)) == before + 1


def test_without_a_window_a_reply_is_published_at_once(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        assert send(session, add_article(session, "soup"), user(session, "ann"), window=timedelta(0)) is None
        assert session.scalars(select(ArticleReply.status)).one() == Status.NORMAL


def test_what_is_taken_back_in_time_becomes_the_draft_and_is_told_to_nobody(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        author, article = known(session, "ann"), add_article(session, "soup")
        pending = send(session, article, author, "Too quick.")
        assert pending is not None
        key = DraftKey(author.id, article.id, "reply")
        save_draft(session, key, ReplyDraft("", "A second thought.", "", new_form_key()), seen_version=0, now=NOW)
        with pytest.raises(NotFoundError):
            take_back(session, pending.id, user(session, "other"), now=NOW)
        take_back(session, pending.id, author, now=NOW)
        kept = session.scalars(select(Draft)).one()
        assert kept.text == "A second thought.\n\nToo quick."
        name = pending.id
    run_due(factory, name)
    with transaction(factory) as session:
        assert session.get(Reply, name) is None


def test_first_replies_of_a_new_account_wait_for_a_reviewer(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, fresh = reviewer(session), user(session, "fresh")
        for number in range(services.FIRST_REPLIES):
            pending = send(session, add_article(session, f"soup {number}"), fresh)
            assert pending is not None
            assert pending.due_at is None
            with pytest.raises(ForbiddenError, match="Somebody else"):
                approve(session, pending.id, fresh, seen=None, now=NOW)
            assert approve(session, pending.id, by, seen=None, now=NOW)
            session.flush()
        last = send(session, add_article(session, "tea"), fresh)
        assert last is not None
        assert last.due_at == NOW + WINDOW


def test_two_who_are_known_stand_in_for_a_reviewer(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        reviewer(session)
        ann, ben, fresh = (known(session, "ann"), known(session, "ben"), user(session, "fresh"))
        pending = send(session, add_article(session, "soup"), fresh)
        assert pending is not None
        name = pending.id
        with pytest.raises(ForbiddenError):
            approve(session, name, user(session, "another-fresh"), seen=None, now=NOW)
        assert not approve(session, name, ann, seen=None, now=NOW)
        assert not approve(session, name, ann, seen=None, now=NOW)  # one person counts once
        assert approve(session, name, ben, seen=None, now=NOW)
        assert session.get(Reply, name) is not None
        with pytest.raises(NotFoundError):
            approve(session, name, ben, seen=None, now=NOW)


def test_where_nobody_reviews_nothing_is_held_and_the_window_is_longer(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        pending = send(session, add_article(session, "soup"), user(session, "fresh"))
        assert pending is not None
        assert pending.due_at == NOW + services.LONGER * WINDOW


def test_a_change_and_an_addition_of_a_new_account_wait_too(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        fresh, article = user(session, "fresh"), add_article(session, "soup")
        own, others = add_reply(session, article, "fresh"), add_reply(session, article, "ann")
        by, tea = reviewer(session), add_article(session, "tea")
        change = Written(PendingKind.CHANGE, draft("Call 0912-345-678 now"), own.reply_id, own.reply.version)
        added = Written(PendingKind.ADDED, draft(), others.reply_id)
        waits = [
            publish_or_wait(session, where, written, fresh, window=WINDOW, secret_key=KEY, now=NOW)
            for where, written in ((article, change), (tea, added), (tea, added))
        ]
        assert [one is not None and one.due_at for one in waits] == [None, None, None]
        assert waits[1] is waits[2]
        assert own.reply.text == "Not true."
        for one in waits[:2]:
            assert one is not None
            assert approve(session, one.id, by, seen=None, now=NOW)
        session.flush()
        assert own.reply.text == "Call 0912-345-678 now"
        assert session.get_one(ArticleReply, (tea.id, others.reply_id)).status == Status.NORMAL


def test_what_would_be_refused_later_is_refused_at_once(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        author, article = known(session, "ann"), add_article(session, "soup")
        written = Written(PendingKind.NEW, draft("  "))
        with pytest.raises(InvalidInputError):
            publish_or_wait(session, article, written, author, window=WINDOW, secret_key=KEY, now=NOW)
        assert session.scalars(select(PendingReply)).all() == []


def test_the_same_form_again_changes_what_waits(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        author, article, key = known(session, "ann"), add_article(session, "soup"), new_form_key()
        first = send(session, article, author, "One.", key=key)
        second = send(session, article, author, "Two.", key=key)
        assert first is second
        assert second is not None
        assert second.text == "Two."
        with pytest.raises(ForbiddenError):
            send(session, article, user(session, "thief"), "Three.", key=key)


def test_a_message_that_is_hidden_meanwhile_keeps_the_words_as_a_draft(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        author, article = known(session, "ann"), add_article(session, "soup")
        pending = send(session, article, author, "Careful words.")
        assert pending is not None
        do(session, ModerationKind.HIDE, target(TargetKind.ARTICLE, article.id), None)
        name = pending.id
    run_due(factory, name)
    with transaction(factory) as session:
        assert session.get(Reply, name) is None
        assert session.get(PendingReply, name) is None
        assert session.scalars(select(Draft.text)).one() == "Careful words."


def test_a_reviewer_refuses_holds_and_puts_back(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, author = reviewer(session), known(session, "ann")
        pending = send(session, add_article(session, "soup"), author)
        assert pending is not None
        about = target(TargetKind.PENDING, pending.id)
        do(session, ModerationKind.HOLD, about, by)
        assert (pending.due_at, pending.refused_at) == (None, None)
        action = do(session, ModerationKind.HIDE, about, by)
        assert pending.refused_at == NOW
        with pytest.raises(NotFoundError):
            approve(session, pending.id, by, seen=None, now=NOW)
        undo(session, action.id, by, now=NOW)
        assert pending.refused_at is None
        assert approve(session, pending.id, by, seen=None, now=NOW)


def test_signals_raise_a_flag_and_hold_nothing_by_themselves(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        pending = send(session, add_article(session, "soup"), user(session, "fresh"), "Add LINE: rich888 today")
        assert pending is not None
        assert pending.due_at is not None
        flag = session.scalars(select(Report)).one()
        assert flag.source == ReportSource.SIGNAL
        assert {"SOON", "CONTACT"} <= set(flag.note.split(", "))


def test_publishing_and_taking_back_at_once_do_one_of_both(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        author = known(session, "ann")
        pending = send(session, add_article(session, "soup"), author)
        assert pending is not None
        name = pending.id

    def back() -> None:
        with transaction(factory) as session:
            take_back(session, name, session.get_one(User, "ann"), now=NOW)

    _, taken = at_once(lambda: run_due(factory, name), back)
    with transaction(factory) as session:
        is_published = session.get(Reply, name) is not None
        assert is_published == isinstance(taken, NotFoundError)
        assert session.get(PendingReply, name) is None


def test_reviewers_write_without_waiting_for_each_other(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        assert not services.is_new(session, reviewer(session))
        assert services.is_new(session, user(session, "fresh"))
        user(session, "fresh").role = Role.ADMIN
        assert not services.is_new(session, user(session, "fresh"))


def waiting(session: Session, author: str = "fresh", text: str = "Soup is soup.", *, key: str = "") -> PendingReply:
    """A reply of a new account that waits for somebody."""
    found = send(session, add_article(session, "soup"), user(session, author), text, key=key)
    assert found is not None
    return found


def test_nobody_approves_what_they_have_not_read(factory: SessionFactory) -> None:
    """Neither a reviewer whose page is older than the words, nor somebody who approved the earlier ones."""
    with transaction(factory) as session:
        by, ann, ben, key = reviewer(session), known(session, "ann"), known(session, "ben"), new_form_key()
        pending = waiting(session, key=key)
        seen = words_mark(pending)
        assert not approve(session, pending.id, ann, seen=seen, now=NOW)
        assert waiting(session, text="Add LINE: rich888", key=key) is pending
        for person in (by, ben):
            with pytest.raises(StaleError):
                approve(session, pending.id, person, seen=seen, now=NOW)
        assert not approve(session, pending.id, ben, seen=words_mark(pending), now=NOW)
        flag = session.scalars(select(Report)).one()
        assert "CONTACT" in flag.note  # the new words were looked at, too


def test_who_was_blocked_approves_nothing_any_more(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        reviewer(session)
        ann, ben, cat = (known(session, name) for name in ("ann", "ben", "cat"))
        pending = waiting(session)
        assert not approve(session, pending.id, ann, seen=None, now=NOW)
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, ann.published_id), None)
        assert not approve(session, pending.id, ben, seen=None, now=NOW)
        assert approve(session, pending.id, cat, seen=None, now=NOW)


def test_a_form_is_of_one_message(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        reviewer(session)
        waiting(session, key=(key := new_form_key()))
        with pytest.raises(ForbiddenError, match="already used"):
            send(session, add_article(session, "tea"), user(session, "fresh"), key=key)


def test_a_new_account_keeps_reviewers_busy_with_so_much_at_most(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_HELD", 2)
    with transaction(factory) as session:
        by, fresh = reviewer(session), user(session, "fresh")
        first, _ = (send(session, add_article(session, f"soup {number}"), fresh) for number in range(2))
        assert first is not None
        with pytest.raises(InvalidInputError, match="2 of your replies"):
            send(session, add_article(session, "tea"), fresh)
        approve(session, first.id, by, seen=None, now=NOW)
        assert send(session, add_article(session, "tea"), fresh) is not None


def test_a_flag_goes_with_what_is_published(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        pending = waiting(session, text="Add LINE: rich888")  # nobody reviews, so it is published
        name = pending.id
    run_due(factory, name)
    with transaction(factory) as session:
        flag = session.scalars(select(Report)).one()
        assert (flag.target_kind, flag.target_id, flag.closed_at) == (TargetKind.REPLY, name, None)


def test_a_flag_ends_with_what_was_taken_back(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        pending = waiting(session, text="Add LINE: rich888")
        take_back(session, pending.id, user(session, "fresh"), now=NOW)
        assert session.scalars(select(Report)).one().closed_at == NOW


def test_what_is_published_at_once_is_flagged_for_its_words(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        author, article = known(session, "ann"), add_article(session, "soup")
        link = add_reply(session, article, "ann")
        change = Written(PendingKind.CHANGE, draft("Add LINE: rich888"), link.reply_id, link.reply.version)
        assert publish_or_wait(session, article, change, author, window=WINDOW, secret_key=KEY, now=NOW) is None
        flag = session.scalars(select(Report)).one()
        assert (flag.target_kind, flag.target_id) == (TargetKind.REPLY, link.reply_id)


def test_what_was_removed_for_good_is_not_written_again(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, "soup"))
        link.reply.text = "Forbidden words"
        decision = Decision(ModerationKind.REMOVE, Reason.ILLEGAL)
        remove(session, target(TargetKind.REPLY, link.reply_id), decision, None, secret_key=KEY, now=NOW)
        with pytest.raises(ForbiddenError, match="removed for good"):
            send(session, add_article(session, "tea"), user(session, "other"), "forbidden  words!")
