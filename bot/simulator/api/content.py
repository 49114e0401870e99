"""Downloading what people sent, with scripted troubles.

A script is a list of steps, one for each request; the last one stays. A step may have `status` (200, 202, 404, 410,
500), `mime`, `body` (Base64), `seconds` (wait), `endless` (a body that does not stop), `length` (a body of so many
bytes) and `transcoding` (processing, succeeded, failed).
"""

import base64
import time
from collections.abc import Iterator

from bot.simulator.api.answers import NOT_FOUND, Answer, Call, ok, refused
from bot.simulator.validation.node import JSONObject
from bot.simulator.world.history import Media, Message

_CHUNK = b"\x00" * 65536
ENDLESS_CHUNKS = 1 << 20
"""64 GiB: more than anybody reads, yet the server ends some day."""


def content(call: Call) -> Answer:
    message, media, trouble = _look_up(call, ("image", "video", "audio", "file"))
    if trouble is not None or message is None:
        return trouble or refused(404, NOT_FOUND)
    step = call.store.history.next_media_step(message.id)
    return _answer_step(step, media or Media("application/octet-stream", b""))


def transcoding(call: Call) -> Answer:
    message, _, trouble = _look_up(call, ("video", "audio"))
    if trouble is not None or message is None:
        return trouble or refused(404, NOT_FOUND)
    step = call.store.history.next_media_step(message.id)
    if _status(step) not in (200, 202):
        return _answer_step(step, Media("", b""))
    default = "processing" if _status(step) == 202 else "succeeded"
    return ok({"status": step.get("transcoding", default)})


def preview(call: Call) -> Answer:
    message, media, trouble = _look_up(call, ("image", "video"))
    if trouble is not None or message is None:
        return trouble or refused(404, NOT_FOUND)
    step = call.store.history.next_media_step(message.id)
    return _answer_step(step, media or Media("image/png", b""))


def _look_up(call: Call, kinds: tuple[str, ...]) -> tuple[Message | None, Media | None, Answer | None]:
    message = call.store.history.find(call.args["message_id"])
    if message is None or message.direction != "in":
        return None, None, refused(404, NOT_FOUND)
    if message.unsent:
        return None, None, refused(410, "The message was unsent")
    kind = message.content.get("type")
    if kind not in ("image", "video", "audio", "file"):
        return None, None, refused(404, NOT_FOUND)
    if kind not in kinds:
        return None, None, refused(400, "This kind of message is not supported by the endpoint")
    return message, call.store.history.media(message.id), None


def _status(step: JSONObject) -> int:
    status = step.get("status", 200)
    return status if isinstance(status, int) else 200


def _answer_step(step: JSONObject, media: Media) -> Answer:
    seconds = step.get("seconds", 0)
    time.sleep(float(seconds) if isinstance(seconds, int | float) else 0)
    status = _status(step)
    if status == 202:
        return Answer(202, b"", mime=media.mime or "application/octet-stream")
    if status != 200:
        return refused(status, NOT_FOUND if status == 404 else f"Scripted answer {status}")
    mime = str(step.get("mime") or media.mime or "application/octet-stream")
    if step.get("endless"):
        return Answer(200, (_CHUNK for _ in range(ENDLESS_CHUNKS)), mime=mime)
    length = step.get("length")
    if isinstance(length, int):
        return Answer(200, _zeros(length), mime=mime)
    body = step.get("body")
    return Answer(200, base64.b64decode(body) if isinstance(body, str) else media.body, mime=mime)


def _zeros(length: int) -> Iterator[bytes]:
    while length > 0:
        yield _CHUNK[:length]
        length -= len(_CHUNK)
