"""How fast a webhook is answered while the worker is busy, and whether every event is answered in the end."""

import argparse
import itertools
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from benchmarks.setting import HEADER, SECRET, Setting, pause, row
from bot.webhook import signature
from tests.e2e.service import wait_until

PEOPLE = 40


def texts() -> list[str]:
    """Reworded trial messages: each makes the worker embed, search and decide."""
    path = Path(__file__).parents[1] / "fixtures" / "rewordings.jsonl"
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def run(setting: Setting, options: argparse.Namespace) -> str:
    people = [setting.line.person(f"person {n}", "zh-TW", "phone") for n in range(PEOPLE)]
    messages = list(itertools.islice(itertools.cycle(texts()), options.seconds * options.rate))
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=32))
    url = f"{setting.service.base_url}/callback"

    def post(n: int) -> tuple[int, float]:
        pause(start + n / options.rate - time.perf_counter())
        said = setting.line.phone.text(people[n % PEOPLE], messages[n])
        body = json.dumps({"destination": "U" + "0" * 32, "events": [said.event]}).encode()
        begun = time.perf_counter()
        answer = session.post(url, data=body, headers={"x-line-signature": signature(SECRET, body)}, timeout=10)
        return answer.status_code, time.perf_counter() - begun

    start = time.perf_counter() + 0.5
    with ThreadPoolExecutor(32) as pool:
        done = list(pool.map(post, range(len(messages))))
    after_last = time.perf_counter()
    wait_until(setting.is_idle, 600, "the work")
    drained = time.perf_counter() - after_last
    answered = sum(len(setting.line.received(person)) > 0 for person in people)
    replies = len(setting.line.calls("message/reply")) + len(setting.line.calls("message/push"))
    inside = inside_web(setting)
    ok = sum(status == 200 for status, _ in done)
    return "\n".join(
        [
            f"{options.rate} events a second for {options.seconds} s, each a text that the worker looks up",
            HEADER,
            row("webhook answered", [seconds for _, seconds in done]),
            f"of these, within the web process alone: {inside}",
            f"answered 200: {ok} of {len(messages)}; answers sent: {replies}; people answered: {answered} of {PEOPLE}; "
            f"the worker was done {drained:.1f} s after the last event",
        ]
    )


def inside_web(setting: Setting) -> str:
    """What the web processes measured themselves: without the network, their queue, and this program's own delays."""
    page = requests.get(f"{setting.service.base_url}/metrics", timeout=10).text
    buckets = re.findall(r'factline_webhook_seconds_bucket\{le="([^"]+)"\} ([0-9.]+)', page)
    counts = {limit: float(count) for limit, count in buckets}
    shares = [
        f"{counts[limit] / counts['+Inf']:.3f} in {1000 * float(limit):g} ms" for limit in ("0.05", "0.1", "0.25")
    ]
    return ", ".join(shares)
