"""The mission as people see it, in Chromium: the simulator's chat, the editor UI, the dataset page."""

import csv
import io
import zipfile
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import needs_chromium
from tests.e2e.profiles import SHARE_TRIAL
from tests.e2e.service import PREPARED_MODEL, Service
from tests.trial import rows

pytestmark = [
    *needs_chromium,
    SHARE_TRIAL,
    pytest.mark.model,
    pytest.mark.skipif(not PREPARED_MODEL.exists(), reason="the model is not prepared (make setup)"),
]
NEWS = "明年元旦開始，公園的溜滑梯通通漆成紫色，穿藍襪子的小朋友要先繞操場走五圈，管理員才肯放他們上去玩。"
REPLY = "溜滑梯沒有改漆成紫色，也沒有襪子顏色的規定。"


@pytest.fixture
def service(trial: Service) -> Service:
    trial.use({})
    return trial


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


def greeted_copy() -> tuple[str, str]:
    """(a fixture message as somebody passes it on, the beginning of its reply)"""
    replies, articles = ({row["key"]: row for row in rows(name)} for name in ("replies", "articles"))
    link = next(
        link for link in rows("article_replies") if articles[link["article"]].get("lang", "zh-Hant") == "zh-Hant"
    )
    return f"朋友傳來的，一定要看🙏\n{articles[link['article']]['text']}", replies[link["reply"]]["text"][:15]


def test_the_whole_mission_by_hand(service: Service, chromium: Browser) -> None:
    chat = open_page(chromium, f"{service.base_url}/simulator/")
    text, reply = greeted_copy()
    say(chat, text)
    expect(chat.get_by_text(reply).first).to_be_visible(timeout=120_000)

    say(chat, NEWS)
    expect(chat.get_by_text("可以公開這則訊息嗎？").first).to_be_visible(timeout=120_000)
    chat.get_by_role("button", name="好，公開並請志工查證").last.click()
    expect(chat.get_by_text("等待查證").first).to_be_visible(timeout=120_000)

    writer = open_page(chromium, service.base_url)
    log_in(writer, service.base_url, "writer@example.org")
    writer.goto(f"{service.base_url}/?order=recent")
    writer.get_by_text(NEWS[:12]).first.click()
    writer.locator("main").get_by_role("link", name="撰寫回應").first.click()
    writer.check("input[name=type][value=RUMOR]")
    writer.fill("textarea[name=text]", REPLY)
    writer.locator("input[name=ref_url]").first.fill("https://example.org/park")
    writer.locator("input[name=ref_note]").first.fill("公園管理規則")
    writer.get_by_role("button", name="發布回應").click()
    expect(writer.get_by_text(REPLY).first).to_be_visible()

    expect(chat.get_by_text("您問過的訊息有回應了").first).to_be_visible(timeout=120_000)
    expect(chat.get_by_text(REPLY).first).to_be_visible()

    rater = open_page(chromium, service.base_url)
    log_in(rater, service.base_url, "rater@example.org")
    rater.goto(writer.url.split("#")[0])
    vote = rater.locator("form[action$='/vote']").first
    vote.locator("button[name='score'][value='1']").first.click()
    expect(rater.get_by_role("status").first).to_be_visible()

    article_id = urlsplit(writer.url).path.rsplit("/", 1)[1]  # behind it, the list that the writer came from
    downloaded = download_dataset(service, rater, "article_replies")
    links = [row for row in downloaded if row["articleId"] == article_id]
    assert [(row["replyType"], row["positiveFeedbackCount"]) for row in links] == [("RUMOR", "1")]


def download_dataset(service: Service, page: Page, name: str) -> list[dict[str, str]]:
    """A fresh export, found and downloaded from /data/."""
    service.run("factcheck", "export-dataset")
    page.goto(f"{service.base_url}/data/")
    page.locator("section[aria-labelledby='files'] summary").first.click()
    with page.expect_download() as download:
        page.click(f"a[href$='/{name}.csv.zip']")
    with zipfile.ZipFile(download.value.path()) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode(), newline="")))
