"""Decisions when it gets difficult: undone twice, at once with what they are about, about one's own, and beyond one
transaction."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from factcheck.backup.decisions import decide_again
from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import ForbiddenError, NotFoundError, StaleError
from factcheck.models import (
    LINE_BOT,
    ArticleReply,
    ArticleReplyFeedback,
    Delivery,
    DeliveryState,
    Job,
    ModerationAction,
    ModerationChange,
    ModerationKind,
    Notice,
    PendingReply,
    Reason,
    Reply,
    ReplyRequest,
    Report,
    Status,
    TargetKind,
    User,
)
from factcheck.moderation import actions, pending, reports
from factcheck.moderation.actions import GO_ON, MEANWHILE, Decision, redact, undo
from factcheck.services import erasure
from factcheck.services.articles import request_check, submit_article
from factcheck.services.erasure import erase_person_messages
from factcheck.services.erasure_log import NOTE_ERASURE, ErasureLog
from factcheck.services.feedback import vote
from factcheck.services.notices import CORRECT, NOTIFY_ASKERS
from factcheck.services.published_ids import new_key
from factcheck.services.replies import attach_reply
from factcheck.services.transcripts import write_transcript
from tests.factcheck.moderating import KEY, LATER, PHONE, WINDOW, do, jobs, picture, reviewer, run_rest, send, target
from tests.factcheck.world import NOW, add_article, add_reply, at_once, user


def test_what_waits_is_hidden_put_back_and_hidden_again(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, author = reviewer(session), user(session, "fresh")
        author.created_at = NOW - timedelta(days=9)
        waits = send(session, add_article(session, "soup"), author, window=WINDOW)
        assert waits is not None
        waits.due_at = NOW + WINDOW  # as of somebody who is known
        hidden = do(session, ModerationKind.HIDE, target(TargetKind.PENDING, waits.id), by)
        back = undo(session, hidden.id, by, now=LATER)
        assert (waits.due_at, waits.refused_at) == (None, None)
        undo(session, back.id, by, now=LATER)
        assert waits.refused_at is not None


def test_undoing_the_undoing_of_a_hold_holds_and_tells_nobody(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, link = reviewer(session), add_reply(session, add_article(session, "soup"))
        hold = do(session, ModerationKind.HOLD, target(TargetKind.REPLY, link.reply_id), by)
        again = undo(session, undo(session, hold.id, by, now=LATER).id, by, now=LATER)
        assert again.action == ModerationKind.HOLD
        assert link.status == Status.BLOCKED
        assert jobs(session, CORRECT) == []


def test_transcripts_of_who_is_blocked_give_way_to_the_ones_before(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, by, vandal = picture(session, "Soup cures"), reviewer(session), user(session, "vandal")
        vandal.created_at = NOW - timedelta(days=30)
        write_transcript(session, article.id, "", "", vandal, seen=1, now=NOW)
        write_transcript(session, article.id, "Casino!", "", vandal, seen=2, now=NOW)
        assert article.text == "Casino!"
        action = do(session, ModerationKind.BLOCK, target(TargetKind.USER, vandal.published_id), by)
        assert article.text == "Soup cures"
        with pytest.raises(ForbiddenError, match="blocked"):
            write_transcript(session, article.id, "Again", "", vandal, seen=3, now=NOW)
        undo(session, action.id, by, now=LATER)
        assert article.text == "Casino!"


def test_a_reason_and_a_comment_of_one_number_both_come_back(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    with transaction(factory) as session:
        by, article = reviewer(session).id, add_article(session, "soup", "bad")
        link = add_reply(session, article)
        request_check(session, article, user(session, "other"), now=NOW)
        vote(session, article.id, link.reply_id, user(session, "bad"), 1, now=NOW, comment="pills")
        asked = session.scalars(select(ReplyRequest.id).where(ReplyRequest.user_id == "bad")).one()
        assert asked == session.scalars(select(ArticleReplyFeedback.id)).one()
        about = target(TargetKind.USER, "published-bad")
        action = do(session, ModerationKind.BLOCK, about, session.get_one(User, by)).id
    run_rest(factory)
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReplyFeedback.status))) == {Status.BLOCKED}
        undo(session, action, session.get_one(User, by), now=LATER)
    run_rest(factory)
    with transaction(factory) as session:
        for model in (ReplyRequest, ArticleReplyFeedback):
            assert set(session.scalars(select(model.status))) == {Status.NORMAL}


def test_a_reply_at_many_messages_is_hidden_and_shown_at_all(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, "soup number 0"))
        for number in range(1, 7):
            attach_reply(session, add_article(session, f"soup number {number}"), link.reply, link.user, now=NOW)
        action = do(session, ModerationKind.HIDE, target(TargetKind.REPLY, link.reply_id), None).id
    run_rest(factory)
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReply.status))) == {Status.BLOCKED}
        undo(session, action, None, now=LATER)
    run_rest(factory)
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReply.status))) == {Status.NORMAL}


def test_holding_who_has_much_that_is_held_comes_to_an_end(
    factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    with transaction(factory) as session:
        reviewer(session)
        for number in range(5):
            send(session, add_article(session, f"soup number {number}"), user(session, "fresh"))
        add_reply(session, add_article(session, "tea"), "fresh")
        do(session, ModerationKind.HOLD, target(TargetKind.USER, "published-fresh"), None)
    run_rest(factory)
    with transaction(factory) as session:
        assert session.scalars(select(ArticleReply.status)).one() == Status.BLOCKED


def test_what_was_just_being_published_when_its_author_was_blocked_goes_too(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        first = add_reply(session, add_article(session, "soup"), "bad")
        by, tea = reviewer(session).id, add_article(session, "tea")
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, "published-bad"), session.get_one(User, by))
        [sweep] = jobs(session, GO_ON)
        assert sweep.due_at == NOW + MEANWHILE
        # Its transaction began before the decision and ends after it.
        session.add(Reply(id="late", type="RUMOR", text="Late", user_id="bad", created_at=NOW))
        session.flush()
        session.add(ArticleReply(article_id=tea.id, reply_id="late", user_id="bad", app_id="WEBSITE", created_at=NOW))
        assert first.status == Status.BLOCKED
    assert run_rest(factory) == 1
    with transaction(factory) as session:
        assert session.get_one(ArticleReply, (tea.id, "late")).status == Status.BLOCKED
        [action] = session.scalars(select(ModerationAction))
        undo(session, action.id, session.get_one(User, by), now=LATER)
        assert session.get_one(ArticleReply, (tea.id, "late")).status == Status.NORMAL


def test_publishing_and_blocking_at_once_leave_nothing_shown(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        waits = send(session, add_article(session, "soup"), user(session, "bad"))  # nobody reviews: it is due soon
        assert waits is not None
        name = waits.id
    [publish] = pending.job_kinds(lambda: LATER)

    def publish_it() -> None:
        with transaction(factory) as session:
            publish.handler({"pending_id": name})(session)

    def block() -> None:
        with transaction(factory) as session:
            do(session, ModerationKind.BLOCK, target(TargetKind.USER, "published-bad"), None)

    results = at_once(publish_it, block)
    assert [one for one in results if isinstance(one, Exception)] == []
    run_rest(factory)
    with transaction(factory) as session:
        assert session.scalar(select(func.count()).where(ArticleReply.status == Status.NORMAL)) == 0


def test_nobody_lifts_what_others_decided_about_their_own(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        rita, ross = reviewer(session), reviewer(session, "ross")
        link = add_reply(session, add_article(session, "soup"), "rita")
        about = target(TargetKind.REPLY, link.reply_id)
        hidden = do(session, ModerationKind.HIDE, about, ross)
        with pytest.raises(ForbiddenError, match="Somebody else"):
            undo(session, hidden.id, rita, now=LATER)
        undo(session, hidden.id, ross, now=LATER)
        reports.report(session, about, Reason.SPAM, user=user(session, "ann"), now=LATER)
        with pytest.raises(ForbiddenError, match="Somebody else"):
            reports.dismiss(session, about, rita, now=LATER)
        own = do(session, ModerationKind.HIDE, about, rita, now=LATER)
        undo(session, own.id, rita, now=LATER)
        assert link.status == Status.NORMAL


def test_single_things_of_who_is_blocked_are_not_put_back(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, link = reviewer(session), add_reply(session, add_article(session, "soup"), "bad")
        hidden = do(session, ModerationKind.HIDE, target(TargetKind.REPLY, link.reply_id), by)
        block = do(session, ModerationKind.BLOCK, target(TargetKind.USER, "published-bad"), by)
        with pytest.raises(ForbiddenError, match="Unblock"):
            undo(session, hidden.id, by, now=LATER)
        undo(session, block.id, by, now=LATER)
        assert link.status == Status.BLOCKED
        undo(session, hidden.id, by, now=LATER)
        assert link.status == Status.NORMAL


def test_decisions_about_people_are_found_when_their_published_ids_are_new(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, asker = reviewer(session), user(session, "asker", app_id=LINE_BOT)
        add_article(session, "soup")
        reports.report(session, target(TargetKind.USER, asker.published_id), Reason.SPAM, user=None, now=NOW)
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, asker.published_id), by)
    new_key(factory, secret_key=KEY, now=LATER)
    with transaction(factory) as session:
        asker = session.get_one(User, "asker")
        assert asker.published_id != "published-asker"
        about = target(TargetKind.USER, asker.published_id)
        assert len(reports.reports_about(session, about)) == 1
        do(session, ModerationKind.UNBLOCK, about, session.get_one(User, "rita"), now=LATER)
        assert asker.blocked_at is None


@pytest.mark.parametrize("kind", [TargetKind.REPLY, TargetKind.ARTICLE])
def test_notices_that_nobody_has_begun_to_send_are_called_back(factory: SessionFactory, kind: TargetKind) -> None:
    with transaction(factory) as session:
        article, asker = add_article(session, "soup"), user(session, "asker", app_id=LINE_BOT)
        link = add_reply(session, article)
        states = []
        for number, attempted in enumerate((None, NOW)):
            person = user(session, f"asker{number}", app_id=LINE_BOT)
            row = Delivery(to="", recipients=[f"U{number}"], retry_key="k", messages=[{"text": "spam"}])
            row.state, row.attempted_at, row.created_at = DeliveryState.PENDING, attempted, NOW
            session.add(row)
            session.flush()
            told = {"article_id": article.id, "shown_reply_id": link.reply_id, "delivery_id": row.id}
            session.add(Notice(user_id=person.id, created_at=NOW, **told))
            states.append(row)
        session.flush()
        before = len(jobs(session, NOTIFY_ASKERS))
        name = link.reply_id if kind == TargetKind.REPLY else article.id
        do(session, ModerationKind.HIDE, target(kind, name), None)
        assert [(row.state, row.messages is None) for row in states] == [("CANCELLED", True), ("PENDING", False)]
        assert session.scalars(select(Notice.user_id)).all() == ["asker1"]
        assert len(jobs(session, NOTIFY_ASKERS)) == before + 1  # who was not told is told of what is there then
        assert asker.id == "asker"


def test_what_is_hidden_is_erased_too_and_stays_hidden(factory: SessionFactory) -> None:
    text = f"call {PHONE} for soup"
    with transaction(factory) as session:
        asker = user(session, "asker", app_id=LINE_BOT)
        article = submit_article(session, text, asker, now=NOW, secret_key=KEY)
        action = do(session, ModerationKind.HIDE, target(TargetKind.ARTICLE, article.id), None)
        erase_person_messages(session, asker, now=LATER, received_until=LATER)
        session.flush()
        assert (article.text, article.status) == ("", Status.BLOCKED)
        with pytest.raises(NotFoundError):
            submit_article(session, text, user(session, "other"), now=LATER, secret_key=KEY)
        undo(session, action.id, None, now=LATER)
        assert article.status == Status.BLOCKED  # there is nothing to show


def test_who_lost_the_race_is_told_and_nothing_else_is_undone(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, link = reviewer(session), add_reply(session, add_article(session, "soup"))
        about = target(TargetKind.REPLY, link.reply_id)
        do(session, ModerationKind.HIDE, about, by)
        with pytest.raises(StaleError):
            do(session, ModerationKind.HIDE, about, by)
        assert session.scalar(select(func.count(PendingReply.id))) == 0


def test_decisions_are_made_again_from_notes_without_words(factory: SessionFactory, tmp_path: Path) -> None:
    """As after a backup that was made before them; one that fits no longer stops none of the others."""
    log = ErasureLog(tmp_path / "notes", KEY)
    [note] = [kind for kind in erasure.job_kinds(lambda: NOW, log, KEY) if kind.name == NOTE_ERASURE]
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, "soup"))
        link.reply.text = f"Ask Mr. Wang, {PHONE}"
        about = target(TargetKind.REPLY, link.reply_id)
        decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
        redact(session, about, decision, None, [PHONE], secret_key=KEY, now=NOW)
        for kind in (ModerationKind.HIDE, ModerationKind.RESTORE, ModerationKind.HIDE):
            do(session, kind, about, None, now=LATER)
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, "published-author"), None, now=LATER)
        for job in jobs(session, NOTE_ERASURE):
            note.handler(job.payload)(session)
    assert [word for word in (PHONE, "Wang", link.reply_id, "author") if word in (tmp_path / "notes").read_text()] == []
    with transaction(factory) as session:  # as of the backup
        for model in (ModerationChange, ModerationAction, Report, Job):
            session.execute(delete(model))
        link = session.get_one(ArticleReply, (link.article_id, link.reply_id))
        link.status, link.reply.blocked_at, link.user.blocked_at = Status.NORMAL, None, None
        link.reply.text = f"Ask Mr. Wang, {PHONE}"
    with transaction(factory) as session:
        assert decide_again(session, log, log.since(NOW)) == 5
        link = session.get_one(ArticleReply, (link.article_id, link.reply_id))
        assert (link.status, link.reply.text) == (Status.BLOCKED, "Ask Mr. Wang, █████")
        assert link.user.blocked_at == LATER
        assert jobs(session, NOTE_ERASURE) == jobs(session, CORRECT) == []
    with transaction(factory) as session:
        assert decide_again(session, log, log.since(NOW)) < 5  # what is done is passed over
        assert session.get_one(ArticleReply, (link.article_id, link.reply_id)).status == Status.BLOCKED
