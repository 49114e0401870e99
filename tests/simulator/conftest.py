"""A fake LINE, a bot that only listens, and a client of the API without any SDK."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from bot.simulator.testing import FakeLine, LineServer
from bot.simulator.world.chats import Chat
from tests.serving import wsgi_server


class MovableClock:
    """Seconds that tests move by hand."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.raw)

    @property
    def message(self) -> str:
        return self.json["message"]

    @property
    def properties(self) -> list[str]:
        return [detail["property"] for detail in self.json.get("details", [])]


class Api:
    """Calls the LINE API as a bot would."""

    def __init__(self, line: FakeLine) -> None:
        self._line = line

    def call(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None, timeout: float = 10
    ) -> Answered:
        parts = urlsplit(self._line.base_url)
        given = {"Authorization": f"Bearer {self._line.access_token}", "Content-Type": "application/json"}
        raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
        try:
            connection.request(method, f"{parts.path}/v2/bot/{path}", raw, {**given, **(headers or {})})
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answered(response.status, names, response.read())
        finally:
            connection.close()

    def post(self, path: str, body: object = None, **options: object) -> Answered:
        return self.call("POST", path, {} if body is None else body, **options)  # type: ignore[arg-type]

    def get(self, path: str) -> Answered:
        return self.call("GET", path)

    def reply(self, token: str, *messages: object, **options: object) -> Answered:
        return self.post("message/reply", {"replyToken": token, "messages": list(messages)}, **options)

    def push(self, to: str, *messages: object, **options: object) -> Answered:
        return self.post("message/push", {"to": to, "messages": list(messages)}, **options)


@dataclass
class Listener:
    """A webhook that keeps what it gets."""

    url: str = ""
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def events(self) -> list[dict]:
        return [event for body in self.bodies for event in json.loads(body)["events"]]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def line(tmp_path: Path, clock: MovableClock, line_server: LineServer) -> Iterator[FakeLine]:
    with FakeLine(tmp_path, clock=clock, server=line_server) as line:
        yield line


@pytest.fixture
def api(line: FakeLine) -> Api:
    return Api(line)


@pytest.fixture
def listener(line: FakeLine) -> Iterator[Listener]:
    app, found = Flask("listener"), Listener()

    @app.post("/hook")
    def hook() -> Response:
        found.bodies.append(request.get_data())
        found.headers.append(dict(request.headers))
        return Response("", found.status)

    with wsgi_server(app) as (_, address):
        found.url = line.webhook_url = f"{address}/hook"
        yield found


@pytest.fixture
def client(line: FakeLine, line_server: LineServer) -> FlaskClient:
    return line_server.app.test_client()


@pytest.fixture
def mary(line: FakeLine) -> Chat:
    return line.person("Mary", "en")
