"""What the tests in a real Chromium have in common."""

import pytest

from tests.chromium import share_chromium

IN_CHROMIUM = [
    *share_chromium,
    # Chromium breaks off what it no longer needs, and werkzeug's test server then leaves the file to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PUBLISH = "#reply-form .publish"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def log_in(page, site: str) -> None:
    page.goto(f"{site}/login")
    page.fill("#email", "amy@example.org")
    page.click("main button")
    page.click("main .content a")
    page.click("main button")
