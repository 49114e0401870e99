"""Fetching what people sent: LINE keeps pictures, films and sounds for a time, at a host of their own."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import urllib3

from bot.line.client import LineError, LineUnreachableError
from factcheck.errors import FactlineError
from factcheck.version import USER_AGENT

CHUNK = 65_536
CONNECT_SECONDS, READ_SECONDS = 3.0, 10.0
"""To connect, and between two pieces."""


class NotReadyError(FactlineError):
    """LINE is still preparing a film or a sound."""


class NotConvertedError(FactlineError):
    """LINE cannot make of a film or a sound what can be fetched."""


class ContentTooBigError(FactlineError):
    """Raised when more comes than is taken, or it does not end in time."""


class LineContent(Protocol):
    def fetch(self, message_id: str, target: Path, *, most: int, seconds: float) -> None:
        """Write what was sent into a file: at most so many bytes, in so many seconds. Raises NotReadyError,
        NotConvertedError, ContentTooBigError, LineError (404: unknown or gone, 410: taken back), and
        LineUnreachableError."""


class LineContentClient:
    def __init__(self, host: str, access_token: str | Callable[[], str]) -> None:
        """Takes the token, or what returns it before each call."""
        self._host = host
        self._token: Callable[[], str] = access_token if callable(access_token) else lambda: access_token
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), maxsize=4
        )

    def fetch(self, message_id: str, target: Path, *, most: int, seconds: float) -> None:
        url = f"{self._host}/v2/bot/message/{quote(message_id, safe='')}/content"
        headers = {"Authorization": f"Bearer {self._token()}", "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        until = time.monotonic() + seconds
        try:
            answer = self._pool.request("GET", url, headers=headers, preload_content=False, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise LineUnreachableError(type(error).__name__, maybe_sent=False) from None
        try:
            if answer.status == 202:
                raise self._why_not_ready(url, headers)
            _check(answer.status)
            write_stream(answer, target, most=most, until=until)
        except urllib3.exceptions.HTTPError as error:
            raise LineUnreachableError(type(error).__name__, maybe_sent=False) from None
        finally:
            answer.close()

    def _why_not_ready(self, url: str, headers: dict[str, str]) -> FactlineError:
        try:
            told = self._pool.request("GET", f"{url}/transcoding", headers=headers, redirect=False)
            status = json.loads(told.data)["status"]
        except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError):
            status = "processing"
        return NotConvertedError("LINE failed") if status == "failed" else NotReadyError("LINE is still at it")


def _check(status: int) -> None:
    if status >= 500 or status == 429:
        raise LineUnreachableError(str(status), maybe_sent=False)
    if status != 200:
        raise LineError(status, "no content")


def write_stream(answer: urllib3.BaseHTTPResponse, target: Path, *, most: int, until: float) -> None:
    """Writes an answer's body. `until`: on the clock of `time.monotonic`. Raises ContentTooBigError."""
    written = 0
    with target.open("wb") as file:
        for chunk in answer.stream(CHUNK, decode_content=False):
            written += len(chunk)
            if written > most or time.monotonic() > until:
                raise ContentTooBigError(f"more than {most} bytes, or too slow")
            file.write(chunk)
