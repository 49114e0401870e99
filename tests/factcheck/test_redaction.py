"""Words that reviewers take out, and what they remove for good."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError
from factcheck.models import (
    LINE_BOT,
    Article,
    ArticleReplyFeedback,
    Draft,
    MediaFile,
    ModerationAction,
    ModerationChange,
    ModerationKind,
    PendingKind,
    Reason,
    Reply,
    ReplyRequest,
    Report,
    TargetKind,
    TranscriptRevision,
    User,
)
from factcheck.moderation import redaction, reports
from factcheck.moderation.actions import Decision, redact, undo
from factcheck.moderation.pending import Written, approve, publish_or_wait
from factcheck.moderation.removal import remove
from factcheck.moderation.targets import Target
from factcheck.moderation.views import public_log
from factcheck.services.articles import find_by_text, request_check, submit_article
from factcheck.services.erasure import erase_person_messages
from factcheck.services.feedback import vote
from factcheck.services.media_articles import submit_file
from factcheck.services.sweeping import REVISE_EXPORTS
from factcheck.services.transcripts import write_transcript
from tests.factcheck.moderating import KEY, LATER, PHONE, WINDOW, hide, jobs, picture, redact_text, reviewer, target
from tests.factcheck.world import NOW, add_article, add_reply, draft, user


def test_personal_data_gives_way_to_a_mark_and_the_message_is_known_again(factory: SessionFactory) -> None:
    text = "Mr. Wang of 0912-345-678 cures with soup"
    with transaction(factory) as session:
        article, by = submit_article(session, text, user(session, "asker"), now=NOW, secret_key=KEY), reviewer(session)
        action = redact_text(session, article, by)
        assert article.text == f"Mr. Wang of {redaction.MARK} cures with soup"
        assert len(jobs(session, REVISE_EXPORTS)) == 1
        again = submit_article(session, text, user(session, "other"), now=LATER, secret_key=KEY)
        assert again.id == article.id
        assert article.reply_request_count == 2
        assert find_by_text(session, text) is None
    kinds = {kind.name: kind for kind in redaction.job_kinds(lambda: NOW + timedelta(days=1))}
    with transaction(factory) as session:
        [job] = jobs(session, redaction.FORGET_WORDS)
        kinds[redaction.FORGET_WORDS].handler(job.payload)(session)
    with transaction(factory) as session:
        assert set(session.scalars(select(ModerationChange.was))) == {""}
        with pytest.raises(ForbiddenError, match="forgotten"):
            undo(session, action.id, session.get_one(User, "rita"), now=LATER)


def test_words_that_do_not_stand_there_are_refused(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, by = add_article(session, "soup"), reviewer(session)
        with pytest.raises(InvalidInputError, match="None of these"):
            redact_text(session, article, by)


def redacted(session: Session, article: Article, by: User, piece: str = PHONE) -> ModerationAction:
    decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
    return redact(session, target(TargetKind.ARTICLE, article.id), decision, by, [piece], secret_key=KEY, now=NOW)


def test_personal_data_is_not_taken_out_again_by_an_undo(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, by = add_article(session, f"call {PHONE}"), reviewer(session)
        back = undo(session, redacted(session, article, by).id, by, now=NOW)
        with pytest.raises(ForbiddenError, match="anew"):
            undo(session, back.id, by, now=NOW)
        assert [one.action for one in public_log(session, 1)[0]] == ["RESTORE", "REDACT"]


def test_of_two_redactions_one_is_taken_back_and_the_message_is_still_known(factory: SessionFactory) -> None:
    text = f"Mr. Wang, call {PHONE}"
    with transaction(factory) as session:
        article, by = submit_article(session, text, user(session, "asker"), now=NOW, secret_key=KEY), reviewer(session)
        redacted(session, article, by)
        second = redacted(session, article, by, "Mr. Wang")
        undo(session, second.id, by, now=NOW)
        assert PHONE not in article.text
        assert submit_article(session, text, user(session, "other"), now=LATER, secret_key=KEY).id == article.id
        assert session.scalars(select(Article.id)).all() == [article.id]


def test_a_reply_with_two_redactions_stays_redacted_in_releases(factory: SessionFactory) -> None:
    decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
    with transaction(factory) as session:
        by, link = reviewer(session), add_reply(session, add_article(session, "soup"))
        link.reply.text = f"Mr. Wang, call {PHONE}"
        about = target(TargetKind.REPLY, link.reply_id)
        for piece in (PHONE, "Mr. Wang"):
            last = redact(session, about, decision, by, [piece], secret_key=KEY, now=NOW)
        undo(session, last.id, by, now=NOW)
        assert link.reply.redacted_at is not None


def test_a_change_that_waited_does_not_bring_back_what_was_taken_out(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, fresh, article = reviewer(session), user(session, "fresh"), add_article(session, "soup")
        link = add_reply(session, article, "fresh")
        link.reply.text = f"Ask Mr. Wang, {PHONE}"
        change = Written(PendingKind.CHANGE, draft(f"Ask Mr. Wang today, {PHONE}"), link.reply_id, link.reply.version)
        waits = publish_or_wait(session, article, change, fresh, window=WINDOW, secret_key=KEY, now=NOW)
        assert waits is not None
        decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
        redact(session, target(TargetKind.REPLY, link.reply_id), decision, by, [PHONE], secret_key=KEY, now=NOW)
        approve(session, waits.id, by, seen=None, now=NOW)
        assert PHONE not in link.reply.text
        assert session.scalars(select(Draft.text)).one() == f"Ask Mr. Wang today, {PHONE}"  # for its author alone


def test_personal_data_goes_out_of_all_that_is_said_to_stand_in_a_picture(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        article, by, old = picture(session, f"call {PHONE}"), reviewer(session), user(session, "old")
        old.created_at = NOW - timedelta(days=30)
        write_transcript(session, article.id, f"Call {PHONE}!", f"A sign with {PHONE}", old, seen=1, now=NOW)
        action = redacted(session, article, by)
        said = [article.text, article.alternative_text, *session.scalars(select(MediaFile.text))]
        for one in session.scalars(select(TranscriptRevision)):
            said += [one.text, one.alternative_text]
        assert [words for words in said if PHONE in words] == []
        undo(session, action.id, by, now=NOW)
        assert (article.text, article.alternative_text) == (f"Call {PHONE}!", f"A sign with {PHONE}")


def test_what_was_redacted_goes_when_its_sender_erases_all(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, asker = reviewer(session), user(session, "asker", app_id=LINE_BOT)
        article = submit_article(session, "call 0912-345-678 for soup", asker, now=NOW, secret_key=KEY)
        redact_text(session, article, by)
        erase_person_messages(session, asker, now=LATER, received_until=LATER)
        session.flush()
        session.expire_all()
        assert set(session.scalars(select(ModerationChange.was))) == {""}
        assert (article.text, article.text_digest) == ("", None)


def test_redaction_reaches_all_that_was_ever_said_to_stand_in_a_picture(factory: SessionFactory) -> None:
    number = "0912-345-678"
    with transaction(factory) as session:
        by, asker = reviewer(session), user(session, "asker")
        file = MediaFile(
            id="ab" * 32, mime="image/jpeg", text=f"read: {number}", was_read=True, bytes=1, created_at=NOW
        )
        session.add(file)
        session.flush()
        article = submit_file(session, file.id, asker, now=NOW)
        old = NOW + timedelta(days=30)
        write_transcript(session, article.id, f"typed: {number}", f"a card with {number}", asker, seen=1, now=old)
        write_transcript(session, article.id, "nothing of it", "", asker, seen=2, now=old)
        decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
        about = target(TargetKind.ARTICLE, article.id)
        action = redact(session, about, decision, by, [number], secret_key=KEY, now=NOW)
        session.flush()

        def said() -> str:
            session.expire_all()
            versions = session.scalars(select(TranscriptRevision).order_by(TranscriptRevision.number)).all()
            return " ".join(f"{one.text} {one.alternative_text}" for one in versions) + file.text + article.text

        assert number not in said()
        assert said().count(redaction.MARK) == 4
        assert article.text_digest is None, "its own words were not touched"
        undo(session, action.id, by, now=LATER)
        session.flush()
        assert said().count(number) == 4


@pytest.mark.parametrize("kind", [kind for kind in TargetKind if kind not in (TargetKind.USER, TargetKind.PENDING)])
def test_what_the_law_forbids_goes_without_a_public_trace(factory: SessionFactory, kind: TargetKind) -> None:
    with transaction(factory) as session:
        article, by = add_article(session, "forbidden words of soup"), reviewer(session)
        link = add_reply(session, article)
        vote(session, article.id, link.reply_id, user(session, "voter"), 1, now=NOW, comment="so good")
        earlier = hide(kind)(session, article, by)
        about = Target(kind, earlier.target_id)
        remove(session, about, Decision(ModerationKind.REMOVE, Reason.ILLEGAL), by, secret_key=KEY, now=NOW)
        session.flush()
        models = {TargetKind.ARTICLE: Article, TargetKind.REPLY: Reply, TargetKind.REQUEST: ReplyRequest}
        model = models.get(kind, ArticleReplyFeedback)
        assert session.scalars(select(model)).first() is None
        assert public_log(session, 1)[0] == []
        assert about.id not in session.scalars(select(ModerationAction.target_id)).all()
        removal = session.scalars(select(ModerationAction).order_by(ModerationAction.id.desc())).first()
        assert removal is not None
        with pytest.raises(ForbiddenError, match="for good"):
            undo(session, removal.id, by, now=LATER)
        if kind == TargetKind.ARTICLE:
            for text in ("forbidden words of soup", "Forbidden  words of soup!"):
                with pytest.raises(NotFoundError):
                    submit_article(session, text, user(session, "x"), now=NOW, secret_key=KEY)


def test_of_what_is_removed_no_words_are_left_in_what_hung_on_it(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, article = reviewer(session), add_article(session, "forbidden words")
        link = add_reply(session, article)
        request_check(session, article, user(session, "ann"), now=NOW, reason=f"my number is {PHONE}")
        vote(session, article.id, link.reply_id, user(session, "ben"), 1, now=NOW, comment=f"mine is {PHONE}")
        decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
        asked = session.scalars(select(ReplyRequest.id).where(ReplyRequest.user_id == "ann")).one()
        for kind, number in (
            (TargetKind.REQUEST, asked),
            (TargetKind.COMMENT, session.scalars(select(ArticleReplyFeedback.id)).one()),
        ):
            reports.report(session, target(kind, number), Reason.SPAM, user=None, note=f"it says {PHONE}", now=NOW)
            redact(session, target(kind, number), decision, by, [PHONE], secret_key=KEY, now=NOW)
        removal = Decision(ModerationKind.REMOVE, Reason.ILLEGAL)
        remove(session, target(TargetKind.ARTICLE, article.id), removal, by, secret_key=KEY, now=NOW)
        session.flush()
        assert [row.was for row in session.scalars(select(ModerationChange)) if row.was] == []
        assert set(session.scalars(select(Report.note))) == {""}
        assert set(session.scalars(select(Report.target_id))) == {""}
