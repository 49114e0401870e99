"""A mail server that keeps what it was given."""

from dataclasses import dataclass, field

from factcheck.errors import MailRefusedError
from factcheck.mailer import compose


@dataclass
class FakeMailer:
    """Keeps what was sent, as (to, subject, body). `available = False` fails as a mail server that is down does. It
    keeps the contract of the real one (`tests/factcheck/test_mailer.py`)."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    available: bool = True
    knows: bool = True
    """False: it refuses every address."""

    stops: list[str] = field(default_factory=list)
    """The addresses of all mails by which such mails are ended, '' for none; and where each is returned to."""
    bounces: list[str] = field(default_factory=list)

    def send(self, to: str, subject: str, body: str, *, stop: str = "", bounce: str = "") -> None:
        compose("no-reply@example.org", to, subject, body, stop=stop)  # refuses what the real one refuses
        if not self.available:
            raise ConnectionRefusedError("The fake mail server is switched off.")
        if not self.knows:
            raise MailRefusedError("no such user")
        self.sent.append((to, subject, body))
        self.stops.append(stop)
        self.bounces.append(bounce)
