"""Has speech written down by a service that speaks OpenAI's form (`POST <base>/audio/transcriptions`), and throws away
what is no speech: such models repeat themselves, and say what they have heard most when nobody speaks."""

import json
import mimetypes
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import urllib3

from factcheck.errors import SoundRefusedError, TranscriberUnavailableError
from factcheck.ports import Transcript

LARGEST_FILE = 25_000_000
"""Bytes; what the service that the form comes from takes."""
TIMEOUT_SECONDS = 300.0
_LARGEST_ANSWER = 4_000_000
_NEVER = (400, 413, 415, 422)
"""Statuses that say that the file is at fault."""
_NO_SPEECH = 0.6
_UNSURE = -1.0
"""The mean logarithm of a segment's probabilities below which a model guessed."""
_REPEATED = re.compile(r"(.{1,60}?)\1{3,}", re.DOTALL)
"""A piece that stands there four times or more, one after the other."""
_LOOPING = 0.5
"""A text of which repetitions are that share is a loop."""
_SEGMENTS_ALIKE = 3
_SAID_OF_SILENCE = re.compile(
    r"[\s\W]*(?:字幕(?:由|志[愿願]者|製作|制作|by).{0,30}|請不吝點[贊讚].{0,30}|请不吝点赞.{0,30}|謝謝(?:觀看|收看|大家)?"
    r"|谢谢(?:观看|收看|大家)?|多謝您的觀看|ご視聴ありがとうございました|ご覧いただきありがとうございます"
    r"|thank(?:s| you)(?: (?:so|very) much)?(?: for watching| for listening)?|please subscribe.{0,30}|you|bye"
    r"|subtitles by .{0,40}|ขอบคุณ(?:ที่รับชม|ครับ|ค่ะ)?|โปรดติดตามตอนต่อไป)[\s\W]*",
    re.IGNORECASE,
)


class TranscriptionService:
    """One service, asked as `ports.Transcriber` says."""

    def __init__(self, base_url: str, key: str, model: str, timeout: float = TIMEOUT_SECONDS) -> None:
        """Sets `timeout`: seconds for one file."""
        self._url = f"{base_url.rstrip('/')}/audio/transcriptions"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._model, self._timeout = model, timeout
        self._pool = urllib3.PoolManager(maxsize=1)

    def transcribe(self, path: Path) -> Transcript:
        if path.stat().st_size > LARGEST_FILE:
            raise SoundRefusedError(f"The file is larger than {LARGEST_FILE} bytes.")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        fields = {
            "model": self._model,
            "response_format": "verbose_json",
            "temperature": "0",
            "file": (f"sound{path.suffix}", path.read_bytes(), kind),
        }
        return heard(self._answer(fields))

    def _answer(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        limits = urllib3.Timeout(connect=10.0, total=self._timeout)
        try:
            answer = self._pool.request(
                "POST",
                self._url,
                fields=fields,
                headers=self._headers,
                timeout=limits,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                body = answer.read(_LARGEST_ANSWER + 1)
            finally:
                answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise TranscriberUnavailableError(f"No transcript came: {type(error).__name__}.") from error
        if answer.status in _NEVER:
            raise SoundRefusedError(f"The transcription service refuses the file with status {answer.status}.")
        if answer.status != 200 or len(body) > _LARGEST_ANSWER:
            raise TranscriberUnavailableError(f"The transcription service answers with status {answer.status}.")
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("text"), str):
            raise TranscriberUnavailableError("The transcription service's answer is not understood.")
        return found


def heard(answer: Mapping[str, Any]) -> Transcript:
    """Keeps of a service's answer what is speech."""
    given = answer.get("segments")
    segments = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    texts, left_out = [], set()
    for segment in segments or [{"text": answer["text"]}]:
        text = str(segment.get("text", "")).strip()
        reason = _no_speech(text, segment)
        if reason:
            left_out.add(reason)
        elif text:
            texts.append(text)
    kept = _without_runs(texts)
    if len(kept) < len(texts):
        left_out.add("loop")
    joined = "\n".join(kept)
    if is_loop(joined):
        joined, left_out = "", left_out | {"loop"}
    language = answer.get("language")
    return Transcript(joined, language if isinstance(language, str) else "", tuple(sorted(left_out)))


def is_loop(text: str) -> bool:
    """Tells whether most of a text says one thing again and again."""
    repeated = sum(len(found[0]) for found in _REPEATED.finditer(text))
    return repeated > _LOOPING * len(text)


def _no_speech(text: str, segment: Mapping[str, Any]) -> str:
    """Gives why a segment is thrown away, "" for one that is kept."""
    if is_loop(text):
        return "loop"
    silent = _number(segment, "no_speech_prob") > _NO_SPEECH and _number(segment, "avg_logprob") < _UNSURE
    return "silence" if silent or (text and _SAID_OF_SILENCE.fullmatch(text)) else ""


def _number(segment: Mapping[str, Any], name: str) -> float:
    value = segment.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def _without_runs(texts: Sequence[str]) -> list[str]:
    """Leaves out segments that say the same three times or more, one after the other, all of them."""
    kept: list[str] = []
    at = 0
    while at < len(texts):
        end = at + 1
        while end < len(texts) and texts[end] == texts[at]:
            end += 1
        if end - at < _SEGMENTS_ALIKE:
            kept += texts[at:end]
        at = end
    return kept
