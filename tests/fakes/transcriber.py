"""A transcription service that is strict about the form it speaks, and can do what real ones do: repeat itself, make
words of silence, take for ever."""

import json
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

ENDINGS = (".flac", ".mp3", ".mp4", ".mpeg", ".mpga", ".m4a", ".ogg", ".wav", ".webm")
"""What the service that the form comes from takes, going by the name alone."""


class FakeTranscriber:
    def __init__(self, key: str = "secret") -> None:
        self.key = key
        self.answer: dict[str, Any] | bytes = {"text": ""}
        self.status = 200
        self.go_on = threading.Event()
        self.go_on.set()
        self.files: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                wrong = fake.faults(self.path, dict(self.headers), body)
                fake.go_on.wait(30)
                if wrong:
                    self.say(400, {"error": {"message": wrong}})
                else:
                    self.say(fake.status, fake.answer)

            def say(self, status: int, answer: dict[str, Any] | bytes) -> None:
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None: ...

        return Handler

    def faults(self, path: str, headers: dict[str, str], body: bytes) -> str:
        """Says what is not as the form wants it."""
        if path != "/v1/audio/transcriptions":
            return f"no such address: {path}"
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
