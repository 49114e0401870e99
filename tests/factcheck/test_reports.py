"""What people report, object to, and send in waves."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from factcheck.db.session import SessionFactory, transaction
from factcheck.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from factcheck.models import ModerationKind, PendingReply, Reason, Report, ReportSource, TargetKind, User
from factcheck.moderation import reports, waves
from factcheck.moderation.actions import Decision, redact, undo
from factcheck.moderation.targets import parse_target
from factcheck.moderation.views import decision_about, public_log
from factcheck.services.notices import NOTIFY_ASKERS
from tests.factcheck.moderating import KEY, LATER, PHONE, do, jobs, reviewer, send, target
from tests.factcheck.world import NOW, add_article, add_reply, at_once, user


@pytest.mark.parametrize("written", ["reply", "soup:1", "reply:", ""])
def test_a_target_that_names_nothing_is_refused(written: str) -> None:
    with pytest.raises(InvalidInputError, match="like reply:abc"):
        parse_target(written)


def test_a_target_is_read_as_it_is_written() -> None:
    assert str(parse_target("comment:12")) == "comment:12"
    assert parse_target("user:ab").kind == TargetKind.USER


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


def test_strangers_add_to_each_others_reports(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        about = target(TargetKind.ARTICLE, add_article(session, "soup").id)
        reports.report(session, about, Reason.ILLEGAL, user=None, note="This is serious.", now=NOW)
        reports.report(session, about, Reason.OTHER, user=None, note="lol", now=NOW)
        reports.report(session, about, Reason.OTHER, user=None, now=NOW)
        [row] = reports.open_reports(session, limit=9)
        assert (row.reason, row.note) == (Reason.ILLEGAL, "This is serious.\n\nlol")
        reports.report(session, about, Reason.OTHER, user=None, note="x" * 2_000, now=NOW)
        assert len(reports.open_reports(session, limit=9)[0].note) == 2_000
        ann = user(session, "ann")
        for reason, note in ((Reason.SPAM, "It is spam."), (Reason.SCAM, "")):
            mine = reports.report(session, about, reason, user=ann, note=note, now=NOW)
        assert (mine.reason, mine.note) == (Reason.SCAM, "It is spam.")


def test_two_reports_at_once_are_one(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        about = target(TargetKind.ARTICLE, add_article(session, "soup").id)

    def report() -> None:
        with transaction(factory) as session:
            reports.report(session, about, Reason.SPAM, user=None, now=NOW)

    assert at_once(report, report, report) == [None, None, None]
    with transaction(factory) as session:
        assert len(reports.open_reports(session, limit=9)) == 1


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


def test_one_objects_to_each_of_two_decisions(factory: SessionFactory) -> None:
    with transaction(factory) as session:
        link = add_reply(session, add_article(session, "soup"))
        link.reply.text = f"call {PHONE}"
        about, author = target(TargetKind.REPLY, link.reply_id), session.get_one(User, "author")
        decision = Decision(ModerationKind.REDACT, Reason.PERSONAL_DATA)
        first = redact(session, about, decision, None, [PHONE], secret_key=KEY, now=NOW)
        second = do(session, ModerationKind.HIDE, about, None)
        for action in (first, second):
            reports.appeal(session, action.id, author, "It was right.", now=NOW)
        assert {row.action_id for row in reports.open_reports(session, limit=9)} == {first.id, second.id}


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
