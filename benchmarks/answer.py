"""From a webhook to LINE's receiving the reply, for one idle person whose text matches, and where the time goes: for
copies of what is known, and for the same claims in other words, which the sentence model has to see."""

import argparse
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import select

from benchmarks.articles import FIXTURES, read_lines
from benchmarks.setting import HEADER, Measured, Setting, pause, row
from bot.simulator.world.chats import Chat
from factcheck.db.session import read_only
from factcheck.matching.decide.decision import Candidate, decide, judge_copy
from factcheck.matching.text.normalise import extract_urls, fingerprint, normalise
from factcheck.models import InboxEvent
from factcheck.ports import Hit, SearchQuery
from factcheck.services.matching import find_copies, find_hits, load_candidates
from indexer.evaluation.results import milliseconds
from indexer.factory import build_embedder, build_search
from tests.e2e.crowd import known_messages
from tests.waiting import wait_until

MESSAGES = 60
PEOPLE = 5
"""In turn, so that nobody sends two texts in the moment in which texts belong together."""

LONG, LONG_MESSAGES = 10_000, 10
"""As long as a text in LINE may be."""

WINDOWS, LOAD, COMPARE = "embedding and search, all windows of the text", "load", "compare and decide"
WHOLE = (WINDOWS, LOAD, COMPARE)
"""The steps of a look-up with the model, each once."""

FOUND, JUDGED = "a copy: found by its words, loaded", "a copy: compared, decided"

T = TypeVar("T")


def run(setting: Setting, _options: argparse.Namespace) -> Measured:
    people = [setting.line.person(f"asker {n}", "zh-TW", "phone") for n in range(PEOPLE)]
    for person in people:  # known ones: from then on nobody asks LINE for their language
        setting.line.follow(person)
        setting.line.wait_for(person, 1, 20)
    known = known_messages()
    copies = [f"{known[n % len(known)].text}\n({n})" for n in range(MESSAGES)]
    reworded = [line["text"] for line in read_lines(FIXTURES / "rewordings.jsonl") if line["kind"] == "paraphrase"]
    texts = [f"{reworded[n % len(reworded)]} ({n})" for n in range(MESSAGES)]
    parts, others = dict[str, list[float]](), dict[str, list[float]]()
    for n, (copy, text) in enumerate(zip(copies, texts, strict=True)):
        for asked, times in ((copy, parts), (text, others)):
            _ask(setting, people[n % PEOPLE], asked, times)
            pause(0.6 + 0.007 * (n % 20))  # not in step with the worker's looks at the table
    parts["the same in other words"] = others["webhook to reply call"]
    look_up = _look_up(setting, copies, texts)
    long_ones = _look_up(setting, (), [_long(n) for n in range(LONG_MESSAGES)])
    whole = [sum(steps) for steps in zip(*(long_ones[name] for name in WHOLE), strict=True)]
    lines = [HEADER, *[row(name, values) for name, values in parts.items()]]
    lines += ["of the look-up, measured apart and without the worker around it:"]
    lines += [row(f"  {name}", values) for name, values in look_up.items()]
    lines.append(row(f"  the same for {LONG} characters", whole))
    figures = {name.strip(): milliseconds(values) for name, values in {**parts, **look_up, "long": whole}.items()}
    return "\n".join(lines), figures


def _ask(setting: Setting, person: Chat, text: str, parts: dict[str, list[float]]) -> None:
    """One message; its times are added to `parts`."""
    before = len(setting.line.received(person))
    said = setting.line.phone.text(person, text)
    begun = time.time()
    setting.line.deliver(said)
    answered = time.time()
    wait_until(lambda: len(setting.line.received(person)) > before, 20, "an answer")
    call = setting.line.calls("message/reply")[-1]
    wait_until(lambda: _event(setting, said.event).handled_at is not None, 5, "the end of the job")
    event = _event(setting, said.event)
    received, handled = event.received_at.timestamp(), (event.handled_at or event.received_at).timestamp()
    times = {
        "webhook to reply call": call.time - begun,
        "webhook answered": answered - begun,
        "  kept in the database": received - begun,
        "  picked up, looked up, decided": handled - received,
        "  picked up by the sender, called": call.time - handled,
        "reply call": call.seconds or 0.0,
    }
    for name, seconds in times.items():
        parts.setdefault(name, []).append(seconds)


def _event(setting: Setting, raw: dict[str, object]) -> InboxEvent:
    with read_only(setting.factory) as session:
        return session.scalars(select(InboxEvent).where(InboxEvent.id == raw["webhookEventId"])).one()


def _long(number: int) -> str:
    """A text with known messages in it, each time in another order."""
    known = [each.text for each in known_messages()]
    turned = known[number:] + known[:number]
    whole = "\n".join(turned)
    return (whole * (LONG // len(whole) + 1))[:LONG]


def _look_up(setting: Setting, copies: Sequence[str], texts: Sequence[str]) -> dict[str, list[float]]:
    """Takes the steps of `factcheck.services.lookup.look_up`, for copies and for what the model sees."""
    search, embedder = build_search(setting.settings), build_embedder(setting.settings, wait=15.0)
    parts: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], T]) -> T:
        begun = time.perf_counter()
        done = work()
        parts.setdefault(name, []).append(time.perf_counter() - begun)
        return done

    def load(hits: Sequence[Hit]) -> list[Candidate]:
        with read_only(setting.factory) as session:
            return load_candidates(session, hits, ())

    for text in copies:
        near = timed(FOUND, lambda text=text: find_copies(search, text, load))
        timed(JUDGED, lambda text=text, near=near: judge_copy(text, near))
    for text in texts:
        part = normalise(text)
        vector = timed("embedding", lambda part=part: embedder.embed_queries([part])[0])
        query = SearchQuery(text=part, fingerprint=fingerprint(text), urls=extract_urls(text), vector=vector)
        timed("search", lambda query=query: search.candidates(query))
        hits = timed(WINDOWS, lambda text=text: find_hits(search, embedder, text))
        found = timed(LOAD, lambda hits=hits: load(hits))
        timed(COMPARE, lambda text=text, found=found: decide(text, found))
    return parts
