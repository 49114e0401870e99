"""The whole mission over real HTTP: gunicorn, worker and model as processes, a strict fake LINE; on both profiles."""

import csv
import io
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.simulator.testing import FakeLine
from factcheck.version import VERSION
from tests.e2e.crowd import PATIENCE
from tests.e2e.profiles import SHARE_TRIAL, missing_server, profile_settings
from tests.e2e.service import PREPARED_MODEL, Service
from tests.e2e.volunteer import Volunteer
from tests.indexer.elasticsearch import one_at_a_time
from tests.trial import rows
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
]
NEWS = "獨家！下週起全台電扶梯改成逆時針運轉，搭乘時要先舉左手登記，沒有登記的人會被請下來重搭三次。"
SAME, NONE = "是同一件事", "都不是"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[FakeLine]:
    folder = tmp_path / "line"
    folder.mkdir()
    with FakeLine(folder) as line:
        yield line


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=SHARE_TRIAL),
        pytest.param("elasticsearch", marks=one_at_a_time),
    ]
)
def service(request: pytest.FixtureRequest, line: FakeLine, tmp_path: Path) -> Iterator[Service]:
    settings = {
        "LINE_CHANNEL_SECRET": line.channel_secret,
        "LINE_CHANNEL_ACCESS_TOKEN": line.access_token,
        "LINE_API_BASE": line.base_url,
    }
    with ExitStack() as opened:
        if request.param == "embedded":
            service: Service = request.getfixturevalue("trial")
            service.use(settings)
        else:
            if missing := missing_server(request.param):
                pytest.skip(missing)
            settings |= {"TRIAL": "1", **profile_settings(request.param, request.getfixturevalue("postgresql_url"))}
            service = opened.enter_context(Service(tmp_path / "service", settings))
            service.run("factcheck", "load-fixtures")
            service.wait_indexed()
        line.webhook_url = f"{service.base_url}/callback"
        yield service


def reworded(kind: str) -> tuple[str, str]:
    """(a reworded fixture message, a piece of the reply that belongs to it)"""
    row = next(row for row in rows("rewordings") if row["kind"] == kind)
    keys = [link["reply"] for link in rows("article_replies") if link["article"] == row["article"]]
    replies = {reply["key"]: reply["text"] for reply in rows("replies")}
    return row["text"], replies[keys[0]][:20]


def test_a_message_is_answered_or_queued_checked_answered_back_and_published(
    service: Service, line: FakeLine, tmp_path: Path
) -> None:
    grandma = line.person("阿嬤", "zh-TW", "phone")
    line.follow(grandma)
    line.wait_for(grandma, "您好！我是 Factline", timeout=PATIENCE)

    text, reply = reworded("forward")
    line.send_text(grandma, text)
    line.wait_for(grandma, reply, timeout=PATIENCE)
    if SAME in line.labels(grandma):  # the rewording is nearly the message, and what differs was said
        line.press(grandma, SAME)
        line.wait_for(grandma, "這則回應對您有幫助嗎？", timeout=PATIENCE)
    line.press(grandma, "👍 有幫助")
    line.wait_for(grandma, "謝謝您！", timeout=PATIENCE)

    before = len(line.received(grandma))
    line.send_text(grandma, NEWS)
    line.wait_for(grandma, before + 1, timeout=PATIENCE)
    if NONE in line.labels(grandma):  # something is near, though not the same
        line.press(grandma, NONE)
    line.wait_for(grandma, "可以公開這則訊息嗎？", timeout=PATIENCE)
    line.press(grandma, "好，公開並請志工查證")
    line.wait_for(grandma, "等待查證", timeout=PATIENCE)
    time.sleep(1.5)  # two presses within a second are one double click
    line.press(grandma, "好，公開並請志工查證")
    line.wait_for(grandma, "您已經按過了", timeout=PATIENCE)

    article = line.link(grandma, "在網頁上看").removeprefix(service.base_url)
    writer = Volunteer(service.base_url)
    writer.log_in("writer@example.org")
    assert NEWS[:20] in writer.open(article)
    before = len(line.received(grandma))
    path = article.partition("?")[0]
    writer.open(f"{path}/write")
    writer.submit(
        f"{path}/replies",
        type="RUMOR",
        text="電扶梯沒有順逆時針之分，也沒有舉手登記的規定。",
        reference="電扶梯規範 https://example.org/escalator",
    )
    assert "電扶梯沒有順逆時針之分" in writer.page
    line.wait_for(grandma, "您問過的訊息有回應了", timeout=PATIENCE)
    # A message is on the phone a moment before the answer to the call that brought it is noted.
    wait_until(lambda: all(entry.status for entry in line.calls("message/multicast")), 60, "the call to be answered")
    assert [entry.status for entry in line.calls("message/multicast")] == [200]
    line.press(grandma, "看回應")
    line.wait_for(grandma, before + 3, timeout=PATIENCE)
    assert "電扶梯沒有順逆時針之分" in line.texts(grandma)[before + 1]

    rater = Volunteer(service.base_url)
    rater.log_in("rater@example.org")
    rater.open(article)
    rater.submit("/vote", score="1", comment="說明清楚")
    assert "說明清楚" in rater.page

    service.run("factcheck", "export-dataset", str(tmp_path / "dataset"))
    article_id = path.rsplit("/", 1)[1]
    assert_published(tmp_path / "dataset", article_id, "說明清楚")
    assert [entry.status for entry in line.calls() if entry.status not in (200, 202)] == []
    for process in service.processes:
        assert VERSION in (service.folder / f"{process}.log").read_text(), "the log does not say which release runs"


def assert_published(folder: Path, article_id: str, comment: str) -> None:
    tables = {name: rows_of(folder, name) for name in ("articles", "article_replies", "replies", "reply_requests")}
    feedbacks = rows_of(folder, "article_reply_feedbacks")
    article = next(row for row in tables["articles"] if row["id"] == article_id)
    assert article["text"] == NEWS
    link = next(row for row in tables["article_replies"] if row["articleId"] == article_id)
    assert (link["replyType"], link["positiveFeedbackCount"]) == ("RUMOR", "1")
    assert any(row["id"] == link["replyId"] for row in tables["replies"])
    assert [row["appId"] for row in tables["reply_requests"] if row["articleId"] == article_id] == ["RUMORS_LINE_BOT"]
    assert [row["comment"] for row in feedbacks if row["articleId"] == article_id] == [comment]


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(folder / f"{name}.csv.zip") as archive, archive.open(f"{name}.csv") as file:
        return list(csv.DictReader(io.TextIOWrapper(file, "utf-8", newline="")))
