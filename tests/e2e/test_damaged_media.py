"""A kept picture is spoilt under the real processes: pages and chat go on, and the command says what to do."""

import hashlib

import pytest
import requests

from bot.simulator.testing import FakeLine
from tests.e2e.crowd import PATIENCE, known_messages
from tests.e2e.profiles import SHARE_TRIAL
from tests.e2e.service import PREPARED_MODEL, Service
from tests.indexer.damage import HARMS
from tests.pictures import jpeg

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
    SHARE_TRIAL,
]


def status(address: str) -> int:
    return requests.get(address, timeout=20).status_code


def test_damaged_files_are_said_and_stop_nothing(running: Service, line: FakeLine) -> None:
    person, body = line.person("somebody", "en", "phone"), jpeg(20_260_301)
    line.send_file(person, "photo.jpg", body, "image/jpeg")
    line.wait_for(person, 1, timeout=PATIENCE)
    line.press(person, "Yes, publish and check it")
    line.wait_for(person, "See it on the web", timeout=PATIENCE)
    page = line.link(person, "See it on the web").partition("?")[0]
    file_id = hashlib.sha256(body).hexdigest()
    full = running.folder / "media" / file_id[:2] / file_id / "full"
    whole = full.read_bytes()
    assert status(f"{page}/file") == 200
    for harm in HARMS.values():
        full.write_bytes(whole)
        harm(full)
        assert (status(f"{page}/file"), status(page)) == (404, 200)
        with pytest.raises(RuntimeError, match="Put them back from your copy of MEDIA_STORE"):
            running.run("factcheck", "check-media")
        assert status(page) == 200
    assert b"factline_media_damaged 1" in running.metrics()
    assert running.is_ready()
    other, message = line.person("other", "zh-TW", "phone"), known_messages()[0]
    line.send_text(other, message.text)
    line.wait_for(other, message.replies[0], timeout=PATIENCE)
    full.write_bytes(whole)
    assert "0 are damaged" in running.run("factcheck", "check-media")
    assert status(f"{page}/file") == 200
