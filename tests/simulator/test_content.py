"""Downloading what people sent, with everything that can go wrong on the way."""

import pytest

from bot.simulator.testing import FakeLine
from bot.simulator.world.media import placeholder_png
from bot.simulator.world.menus import image_size
from bot.simulator.world.phone import Said
from tests.simulator.conftest import Api


@pytest.fixture
def film(line: FakeLine) -> Said:
    return line.phone.attach(line.person(), "film.mp4", b"film", "video/mp4")


def test_content_of_each_kind(line: FakeLine, api: Api) -> None:
    person = line.person()
    for name, mime, kind in (
        ("a.png", "image/png", "image"),
        ("a.mp4", "video/mp4", "video"),
        ("a.m4a", "audio/mp4", "audio"),
        ("a.pdf", "application/pdf", "file"),
    ):
        said = line.phone.attach(person, name, b"body", mime)
        assert said.message.content["type"] == kind
        answer = api.get(f"message/{said.message.id}/content")
        assert (answer.status, answer.raw, answer.headers["content-type"]) == (200, b"body", mime)


def test_placeholder_is_a_picture(line: FakeLine, api: Api) -> None:
    said = line.phone.image(line.person())
    assert image_size(api.get(f"message/{said.message.id}/content").raw) == (320, 240)
    assert placeholder_png() == placeholder_png()


def test_scripted_steps_come_in_turn_and_the_last_stays(line: FakeLine, api: Api, film: Said) -> None:
    steps = [202, {"status": 500}, {"status": 200, "mime": "video/webm", "body": b"other"}]
    line.script_content(film, steps)
    path = f"message/{film.message.id}/content"
    answers = [api.get(path) for _ in range(4)]
    assert [answer.status for answer in answers] == [202, 500, 200, 200]
    assert answers[3].raw == b"other"
    assert answers[3].headers["content-type"] == "video/webm"


def test_transcoding(line: FakeLine, api: Api, film: Said) -> None:
    path = f"message/{film.message.id}/content/transcoding"
    assert api.get(path).json == {"status": "succeeded"}
    line.script_content(film, [202, {"transcoding": "failed"}, 410])
    assert [api.get(path).json.get("status") for _ in range(2)] == ["processing", "failed"]
    assert api.get(path).status == 410


def test_wrong_kinds(line: FakeLine, api: Api, film: Said) -> None:
    picture = line.phone.image(line.person()).message.id
    words = line.phone.text(line.person(), "hi").message.id
    assert api.get(f"message/{picture}/content/transcoding").status == 400
    assert api.get(f"message/{words}/content").status == 404
    assert api.get("message/1/content").status == 404
    assert api.get("message/%F0%9F%98%80/content").status == 404
    assert api.get(f"message/{film.message.id}/content/preview").status == 200


def test_unsent_content_is_gone(line: FakeLine, api: Api, film: Said) -> None:
    line.phone.unsend(film.message)
    for part in ("content", "content/transcoding", "content/preview"):
        assert api.get(f"message/{film.message.id}/{part}").status == 410


def test_long_content(line: FakeLine, api: Api, film: Said) -> None:
    line.script_content(film, [{"length": 200_001}])
    assert len(api.get(f"message/{film.message.id}/content").raw) == 200_001
