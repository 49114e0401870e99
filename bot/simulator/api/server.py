"""LINE's REST API over HTTP, with authorisation, limits, faults and the traffic log."""

import hmac
import json
import socket
import time
import uuid
from collections.abc import Callable
from functools import partial, update_wrapper

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.simulator.api import content, endpoints, menu_endpoints, sending
from bot.simulator.api.answers import NOT_FOUND, RATE_EXCEEDED, Answer, Call, refused
from bot.simulator.validation import limits
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.menus import EVERYONE
from bot.simulator.world.store import Store
from bot.simulator.world.traffic import Fault
from bot.simulator.world.webhook import platform

Handler = Callable[[Call], Answer]
_ROUTES: tuple[tuple[str, str, str, Handler, dict[str, str]], ...] = (
    # method, rule, rate bucket, handler, fixed path arguments
    ("POST", "message/reply", "reply", sending.reply, {}),
    ("POST", "message/push", "push", sending.push, {}),
    ("POST", "message/multicast", "multicast", sending.multicast, {}),
    ("POST", "message/broadcast", "broadcast", sending.broadcast, {}),
    ("POST", "message/validate/<kind>", "validate", endpoints.validate, {}),
    ("POST", "chat/loading/start", "loading", endpoints.start_loading, {}),
    ("POST", "chat/markAsRead", "read", endpoints.mark_as_read, {}),
    ("GET", "message/quota", "other", endpoints.quota, {}),
    ("GET", "message/quota/consumption", "other", endpoints.consumption, {}),
    ("GET", "message/<message_id>/content", "content", content.content, {}),
    ("GET", "message/<message_id>/content/transcoding", "content", content.transcoding, {}),
    ("GET", "message/<message_id>/content/preview", "content", content.preview, {}),
    ("GET", "profile/<user_id>", "other", endpoints.profile, {}),
    ("GET", "<any(group,room):kind>/<chat_id>/members/count", "other", endpoints.member_count, {}),
    ("GET", "<any(group,room):kind>/<chat_id>/member/<user_id>", "other", endpoints.member_profile, {}),
    ("POST", "<any(group,room):kind>/<chat_id>/leave", "other", endpoints.leave, {}),
    ("GET", "group/<chat_id>/summary", "other", endpoints.group_summary, {"kind": "group"}),
    ("POST", "richmenu", "richmenu", menu_endpoints.create, {}),
    ("POST", "richmenu/validate", "other", menu_endpoints.validate_menu, {}),
    ("GET", "richmenu/list", "other", menu_endpoints.list_menus, {}),
    ("GET", "richmenu/<menu_id>", "other", menu_endpoints.get_menu, {}),
    ("DELETE", "richmenu/<menu_id>", "richmenu", menu_endpoints.delete, {}),
    ("POST", "richmenu/<menu_id>/content", "other", menu_endpoints.upload, {}),
    ("GET", "richmenu/<menu_id>/content", "other", menu_endpoints.download, {}),
    ("GET", "user/all/richmenu", "other", menu_endpoints.linked, {"user_id": EVERYONE}),
    ("DELETE", "user/all/richmenu", "other", menu_endpoints.unlink, {"user_id": EVERYONE}),
    ("POST", "user/all/richmenu/<menu_id>", "other", menu_endpoints.link, {"user_id": EVERYONE}),
    ("GET", "user/<user_id>/richmenu", "other", menu_endpoints.linked, {}),
    ("DELETE", "user/<user_id>/richmenu", "other", menu_endpoints.unlink, {}),
    ("POST", "user/<user_id>/richmenu/<menu_id>", "other", menu_endpoints.link, {}),
)
_ALL_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def line_api(access_token: str) -> Blueprint:
    blueprint = Blueprint("line_api", __name__)

    def handle(bucket: str, handler: Handler, fixed: dict[str, str], **args: str) -> Response:
        return _Frame(platform().store, access_token).handle(bucket, handler, fixed, **args)

    def add(method: str, rule: str, bucket: str, handler: Handler, fixed: dict[str, str] | None = None) -> None:
        view = _view(partial(handle, bucket, handler, fixed or {}))
        endpoint = f"{method} {rule}".replace("/", " ").replace(".", "")
        blueprint.add_url_rule(f"/v2/bot/{rule}", endpoint, view, methods=[method])

    for route in _ROUTES:
        add(*route)
    add("GET", "info", "other", lambda _call: endpoints.bot_info(platform()))
    add("GET", "channel/webhook/endpoint", "other", lambda _call: endpoints.webhook_endpoint(platform()))
    add("POST", "channel/webhook/test", "webhook-test", lambda _call: endpoints.webhook_test(platform()))
    unknown = _view(partial(handle, "other", lambda _call: refused(404, NOT_FOUND), {}))
    blueprint.add_url_rule("/<path:rest>", "unknown", unknown, methods=_ALL_METHODS)
    return blueprint


def _view(handle: "partial[Response]") -> "partial[Response]":
    """Extensions such as Flask-Limiter ask every view for a name."""
    update_wrapper(handle, handle.func)
    return handle


class _Frame:
    """What is the same for all endpoints."""

    def __init__(self, store: Store, access_token: str) -> None:
        self._store = store
        self._access_token = access_token

    def handle(self, bucket: str, handler: Handler, fixed: dict[str, str], **args: str) -> Response:
        request_id = str(uuid.uuid4())
        path = request.path[request.path.find("/v2/") :] if "/v2/" in request.path else request.path
        raw = _read_body()
        parsed = _parse(raw)
        shown = parsed if parsed is not None else f"({len(raw or b'')} bytes)"
        number = self._store.traffic.begin(
            "call", request.method, path, dict(request.headers), shown if raw else None, self._store.clock()
        )
        started = time.monotonic()
        fault = self._store.faults.take(path)
        note = f"fault: {fault.kind}" if fault else ""
        if fault and fault.kind == "delay":
            time.sleep(fault.number("seconds", 1.0))
        answer = _fault_answer(fault) if fault else None
        if answer is None or (fault is not None and _takes_effect(fault, answer)):
            real = self._answer(bucket, handler, raw, parsed, request_id, {**args, **fixed})
            answer = answer or real
        dropped = fault is not None and fault.kind == "drop"
        status = None if dropped else answer.status
        seconds = time.monotonic() - started
        self._store.traffic.finish(number, status, answer.loggable(), note=note, seconds=seconds)
        if dropped:
            _close_connection()
        return _http(answer, request_id)

    def _answer(
        self, bucket: str, handler: Handler, raw: bytes | None, parsed: object, request_id: str, args: dict[str, str]
    ) -> Answer:
        sent = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(sent, f"Bearer {self._access_token}".encode()):
            return refused(
                401, "Authentication failed. Confirm that the access token in the authorization header is valid."
            )
        if raw is None:
            return refused(413, "The request body is larger than 2 MB")
        if not self._store.rates.take(bucket, self._store.clock()):
            return refused(429, RATE_EXCEEDED)
        body: JSONObject = parsed if isinstance(parsed, dict) else {}
        takes_json = request.method == "POST" and not request.mimetype.startswith("image/")
        if takes_json and raw and not isinstance(parsed, dict):
            return refused(400, "The request body could not be parsed as a JSON object")
        key = request.headers.get("X-Line-Retry-Key")
        return handler(Call(self._store, request_id, args, body, raw, request.mimetype, key))


def _read_body() -> bytes | None:
    """Returns None for a body over LINE's limit."""
    request.max_content_length = limits.BODY_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None


def _parse(raw: bytes | None) -> object:
    try:
        return json.loads(raw or b"")
    except (ValueError, RecursionError):
        return None


def _fault_answer(fault: Fault) -> Answer | None:
    """Returns None to let the endpoint answer."""
    status = int(fault.number("status", 500 if fault.kind in ("status", "done_then_500") else 200))
    retry_after = fault.params.get("retry_after")
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = fault.params.get("body")
    if fault.kind in ("status", "done_then_500"):
        return Answer(status, {"message": "Injected fault"} if body is None else body, headers)
    if fault.kind == "empty":
        return Answer(status, b"", headers, "application/json")
    if fault.kind == "html":
        page = "<html><body><h1>Bad Gateway</h1></body></html>" if body is None else str(body)
        return Answer(status, page.encode(), headers, "text/html")
    if fault.kind == "json":
        return Answer(status, {} if body is None else body, headers)
    if fault.kind == "drop":
        return Answer(500, None)
    return None


def _takes_effect(fault: Fault, answer: Answer) -> bool:
    """Tells whether the call is carried out although its own answer is lost."""
    return fault.flag("done", fault.kind == "done_then_500" or answer.status < 400)


def _close_connection() -> None:
    """Works as far as the server lets go of its socket."""
    for name in ("werkzeug.socket", "gunicorn.socket"):
        connection = request.environ.get(name)
        if isinstance(connection, socket.socket):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


def _http(answer: Answer, request_id: str) -> Response:
    headers = {**answer.headers, "x-line-request-id": request_id}
    if answer.mime:
        return Response(answer.body, answer.status, headers, mimetype=answer.mime)  # type: ignore[arg-type]
    return Response(json.dumps(answer.body), answer.status, headers, mimetype="application/json")
