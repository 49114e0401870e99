"""`python -m factcheck moderate ...`"""

from pathlib import Path

import pytest
from sqlalchemy import select

from factcheck.cli import main
from factcheck.db.session import transaction
from factcheck.models import Article, ArticleReply, Reason, Status
from factcheck.moderation.reports import report
from factcheck.moderation.targets import parse_target
from tests.factcheck.moderating import reviewer, send
from tests.factcheck.test_cli import factory_of, machine
from tests.factcheck.world import NOW, add_article, add_reply, user

__all__ = ["machine"]


def test_all_that_reviewers_do_is_done_by_commands(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    factory = factory_of(machine)
    with transaction(factory) as session:
        article = add_article(session, "call 0912-345-678 for soup")
        first, second = add_reply(session, article, "bad"), add_reply(session, article, "worse")
        reviewer(session)
        waits = send(session, article, user(session, "fresh"))
        report(session, parse_target(f"reply:{first.reply_id}"), Reason.SPAM, user=None, now=NOW)
        names = [f"reply:{first.reply_id}", f"reply:{second.reply_id}"]
        assert waits is not None
        pending, article_id = f"pending:{waits.id}", article.id
    assert main(["moderate", "reports"]) == 0
    assert names[0] in capsys.readouterr().out
    assert main(["moderate", "hide", *names]) == 1
    assert "--reason and one of: spam" in capsys.readouterr().err
    assert main(["moderate", "hide", *names, "--reason", "spam", "--note", "pills"]) == 0
    assert main(["moderate", "hide", names[0], "--reason", "spam"]) == 1
    assert "decided already" in capsys.readouterr().err
    assert main(["moderate", "reports"]) == 0
    assert names[0] not in capsys.readouterr().out
    assert main(["moderate", "restore", names[1], "--reason", "other"]) == 0
    assert main(["moderate", "log"]) == 0
    log = capsys.readouterr().out
    assert "(taken back)" in log
    assert main(["moderate", "undo", "1"]) == 0
    assert main(["moderate", "publish", pending]) == 0
    assert main(["moderate", "block", "user:published-bad", "--reason", "spam"]) == 0
    assert main(["moderate", "unblock", "user:published-bad", "--reason", "other"]) == 0
    redact = ["moderate", "redact", f"article:{article_id}", "--reason", "personal_data", "--piece", "0912-345-678"]
    assert main(redact) == 0
    with transaction(factory) as session:
        assert set(session.scalars(select(ArticleReply.status))) == {Status.NORMAL}
        assert "0912" not in session.get_one(Article, article_id).text
    assert main(["moderate", "remove", f"article:{article_id}", "--reason", "illegal"]) == 1
    assert main(["moderate", "remove", f"article:{article_id}", "--reason", "illegal", "--sure"]) == 0
    with transaction(factory) as session:
        assert session.get(Article, article_id) is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hide", "--reason", "spam"], "Name what it is about"),
        (["hide", "reply:nothing", "--reason", "spam"], "Not found"),
        (["hide", "soup", "--reason", "spam"], "like reply:abc"),
        (["undo", "soup"], "number"),
        (["undo", "99"], "Not found"),
        (["publish", "pending:nothing"], "Not found"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(
    machine: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["moderate", *words]) == 1
    assert said in capsys.readouterr().err
