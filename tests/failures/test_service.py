"""What strangers, logs and hostile texts can do to the service (S)."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError

from bot.simulator.testing import ACCESS_TOKEN, CHANNEL_SECRET
from factcheck.db.session import read_only
from factcheck.models import Article
from tests.failures.harness import Bot, words

CLAIM = "A secret law makes it illegal to own more than two cats from next month on, pass this on quickly!"
ANSWER = "There is no such law."
NONE, CONSENT = "None of these", "Yes, publish and check it"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "http://localhost@evil.example/",
    ],
)
def test_s03_a_log_in_leads_to_no_other_site(bot: Bot, target: str) -> None:
    """The address to go to afterwards; for tokens see `tests/editor_ui/test_log_in_with.py`."""
    client = bot.web.test_client()
    for path in ("/login", "/login/open"):
        answer = client.get(path, query_string={"next": target, "token": "x"})
        assert answer.status_code < 500
        assert "evil.example" not in (answer.location or "")
        led = re.findall(r'name="next" value="([^"]*)"', answer.text)
        assert led in ([], ["/"])


def test_s05_logs_hold_no_secrets_and_nothing_that_people_wrote(
    bot: Bot, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG")
    bot.publish(CLAIM, ANSWER)
    ada = bot.person("Ada Lovelace")
    group = bot.line.group("Secret society", [ada])
    said = bot.line.phone.text(ada, CLAIM)
    bot.send(said)
    bot.say(ada, "My own private matter is that I owe my neighbour ten thousand dollars")
    bot.press(ada, NONE) if NONE in bot.line.labels(ada) else None
    bot.press(ada, CONSENT)
    bot.line.mention(ada, f"is it true? {CLAIM}", chat=group)
    bot.settle()
    bot.line.unsend(ada)
    for kind, options in (("status", {"status": 400}), ("status", {"status": 500}), ("drop", {}), ("html", {})):
        bot.line.add_fault("message/*", kind, 2, **options)
        bot.line.add_fault("*/message/*", kind, 2, **options)
        bot.say(ada, f"{CLAIM} {kind}")
        bot.wait(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(bot.search, "candidates", quote)
        bot.say(ada, f"{CLAIM} now it breaks")
        for broken in (quote_a_row, quote):
            patch.setattr("bot.inbound.webhook.store_events", broken)
            bot.line.send_text(ada, f"{CLAIM} and the webhook, too")
    bot.wait(minutes=5)
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "delivery" in logged
    assert "job_failed" in logged
    for secret in (
        CLAIM[:20],
        "secret law",
        ANSWER,
        "private matter",
        "neighbour",
        "Ada Lovelace",
        ada.id,
        group.id,
        ACCESS_TOKEN,
        CHANNEL_SECRET,
        str(said.event["replyToken"]),
        str(said.event["message"]["quoteToken"]),  # type: ignore[index]
    ):
        assert secret not in logged, secret


def quote(given: object, *_arguments: object, **_options: object) -> None:
    """An error that carries what people wrote, as those of drivers and parsers do."""
    raise ValueError(f"cannot digest {given} ({CLAIM})")


def quote_a_row(*_arguments: object, **_options: object) -> None:
    raise DataError("INSERT", {}, ValueError(f"DETAIL: Failing row contains ({CLAIM})"))


def test_s06_figures_and_the_pages_of_members_ask_who_it_is(bot: Bot) -> None:
    client = bot.web.test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    good = client.get("/metrics", headers={"Authorization": "Bearer metrics"})
    assert good.status_code == 200
    rules = [rule for rule in bot.web.url_map.iter_rules() if not rule.arguments and rule.rule.startswith("/me")]
    assert rules
    for rule in rules:
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        assert client.open(rule.rule, method=method).status_code in (302, 303, 400, 401, 403), rule.rule
    for path in ("/simulator/", "/simulator/line/v2/bot/info"):  # only a trial has these
        assert client.get(path).status_code == 404
    article = bot.publish(CLAIM)
    assert client.post(f"/article/{article}/reply", data={"text": "x"}).status_code in (
        302,
        303,
        400,
        401,
        403,
        404,
        405,
    )


HOSTILE = (
    "'; DROP TABLE articles; --",
    '" OR 1=1 /* $where: {"$gt": ""} */',
    "{{ 7 * 191 }} {% raw %} ${7*191} #{7*191} <%= 7*191 %>",
    "<script>alert('pwned')</script><img src=x onerror=alert(1)>",
    "%(excerpt)s %(url)s %s %d {0} {excerpt}",
    '{"query": {"match_all": {}}} text:* OR (a AND NOT b) [TO] ~ ^ \\ /.*/',
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_s07_hostile_texts_are_only_texts(bot: Bot, hostile: str) -> None:
    text = f"Please read this before it is deleted by them all: {hostile}"
    ada = bot.person()
    said = words(bot.say(ada, text))
    assert "1337" not in said
    bot.press(ada, CONSENT)
    with read_only(bot.factory) as session:
        article = session.scalars(select(Article)).one()
        assert article.text == text
    bot.reply(article.id, f"{ANSWER} {hostile}")
    told = words(bot.settle())
    assert f"{ANSWER} {hostile}" in told
    for data in (hostile, f"1:{hostile}:up", f"2:read:{hostile}"):
        assert bot.send(bot.line.phone.event("postback", ada, postback={"data": data}))
    page = bot.web.test_client().get(f"/article/{article.id}")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "1337" not in page.text
    found = bot.web.test_client().get("/search", query_string={"q": hostile})
    assert found.status_code == 200
    assert "<script>alert" not in found.text
    assert all(call.status == 200 for call in bot.line.calls("*/message/*"))
