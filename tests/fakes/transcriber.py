"""A transcription service that is strict about the form it speaks, and can do what real ones do: repeat itself, make
words of silence, take for ever."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from tests.fakes.service import Reply, Sent, service

ENDINGS = (".flac", ".mp3", ".mp4", ".mpeg", ".mpga", ".m4a", ".ogg", ".wav", ".webm")
"""What the service that the form comes from takes, going by the name alone."""


class FakeTranscriber:
    def __init__(self, url: str) -> None:
        self.url, self.key = url, "secret"
        self.answer: dict[str, Any] | bytes = {"text": ""}
        self.status = 200
        self.go_on = threading.Event()
        self.go_on.set()
        self.files: list[bytes] = []

    def reply(self, sent: Sent) -> Reply:
        wrong = self.faults(sent.method, sent.path, sent.headers, sent.body)
        self.go_on.wait(30)
        status, answer = (400, {"error": {"message": wrong}}) if wrong else (self.status, self.answer)
        return status, {}, answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def faults(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> str:
        """Says what is not as the form wants it."""
        if (method, path) != ("POST", "/v1/audio/transcriptions"):
            return f"no such address: {method} {path}"
        if headers.get("Authorization") != f"Bearer {self.key}":
            return "no key"
        head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
        parts = {
            part.get_param("name", header="content-disposition"): part
            for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
        }
        if set(parts) != {"model", "response_format", "temperature", "file"}:
            return f"fields: {sorted(map(str, parts))}"
        if not parts["file"].get_filename() or parts["response_format"].get_content().strip() != "verbose_json":
            return "a file needs a name, the answer a format"
        if not str(parts["file"].get_filename()).endswith(ENDINGS):
            return "Unrecognized file format"
        self.files.append(parts["file"].get_payload(decode=True))
        return ""


@contextmanager
def transcriber_on_loopback() -> Iterator[FakeTranscriber]:
    with service() as place:
        fake = FakeTranscriber(place.url("/v1"))
        place.answer = fake.reply
        try:
            yield fake
        finally:
            fake.go_on.set()
