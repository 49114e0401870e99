"""The mission as people see it, in Chromium: the simulator's chat, the editor UI, the dataset page."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import CHROMIUM, chromium
from tests.e2e.service import PREPARED_MODEL, ROOT, Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.model,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="no /usr/bin/chromium"),
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
]
NEWS = "獨家！下週起全台電扶梯改成逆時針運轉，搭乘時要先舉左手登記，沒有登記的人會被請下來重搭三次。"
REPLY = "電扶梯沒有順逆時針之分，也沒有舉手登記的規定。"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A trial with its own simulator, as `make run` starts it."""
    with Service(tmp_path_factory.mktemp("trial"), {"TRIAL": "1"}) as service:
        service.run("factcheck", "load-fixtures")
        service.wait_indexed()
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_context(locale="zh-TW").new_page()
    page.goto(url)
    return page


def say(chat: Page, text: str) -> None:
    chat.fill("textarea[name=text]", text)
    chat.click("button[aria-label=Send]")


def log_in(page: Page, base_url: str, email: str) -> None:
    page.goto(f"{base_url}/login")
    page.fill("input[name=email]", email)
    page.click("main form button")
    page.click("a[href*='/login/']")
    page.click("main form button")
    expect(page.locator("form[action$='/logout']")).to_be_attached()


def edited_copy() -> tuple[str, str]:
    """(a reworded fixture message, the beginning of its reply)"""
    folder = ROOT / "fixtures"
    rewordings = [json.loads(line) for line in (folder / "rewordings.jsonl").read_text("utf-8").splitlines()]
    links = [json.loads(line) for line in (folder / "article_replies.jsonl").read_text("utf-8").splitlines()]
    replies = {row["key"]: row for row in map(json.loads, (folder / "replies.jsonl").read_text("utf-8").splitlines())}
    copy = next(row for row in rewordings if row["kind"] == "forward")
    reply = next(link["reply"] for link in links if link["article"] == copy["article"])
    return copy["text"], replies[reply]["text"][:15]


def test_the_whole_mission_by_hand(service: Service, browser: Browser) -> None:
    chat = open_page(browser, f"{service.base_url}/simulator/")
    text, reply = edited_copy()
    say(chat, text)
    expect(chat.get_by_text(reply).first).to_be_visible(timeout=30_000)

    say(chat, NEWS)
    expect(chat.get_by_text("我不太確定").first).to_be_visible(timeout=30_000)
    chat.get_by_role("button", name="都不是").last.click()
    expect(chat.get_by_text("這則訊息是從哪裡來的？").first).to_be_visible(timeout=30_000)
    chat.get_by_role("button", name="原封不動轉傳的").last.click()
    expect(chat.get_by_text("可以公開這則訊息嗎？").first).to_be_visible(timeout=30_000)
    chat.get_by_role("button", name="好，公開並請志工查證").last.click()
    expect(chat.get_by_text("等待查證").first).to_be_visible(timeout=30_000)

    writer = open_page(browser, service.base_url)
    log_in(writer, service.base_url, "writer@example.org")
    writer.goto(f"{service.base_url}/?order=recent")
    writer.get_by_text(NEWS[:12]).first.click()
    writer.check("input[name=type][value=RUMOR]")
    writer.fill("textarea[name=text]", REPLY)
    writer.fill("textarea[name=reference]", "電扶梯規範 https://example.org/escalator")
    writer.locator("form", has=writer.locator("textarea[name=reference]")).get_by_role("button").last.click()
    expect(writer.get_by_text(REPLY).first).to_be_visible()

    expect(chat.get_by_text("您問過的訊息有回應了").first).to_be_visible(timeout=30_000)
    expect(chat.get_by_text(REPLY).first).to_be_visible()

    rater = open_page(browser, service.base_url)
    log_in(rater, service.base_url, "rater@example.org")
    rater.goto(writer.url.split("#")[0])
    vote = rater.locator("form[action$='/vote']").first
    vote.locator("button[value='1'], input[value='1']").first.click()
    expect(rater.get_by_role("status").first).to_be_visible()

    article_id = writer.url.split("#")[0].rsplit("/", 1)[1]
    downloaded = download_dataset(service, rater, "article_replies")
    links = [row for row in downloaded if row["articleId"] == article_id]
    assert [(row["replyType"], row["positiveFeedbackCount"]) for row in links] == [("RUMOR", "1")]


def download_dataset(service: Service, page: Page, name: str) -> list[dict[str, str]]:
    """A fresh export, found and downloaded from /data/."""
    service.run("factcheck", "export-dataset")
    page.goto(f"{service.base_url}/data/")
    with page.expect_download() as download:
        page.click(f"a[href$='/{name}.csv.zip']")
    with zipfile.ZipFile(download.value.path()) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode(), newline="")))
