"""From sending a message to LINE's receiving the reply, for one idle person."""

import argparse
import time

from benchmarks.setting import HEADER, Setting, pause, row
from benchmarks.webhook import texts
from tests.e2e.service import wait_until

MESSAGES = 40


def run(setting: Setting, _options: argparse.Namespace) -> str:
    person = setting.line.person("idle asker", "zh-TW", "phone")
    waits = []
    for text in texts()[:MESSAGES]:
        before = len(setting.line.received(person))
        begun = time.perf_counter()
        setting.line.send_text(person, text)
        wait_until(lambda before=before: len(setting.line.received(person)) > before, 20, "an answer")
        waits.append(time.perf_counter() - begun)
        pause(0.3)
    return f"{HEADER}\n{row('message sent to answer received', waits)}"
