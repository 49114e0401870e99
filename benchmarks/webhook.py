"""How fast a webhook is answered while the worker is busy, and whether every event is answered in the end."""

import argparse
import itertools
import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import requests

from benchmarks import processor
from benchmarks.setting import HEADER, Measured, Setting, pause, row
from bot.inbound.webhook import signature
from bot.simulator.world.chats import Chat
from indexer.evaluation.results import milliseconds
from tests.e2e.crowd import answers
from tests.waiting import wait_until

GAP = 12
"""Seconds between two events of one person: more than the moment in which messages belong together, and less often than
is too much from one person."""

DRAIN_SECONDS = 900


def run(setting: Setting, options: argparse.Namespace) -> Measured:
    return measured(setting, options, setting.messages(), "a text that the worker looks up")


def run_known(setting: Setting, options: argparse.Namespace) -> Measured:
    """Does the same with what goes round: each message is known word for word, and needs neither index nor model."""
    return measured(setting, options, setting.known_messages(), "a text that is known word for word")


def measured(setting: Setting, options: argparse.Namespace, messages: Iterator[str], what: str) -> Measured:
    count = options.seconds * options.rate
    people = [setting.line.person(f"person {n}", "zh-TW", "phone") for n in range(min(count, options.rate * GAP))]
    before = processor.seconds(setting)
    done = post_events(setting, people, messages, seconds=options.seconds, rate=options.rate)
    after_last = time.perf_counter()
    inside = inside_web(setting)
    wait_until(setting.is_idle, DRAIN_SECONDS, "the work")
    drained = time.perf_counter() - after_last
    spent = processor.each(before, processor.seconds(setting), count)
    rate = count / (options.seconds + drained)
    sent = Counter(n % len(people) for n in range(count))
    got = [len(answers(setting.line, person)) for person in people]
    lost = sum(max(0, sent[n] - got[n]) for n in range(len(people)))
    pushed = setting.line.store.quota.used(time.time())
    ok = sum(status == 200 for status, _ in done)
    answered = [seconds for _, seconds in done]
    figures = {
        "events": count,
        "a_second": options.rate,
        "webhook answered": milliseconds(answered),
        "answered_200": ok,
        "without_an_answer": lost,
        "answers": sum(got),
        "pushed": pushed,
        "worker_a_second": round(rate, 1),
        "drained_seconds": round(drained),
        "processor_ms_a_message": spent,
    }
    shown = "\n".join(
        [
            f"{options.rate} events a second for {options.seconds} s, each {what}",
            HEADER,
            row("webhook answered", answered),
            f"of these, within the web process alone: {inside}",
            f"answered 200: {ok} of {count}; messages without an answer: {lost}",
            f"answers: {sum(got)} to {len(people)} people, {pushed} of them pushed: the reply token had expired",
            f"milliseconds of the processor for a message: {spent}",
            f"the worker was done {drained:.1f} s after the last event; it did {rate:.1f} a second",
        ]
    )
    return shown, figures


def post_events(
    setting: Setting, people: Sequence[Chat], texts: Iterator[str], *, seconds: int, rate: int
) -> list[tuple[int, float]]:
    """Posts as LINE does, at a steady rate; the status of each answer and the seconds it took."""
    messages = list(itertools.islice(texts, seconds * rate))
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=32))
    url = f"{setting.service.base_url}/callback"

    def post(n: int) -> tuple[int, float]:
        pause(start + n / rate - time.perf_counter())
        said = setting.line.phone.text(people[n % len(people)], messages[n])
        body = json.dumps({"destination": setting.line.store.bot_user_id(), "events": [said.event]}).encode()
        begun = time.perf_counter()
        answer = session.post(
            url, data=body, headers={"x-line-signature": signature(setting.line.channel_secret, body)}, timeout=10
        )
        return answer.status_code, time.perf_counter() - begun

    start = time.perf_counter() + 0.5
    with ThreadPoolExecutor(32) as pool:
        return list(pool.map(post, range(len(messages))))


def inside_web(setting: Setting) -> str:
    """What the web processes measured themselves: without the network, their queue, and this program's own delays."""
    page = requests.get(f"{setting.service.base_url}/metrics", timeout=10).text
    buckets = re.findall(r'factline_webhook_seconds_bucket\{le="([^"]+)"\} ([0-9.]+)', page)
    counts = {limit: float(count) for limit, count in buckets}
    shares = [
        f"{counts[limit] / counts['+Inf']:.3f} in {1000 * float(limit):g} ms" for limit in ("0.05", "0.1", "0.25")
    ]
    return ", ".join(shares)
