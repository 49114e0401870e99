"""Sending mail, against a small SMTP server on this machine."""

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Protocol

import pytest

from factcheck.errors import MailRefusedError
from factcheck.mailer import SmtpMailer, compose, is_refused_for_good
from factcheck.ports import Mailer
from factcheck.services.accounts import normalise_email
from tests.fakes.mailer import FakeMailer


class _Handler(socketserver.StreamRequestHandler):
    server: "SmtpServer"

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            command = line.strip().upper()
            if command.startswith(b"DATA"):
                self._say("354 go on")
                self.server.received.append(self._data())
                self._say("250 ok")
            elif command.startswith(b"RCPT") and self.server.refuse:
                self._say(self.server.refusal)
            elif command.startswith(b"QUIT"):
                self._say("221 bye")
                return
            else:
                self.server.commands.append(command.decode())
                self._say("250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class SmtpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[bytes] = []
        self.commands: list[str] = []
        self.refuse = False
        self.refusal = "550 no such user"

    @property
    def url(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class MailRoom(Protocol):
    """A mailer, and what it sends to."""

    mailer: Mailer

    def received(self) -> list[tuple[str, str, str]]: ...

    def close(self) -> None: ...


class SmtpRoom:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self.mailer = SmtpMailer(f"smtp://{server.url}", "Factline <no-reply@example.org>")

    def received(self) -> list[tuple[str, str, str]]:
        mails = [message_from_bytes(one, policy=default) for one in self._server.received]
        return [(mail["To"], mail["Subject"], mail.get_content().replace("\r\n", "\n")) for mail in mails]

    def close(self) -> None:
        self.mailer = SmtpMailer("smtp://127.0.0.1:9", "no-reply@example.org")


class FakeRoom:
    def __init__(self) -> None:
        self.mailer = FakeMailer()

    def received(self) -> list[tuple[str, str, str]]:
        return self.mailer.sent

    def close(self) -> None:
        self.mailer.available = False


@pytest.fixture(params=["smtp", "fake"])
def room(request: pytest.FixtureRequest) -> MailRoom:
    """What every mailer must do: the real one, and the one that other tests have in its place."""
    return SmtpRoom(request.getfixturevalue("server")) if request.param == "smtp" else FakeRoom()


def test_what_is_sent_is_received(room: MailRoom):
    room.mailer.send("amy@example.org", "Factline 登入連結", "請點開連結：\n\nhttps://example.org/login/abc\n")
    room.mailer.send("bob@example.org", "x", "y\n")
    assert room.received() == [
        ("amy@example.org", "Factline 登入連結", "請點開連結：\n\nhttps://example.org/login/abc\n"),
        ("bob@example.org", "x", "y\n"),
    ]


def test_a_mail_server_that_is_away_is_an_oserror(room: MailRoom):
    room.close()
    with pytest.raises(OSError, match=r"refused|switched off"):
        room.mailer.send("amy@example.org", "x", "y")
    assert room.received() == []


@pytest.mark.parametrize("address", ["amy@example.org\nBcc: all@example.org", "a[b]@x.org", "amy@x.org, bob@x.org", ""])
def test_what_could_reach_another_mailbox_is_not_sent(room: MailRoom, address: str):
    with pytest.raises(ValueError, match=r"another mailbox|linefeed"):
        room.mailer.send(address, "x", "y")
    assert room.received() == []


def test_a_mail_arrives(server: SmtpServer):
    SmtpMailer(f"smtp://{server.url}", "Factline <no-reply@example.org>").send(
        "amy@example.org", "Factline 登入連結", "請點開連結：\n\nhttps://example.org/login/abc\n"
    )
    message = message_from_bytes(server.received[0], policy=default)
    assert message["To"] == "amy@example.org"
    assert message["Subject"] == "Factline 登入連結"
    assert "https://example.org/login/abc" in message.get_content()
    assert message["Message-ID"].endswith("@example.org>")


def test_a_mail_can_be_ended_with_one_click_and_comes_back(server: SmtpServer):
    """RFC 8058; who asked for nothing regular gets no such header."""
    mailer = SmtpMailer(f"smtp://{server.url}", "Factline <no-reply@example.org>")
    stop = "https://example.org/digest/stop/abc"
    mailer.send("amy@example.org", "News", "Much.\n", stop=stop, bounce="bounces+mark@example.org")
    mailer.send("amy@example.org", "Your link", "Here.\n")
    news, link = (message_from_bytes(one, policy=default) for one in server.received)
    assert news["List-Unsubscribe"] == f"<{stop}>"
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in link
    senders = [command for command in server.commands if command.startswith("MAIL FROM")]
    assert [sender.split("<")[1].split(">")[0] for sender in senders] == [
        "BOUNCES+MARK@EXAMPLE.ORG",
        "NO-REPLY@EXAMPLE.ORG",
    ]


def test_a_password_is_never_sent_in_the_clear(server: SmtpServer):
    mailer = SmtpMailer(f"smtp://user:p%40ss@{server.url}", "no-reply@example.org")
    with pytest.raises(OSError, match="encryption"):
        mailer.send("amy@example.org", "x", "y")
    assert not [command for command in server.commands if "AUTH" in command]


def test_an_address_that_gets_no_mail_is_told_from_trouble_with_the_server(server: SmtpServer):
    server.refuse = True
    with pytest.raises(MailRefusedError):
        SmtpMailer(f"smtp://{server.url}", "no-reply@example.org").send("amy@example.org", "x", "y")
    assert not is_refused_for_good(550, b"5.7.1 relaying denied")
    assert not is_refused_for_good(451, b"4.3.0 try again")
    assert is_refused_for_good(556, b"5.1.10 recipient address has null MX")


def test_a_domain_in_another_script_is_written_as_mail_servers_know_it(server: SmtpServer):
    SmtpMailer(f"smtp://{server.url}", "no-reply@example.org").send(normalise_email("amy@例子.台灣"), "x", "y")
    assert "RCPT TO:<AMY@XN--FSQU00A.XN--KPRY57D>" in server.commands
    assert message_from_bytes(server.received[0], policy=default)["To"] == "amy@xn--fsqu00a.xn--kpry57d"


def test_another_refusal_is_an_oserror(server: SmtpServer):
    server.refuse = True
    server.refusal = "554 5.7.1 no such service here"
    with pytest.raises(OSError, match="no such service"):
        SmtpMailer(f"smtp://{server.url}", "no-reply@example.org").send("amy@example.org", "x", "y")


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_no_server_is_an_oserror(scheme: str):
    with pytest.raises(OSError, match="refused"):
        SmtpMailer(f"{scheme}://127.0.0.1:9", "no-reply@example.org").send("amy@example.org", "x", "y")


@pytest.mark.parametrize("url", ["", "mail.example.org", "http://mail.example.org", "smtp://"])
def test_a_wrong_setting_stops_the_start(url: str):
    with pytest.raises(ValueError, match="MAIL_URL"):
        SmtpMailer(url, "no-reply@example.org")


def test_nobody_adds_a_header():
    with pytest.raises(ValueError, match="linefeed"):
        compose("no-reply@example.org", "amy@example.org\nBcc: all@example.org", "x", "y")


@pytest.mark.parametrize(
    "address", ["=?utf-8?q?x?=@x.org", "a[b]@x.org", "amy@x.org, bob@x.org", "Amy <amy@x.org>", "amy@x..org", ""]
)
def test_a_mail_goes_to_the_address_given_or_nowhere(address: str, server: SmtpServer):
    with pytest.raises(ValueError, match="another mailbox"):
        SmtpMailer(f"smtp://{server.url}", "no-reply@example.org").send(address, "x", "y")
    assert not server.commands


@pytest.mark.parametrize("address", ["!#$%&'*+/=^_`{|}~-.9@x-y.example.org", ".a..b.@x.org", "a" * 240 + "@x.org"])
def test_every_address_that_may_log_in_can_be_mailed(address: str, server: SmtpServer):
    SmtpMailer(f"smtp://{server.url}", "no-reply@example.org").send(normalise_email(address), "x", "y")
    assert f"RCPT TO:<{address}>".upper() in server.commands
    assert compose("no-reply@example.org", "amy@例子.台灣", "x", "y")["To"] == "amy@例子.台灣"
