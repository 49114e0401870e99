"""Decisions of reviewers: what they change, and that each is undone."""

from collections.abc import Callable
from datetime import timedelta

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
    MediaFile,
    ModerationAction,
    ModerationChange,
    ModerationKind,
    PendingReply,
    Reason,
    Reply,
    ReplyRequest,
    Report,
    ReportSource,
    Role,
    Status,
    TargetKind,
    TranscriptRevision,
    User,
)
from factcheck.moderation import actions, redaction, reports, waves
from factcheck.moderation.actions import GO_ON, Decision, redact, undo
from factcheck.moderation.removal import remove
from factcheck.moderation.targets import Target, parse_target
from factcheck.moderation.views import actions_concerning, decision_about, is_hidden, public_log
from factcheck.services.articles import find_by_text, request_check, submit_article
from factcheck.services.erasure import erase_person_messages
from factcheck.services.feedback import vote
from factcheck.services.indexing import INDEX_ARTICLE
from factcheck.services.media_articles import submit_file
from factcheck.services.notices import CORRECT, NOTIFY_ASKERS
from factcheck.services.replies import attach_reply, replies_for, take_back
from factcheck.services.sweeping import REVISE_EXPORTS
from factcheck.services.transcripts import write_transcript
from tests.factcheck.moderating import KEY, do, jobs, reviewer, send, target
from tests.factcheck.world import NOW, add_article, add_reply, at_once, user

LATER = NOW + timedelta(hours=1)


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


Do = Callable[[Session, Article, User], ModerationAction]


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
    return redact(session, about, decision, by, ["0912-345-678"], secret_key=KEY, now=NOW)


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
    [kind, *_] = actions.job_kinds(lambda: LATER)

    def run_jobs() -> int:
        count = 0
        while True:
            with transaction(factory) as session:
                waiting = jobs(session, GO_ON)
                if not waiting:
                    return count
                kind.handler(waiting[0].payload)(session)
                session.delete(waiting[0])
                count += 1

    with transaction(factory) as session:
        by = reviewer(session).id
        for number in range(7):
            add_reply(session, add_article(session, f"message {number} of soup"), "bad")
        about = target(TargetKind.USER, "published-bad")
        action_id = do(session, ModerationKind.BLOCK, about, session.get_one(User, by)).id
    assert run_jobs() >= 2
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReply.status))) == {Status.BLOCKED}
        assert session.get_one(ModerationAction, action_id).size == 15
        undo(session, action_id, session.get_one(User, by), now=LATER)
    assert run_jobs() >= 2
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


def test_a_report_is_one_a_person_and_thing_and_not_without_end(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        amy = user(session, "amy")
        links = [add_reply(session, add_article(session, f"soup {number}")) for number in range(41)]
        abouts = [target(TargetKind.REPLY, link.reply_id) for link in links]
        for note in ("first", "second"):
            reports.report(session, abouts[0], Reason.SPAM, user=amy, now=NOW, note=note)
        reports.report(session, abouts[0], Reason.SCAM, user=None, now=NOW)
        assert [(one.note, one.user_id) for one in session.scalars(select(Report).order_by(Report.id))] == [
            ("second", "amy"),
            ("", None),
        ]
        for about in abouts[1:40]:
            reports.report(session, about, Reason.SPAM, user=amy, now=NOW)
        with pytest.raises(InvalidInputError, match="very much"):
            reports.report(session, abouts[40], Reason.SPAM, user=amy, now=NOW)
        reports.report(session, abouts[40], Reason.SPAM, user=amy, now=NOW + timedelta(days=3))
        with pytest.raises(NotFoundError):
            reports.report(session, target(TargetKind.COMMENT, 9**20), Reason.SPAM, user=None, now=NOW)
        by = reviewer(session)
        do(session, ModerationKind.HIDE, abouts[0], by)
        assert reports.dismiss(session, abouts[1], by, now=NOW) == 1
        assert reports.reputation(session, ["amy", None]) == {"amy": (2, 1)}


def test_whom_a_decision_concerns_can_object_once(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, link = reviewer(session), add_reply(session, add_article(session, "soup"))
        author = session.get_one(User, "author")
        about = target(TargetKind.REPLY, link.reply_id)
        action = do(session, ModerationKind.HIDE, about, by)
        with pytest.raises(NotFoundError):
            reports.appeal(session, action.id, user(session, "other"), "why?", now=NOW)
        with pytest.raises(InvalidInputError):
            reports.appeal(session, action.id, author, " ", now=NOW)
        objection = reports.appeal(session, action.id, author, "It was right.", now=NOW)
        assert objection.source == ReportSource.APPEAL
        reports.dismiss(session, about, by, now=LATER)
        assert objection.upheld is False
        with pytest.raises(ForbiddenError, match="before"):
            reports.appeal(session, action.id, author, "Once more", now=LATER)
        assert decision_about(session, about) is action
        undo(session, action.id, by, now=LATER)
        with pytest.raises(ForbiddenError, match="taken back"):
            reports.appeal(session, action.id, author, "why?", now=LATER)


def test_an_objection_that_is_right_is_closed_by_undoing(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, link = reviewer(session), add_reply(session, add_article(session, "soup"))
        action = do(session, ModerationKind.HIDE, target(TargetKind.REPLY, link.reply_id), by)
        objection = reports.appeal(session, action.id, session.get_one(User, "author"), "It was right.", now=NOW)
        undo(session, action.id, by, now=LATER)
        assert objection.upheld is True


def test_one_action_clears_a_wave_of_five_accounts(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by = reviewer(session)
        articles = [add_article(session, f"claim {number} about soup") for number in range(6)]
        add_reply(session, articles[0], "honest")
        honest = send(session, articles[1], user(session, "fresh"), "The ministry says that this is wrong.")
        for number in range(5):
            for article in articles:
                send(
                    session, article, user(session, f"spam{number}"), f"Lost money? We recover it! LINE: help{number}x"
                )
        assert jobs(session, NOTIFY_ASKERS) == jobs(session, NOTIFY_ASKERS)[:1]
        [wave] = waves.waves(session)
        assert {one.id for one in wave.people} == {f"spam{number}" for number in range(5)}
        assert len(wave.texts) == 30
        waves.clear(session, [one.published_id for one in wave.people], Reason.SCAM, by, now=NOW)
        log, _, _ = public_log(session, 1)
        assert [(one.action, one.reason) for one in log] == [("BLOCK", "SCAM")] * 5
        assert len({one.wave for one in log}) == 1
        refused = select(func.count()).select_from(PendingReply).where(PendingReply.refused_at.is_not(None))
        assert session.scalar(refused) == 30
        assert honest is not None
        assert honest.refused_at is None
        assert reports.open_reports(session, limit=99) == [] or all(
            one.target_id == honest.id for one in reports.open_reports(session, limit=99)
        )
        with pytest.raises(StaleError):
            waves.clear(session, [one.published_id for one in wave.people], Reason.SCAM, by, now=NOW)
        with pytest.raises(InvalidInputError):
            waves.clear(session, [], Reason.SCAM, by, now=NOW)


@pytest.mark.parametrize("written", ["reply", "soup:1", "reply:", ""])
def test_a_target_that_names_nothing_is_refused(written: str) -> None:
    with pytest.raises(InvalidInputError, match="like reply:abc"):
        parse_target(written)


def test_a_target_is_read_as_it_is_written() -> None:
    assert str(parse_target("comment:12")) == "comment:12"
    assert parse_target("user:ab").kind == TargetKind.USER


def test_who_asks_in_line_can_be_blocked_too(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        by, asker = reviewer(session), user(session, "asker", app_id=LINE_BOT)
        article = add_article(session, "soup")
        do(session, ModerationKind.BLOCK, target(TargetKind.USER, asker.published_id), by)
        assert asker.blocked_at == NOW
        assert article.status == Status.BLOCKED


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
