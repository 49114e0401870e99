import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import idna

from factcheck.errors import MailRefusedError

TIMEOUT_SECONDS = 10
NO_SUCH_ADDRESS = (501, 510, 511, 513, 550, 551, 553, 556)
DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


class SmtpMailer:
    """Sends through `smtp://[user:password@]host[:port]` (with STARTTLS where offered) or `smtps://`. A password is
    never sent over an unencrypted connection."""

    def __init__(self, mail_url: str, sender: str) -> None:
        """Raises ValueError for another kind of URL."""
        parsed = urlsplit(mail_url)
        if parsed.scheme not in DEFAULT_PORTS or not parsed.hostname:
            raise ValueError("MAIL_URL must look like smtp://user:password@host:587 or smtps://host")
        self._implicit_tls = parsed.scheme == "smtps"
        self._host = parsed.hostname
        self._port = parsed.port or DEFAULT_PORTS[parsed.scheme]
        self._user = unquote(parsed.username or "")
        self._password = unquote(parsed.password or "")
        self._sender = sender

    def send(self, to: str, subject: str, body: str, *, stop: str = "", bounce: str = "") -> None:
        """Raises MailRefusedError, OSError (smtplib's errors are of that kind), and ValueError as `compose` does."""
        address = ascii_address(to)
        message = compose(self._sender, address, subject, body, stop=stop)
        with self._connect() as connection:
            try:
                connection.send_message(message, from_addr=bounce or None, to_addrs=[address])
            except smtplib.SMTPRecipientsRefused as error:
                if is_refused_for_good(*error.recipients[address]):
                    raise MailRefusedError("the mail server takes no mail for the address") from error
                raise

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._implicit_tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=context
            )
            encrypted = True
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
            connection.ehlo()
            encrypted = connection.has_extn("starttls")
            if encrypted:
                connection.starttls(context=context)
        try:
            if self._user:
                if not encrypted:
                    raise smtplib.SMTPNotSupportedError("the mail server offers no encryption for the password")
                connection.login(self._user, self._password)
        except BaseException:
            connection.close()
            raise
        return connection


def ascii_address(address: str) -> str:
    """Writes a domain as mail servers know it, whatever its script. Raises ValueError for one that cannot be."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{idna.encode(domain).decode()}" if not domain.isascii() else address


def is_refused_for_good(code: int, answer: bytes) -> bool:
    """Tells whether the address is at fault, and not we (5.7: we may not send) nor the moment."""
    return code in NO_SUCH_ADDRESS and not answer.startswith(b"5.7")


def compose(sender: str, to: str, subject: str, body: str, *, stop: str = "") -> EmailMessage:
    """Writes a mail. `stop`: see `Mailer.send`; the mail server must sign both headers. Raises ValueError for a line
    break in an address or the subject, and unless `to` reads as exactly this one address: a log-in link must not reach
    another mailbox."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    if [address.addr_spec for address in message["To"].addresses] != [to]:
        raise ValueError("the mail would go to another mailbox than the address given")
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(" >") or None)
    message["Auto-Submitted"] = "auto-generated"
    if stop:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(body)
    return message
