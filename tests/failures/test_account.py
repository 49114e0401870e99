"""Our account at LINE, its secrets, and the client: W12, S01, S02, and every odd answer over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from bot.inbound.webhook import callback_blueprint, signature
from bot.line.client import LineClient, LineError, LineUnreachableError, Receipt
from bot.line.token import TokenFile
from bot.outbound import quota
from bot.simulator.world.chats import Chat
from factcheck.db.session import read_only, transaction
from factcheck.jobs.schedule import plan
from factcheck.models import InboxEvent, Job
from factcheck.settings import Settings, SettingsError, load_settings, require_for_service
from tests.failures.harness import Bot
from tests.serving import wsgi_server

CLAIM = "Drinking lemon water every morning makes the blood alkaline and cures diabetes, doctors confirm."
HELLO: list[dict[str, Any]] = [{"type": "text", "text": "hello"}]


# The account and its secrets


def test_w12_events_for_another_account_are_ignored_once_ours_is_known(bot: Bot) -> None:
    ada = bot.person()
    body = b'{"destination":"Uanother","events":[' + _event(bot, ada) + b"]}"
    assert bot.line.send_raw(body).status == 200
    assert len(_events(bot)) == 1, "not known yet: taken"
    with transaction(bot.factory) as session:
        plan(session, quota.job_kinds(bot.context), now=bot.clock())
    bot.settle()
    body = b'{"destination":"Uanother","events":[' + _event(bot, ada) + b"]}"
    assert bot.line.send_raw(body).status == 200
    assert len(_events(bot)) == 1
    bot.say(ada, CLAIM)
    assert len(_events(bot)) == 2


def _event(bot: Bot, person: Chat) -> bytes:
    return json.dumps(bot.line.phone.text(person, CLAIM).event).encode()


def _events(bot: Bot) -> list[InboxEvent]:
    with read_only(bot.factory) as session:
        return list(session.scalars(select(InboxEvent)))


def test_who_we_are_is_asked_at_every_start_and_daily(bot: Bot) -> None:
    for _ in range(2):
        with transaction(bot.factory) as session:
            plan(session, quota.job_kinds(bot.context), now=bot.clock())
        bot.settle()
    assert len(bot.line.calls("info")) == 2
    bot.wait(hours=25)
    assert len(bot.line.calls("info")) == 3
    with read_only(bot.factory) as session:
        assert len(session.scalars(select(Job).where(Job.kind == quota.ASK_LINE)).all()) == 1


@pytest.mark.parametrize("missing", ["LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"])
@pytest.mark.parametrize("value", ["", " , "])
def test_s01_without_secret_or_token_there_is_no_start(
    monkeypatch: pytest.MonkeyPatch, missing: str, value: str, tmp_path: Path
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    given = {"SECRET_KEY": "k", "BASE_URL": "https://x.example", "MAIL_URL": "smtp://x", "VAR_DIR": str(tmp_path)}
    for name, content in {**given, "LINE_CHANNEL_SECRET": "s", "LINE_CHANNEL_ACCESS_TOKEN": "t"}.items():
        monkeypatch.setenv(name, content)
    require_for_service(load_settings())
    monkeypatch.setenv(missing, value)
    if missing == "LINE_CHANNEL_ACCESS_TOKEN":
        monkeypatch.delenv(missing)
    with pytest.raises(SettingsError, match=missing):
        require_for_service(load_settings())


def test_s01_a_token_file_that_is_empty_or_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="LINE_CHANNEL_ACCESS_TOKEN_FILE"):
        TokenFile(tmp_path / "absent")
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(SettingsError, match="LINE_CHANNEL_ACCESS_TOKEN_FILE"):
        TokenFile(tmp_path / "empty")


def test_s02_the_old_and_the_new_secret_are_accepted_while_it_is_changed(bot: Bot) -> None:
    app = Flask(__name__)
    app.register_blueprint(callback_blueprint("new, old", bot.factory))
    client, body = app.test_client(), b'{"events":[]}'
    answers = {
        secret: client.post("/callback", data=body, headers={"x-line-signature": signature(secret, body)}).status_code
        for secret in ("new", "old", "older", "new, old", "")
    }
    assert answers == {"new": 200, "old": 200, "older": 401, "new, old": 401, "": 401}


def test_f47_a_new_access_token_is_used_without_a_restart(bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("old\n")
    client = LineClient(bot.line.base_url, TokenFile(path))
    with pytest.raises(LineError, match="401"):
        client.quota()
    path.write_text(bot.line.access_token + "\n")
    assert client.quota().limit is None
    path.unlink()
    assert client.quota().limit is None, "in the midst of a change the last one is used"


# The client


def odd_server(status: int, body: bytes) -> Flask:
    app = Flask(__name__)

    @app.route("/<path:_path>", methods=["GET", "POST"])
    def answer(_path: str) -> tuple[bytes, int]:
        return body, status

    return app


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"<html>", b"", b"[]", b'"x"', b'{"message": 1, "details": 7}'])
@pytest.mark.parametrize("status", [200, 307, 400, 429, 500])
def test_whatever_line_answers_is_one_of_two_errors_or_a_yes(status: int, body: bytes) -> None:
    with wsgi_server(odd_server(status, body)) as (_, address):
        client = LineClient(address, "token")
        calls = [
            lambda: client.reply("t", HELLO),
            lambda: client.push("U", HELLO, "k"),
            lambda: client.multicast(["U"], HELLO, "k"),
            lambda: client.show_loading("U", 20),
            lambda: client.leave("group", "C"),
            lambda: client.link_menu("U", "m"),
        ]
        for call in calls:
            if status == 200:
                assert call() in (None, Receipt(None))
            elif status == 500:
                with pytest.raises(LineUnreachableError):
                    call()
            else:
                with pytest.raises(LineError) as refused:
                    call()
                assert refused.value.status == status
        asks = [client.quota, client.account, lambda: client.language("U")]
        for ask in asks:
            with pytest.raises(LineUnreachableError if status in (200, 500) else LineError):
                ask()


@pytest.mark.parametrize("messages", [[], HELLO * 6, [{"type": "no such type"}], [{"text": "no type"}]])
def test_l05_what_the_sdk_refuses_is_a_refusal_without_the_text(bot: Bot, messages: list[dict[str, Any]]) -> None:
    client = LineClient(bot.line.base_url, bot.line.access_token)
    with pytest.raises(LineError) as refused:
        client.reply("token", messages)
    assert refused.value.status == 400
    assert "hello" not in str(refused.value)
    assert bot.line.calls("message/reply") == []
