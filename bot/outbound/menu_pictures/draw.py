"""Draws the rich menus' pictures: `python bot/outbound/menu_pictures/draw.py [chromium]`, after a change of `menu.html`
or the words below. Needs Chromium, fonts-noto-cjk and fonts-thai-tlwg (Debian)."""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SIZE = (1200, 810)
FONTS = {
    "zh-Hant": "'Noto Sans CJK TC'",
    "en": "'Noto Sans CJK TC'",
    "ja": "'Noto Sans CJK JP'",
    "th": "'Garuda', 'Noto Sans Thai'",
}
WORDS = {
    "zh-Hant": {"size": "76", "tutorial": "怎麼使用", "mine": "我的訊息", "settings": "設定", "share": "告訴朋友"},
    "en": {
        "size": "76",
        "tutorial": "How it works",
        "mine": "My messages",
        "settings": "Settings",
        "share": "Tell friends",
    },
    "ja": {"size": "68", "tutorial": "使い方", "mine": "マイメッセージ", "settings": "設定", "share": "友だちに教える"},
    "th": {"size": "66", "tutorial": "วิธีใช้", "mine": "ข้อความของฉัน", "settings": "ตั้งค่า", "share": "บอกเพื่อน"},
}


def draw(locale: str, chromium: str, folder: Path) -> None:
    page = (HERE / "menu.html").read_text(encoding="utf-8")
    for name, words in {"locale": locale, "fonts": FONTS[locale], **WORDS[locale]}.items():
        page = page.replace("{{" + name + "}}", words)
    source = folder / f"{locale}.html"
    source.write_text(page, encoding="utf-8")
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        f"--window-size={SIZE[0]},{SIZE[1]}",
        f"--user-data-dir={folder / 'profile'}",
        f"--screenshot={HERE / f'{locale}.png'}",
        source.as_uri(),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        for each in WORDS:
            draw(each, sys.argv[1] if len(sys.argv) > 1 else "chromium", Path(scratch))
