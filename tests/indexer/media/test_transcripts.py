from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factcheck.errors import SoundRefusedError, TranscriberUnavailableError
from factcheck.ports import Transcript
from factcheck.settings import Settings
from indexer.factory import build_transcriber
from indexer.media import transcripts
from indexer.media.transcripts import TranscriptionService, heard, is_loop
from tests.fakes.transcriber import FakeTranscriber, transcriber_on_loopback

SPOKEN = "各位鄰居大家好，明天早上八點到下午五點停水，請先儲水備用。"


@pytest.fixture
def service() -> Iterator[FakeTranscriber]:
    with transcriber_on_loopback() as fake:
        yield fake


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"\xff\xfb some sound \r\n--x")
    return path


def asked(service: FakeTranscriber, sound: Path, timeout: float = 20.0) -> Transcript:
    return TranscriptionService(service.url, service.key, "whisper-1", timeout).transcribe(sound)


def segment(text: str, **values: float) -> dict[str, Any]:
    return {"text": text, "no_speech_prob": 0.01, "avg_logprob": -0.2, **values}


def test_speech_comes_back_and_the_file_went_out_whole(service: FakeTranscriber, sound: Path) -> None:
    service.answer = {"text": SPOKEN, "language": "chinese", "segments": [segment(SPOKEN)]}
    assert asked(service, sound) == Transcript(SPOKEN, "chinese")
    assert service.files == [sound.read_bytes()]


def test_an_answer_without_segments_will_do(service: FakeTranscriber, sound: Path) -> None:
    service.answer = {"text": SPOKEN}
    assert asked(service, sound) == Transcript(SPOKEN)


def test_nothing_is_sent_unless_a_service_is_named(service: FakeTranscriber, sound: Path) -> None:
    assert build_transcriber(Settings()) is None
    built = build_transcriber(Settings(transcribe_url=service.url, transcribe_key=service.key))
    assert built is not None
    assert built.transcribe(sound) == Transcript("")


def test_who_takes_too_long_is_unavailable(service: FakeTranscriber, sound: Path) -> None:
    service.go_on.clear()
    with pytest.raises(TranscriberUnavailableError):
        asked(service, sound, timeout=0.3)


def test_who_is_not_there_is_unavailable(sound: Path) -> None:
    with pytest.raises(TranscriberUnavailableError):
        TranscriptionService("http://127.0.0.1:9/v1", "", "m").transcribe(sound)


@pytest.mark.parametrize("status", [429, 500, 503, 302, 401])
def test_a_service_in_trouble_is_asked_again_later(service: FakeTranscriber, sound: Path, status: int) -> None:
    service.status = status
    with pytest.raises(TranscriberUnavailableError):
        asked(service, sound)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_file_that_the_service_refuses_is_refused(service: FakeTranscriber, sound: Path, status: int) -> None:
    service.status = status
    with pytest.raises(SoundRefusedError):
        asked(service, sound)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[]", b'{"txt": ""}', b'{"text": 7}', b"\xff\xfe"])
def test_what_is_not_the_form_is_no_transcript(service: FakeTranscriber, sound: Path, answer: bytes) -> None:
    service.answer = answer
    with pytest.raises(TranscriberUnavailableError):
        asked(service, sound)


def test_an_endless_answer_is_not_read(service: FakeTranscriber, sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcripts, "_LARGEST_ANSWER", 100)
    service.answer = {"text": "很" * 200}
    with pytest.raises(TranscriberUnavailableError):
        asked(service, sound)


def test_a_file_that_is_too_large_is_not_sent(
    service: FakeTranscriber, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcripts, "LARGEST_FILE", 3)
    with pytest.raises(SoundRefusedError):
        asked(service, sound)
    assert service.files == []


@pytest.mark.parametrize(
    "text",
    ["i4,i4,i4,i4,i4,i4,i4,i4", "請訂閱我的頻道" * 6, "ha " * 30, "大家好，" + "明天停水，" * 9],
)
def test_a_loop_is_thrown_away(text: str) -> None:
    assert is_loop(text)
    assert heard({"text": text, "segments": [segment(text)]}) == Transcript("", left_out=("loop",))


@pytest.mark.parametrize(
    "text", [SPOKEN, "哈哈哈哈，" + SPOKEN, "快快快快走，水要來了，大家往山上走", "no no no, do not drink it, please"]
)
def test_speech_that_repeats_a_word_is_no_loop(text: str) -> None:
    assert not is_loop(text)
    assert heard({"text": text}).text == text


def test_segments_that_say_the_same_are_a_loop() -> None:
    rows = [segment(SPOKEN), *[segment("謝謝各位的支持")] * 5, segment("再見，我們明天見")]
    assert heard({"text": "", "segments": rows}) == Transcript(f"{SPOKEN}\n再見，我們明天見", left_out=("loop",))
    twice = [segment("是真的"), segment("是真的")]
    assert heard({"text": "", "segments": twice}).text == "是真的\n是真的"


@pytest.mark.parametrize(
    "text",
    [
        "字幕由 Amara.org 社群提供",
        "請不吝點贊訂閱轉發打賞",
        "ご視聴ありがとうございました。",
        "Thank you for watching!",
        " you",
        "ขอบคุณที่รับชม",
        "謝謝大家",
    ],
)
def test_what_such_machines_say_of_silence_is_thrown_away(text: str) -> None:
    assert heard({"text": text, "segments": [segment(text), segment(SPOKEN)]}) == Transcript(
        SPOKEN, left_out=("silence",)
    )


def test_a_guess_at_silence_is_thrown_away_and_a_quiet_voice_is_not() -> None:
    guessed = segment("甲乙丙", no_speech_prob=0.9, avg_logprob=-1.4)
    quiet = segment(SPOKEN, no_speech_prob=0.9, avg_logprob=-0.3)
    assert heard({"text": "", "segments": [guessed, quiet]}) == Transcript(SPOKEN, left_out=("silence",))


def test_thanks_within_speech_stay() -> None:
    text = f"{SPOKEN}謝謝大家"
    assert heard({"text": text, "segments": [segment(text)]}).text == text


def test_wrong_values_do_no_harm() -> None:
    rows: list[Any] = [{"text": SPOKEN, "no_speech_prob": "much"}, {}, "segment", None, {"text": None}]
    assert heard({"text": "", "segments": rows}).text.startswith(SPOKEN)
    assert heard({"text": SPOKEN, "segments": "none", "language": 5}) == Transcript(SPOKEN)
