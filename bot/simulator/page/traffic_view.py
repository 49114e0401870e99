import json
import time
from dataclasses import dataclass

from bot.simulator.page.chat_view import printable
from bot.simulator.validation.node import objects
from bot.simulator.world.store import Store
from bot.simulator.world.traffic import Entry

SHOWN_TRAFFIC = 60


@dataclass(frozen=True)
class TrafficRow:
    entry: Entry
    clock: str
    summary: str
    status: str
    good: bool
    details: list[tuple[str, str]]
    can_redeliver: bool


def traffic_rows(store: Store) -> list[TrafficRow]:
    return [_traffic_row(entry) for entry in store.traffic.newest(SHOWN_TRAFFIC)]


def _traffic_row(entry: Entry) -> TrafficRow:
    details = [
        ("Request", _pretty(entry.request)),
        ("Answer", _pretty(entry.response)),
        ("Headers", _pretty(entry.headers)),
    ]
    webhook = entry.direction == "webhook"
    return TrafficRow(
        entry=entry,
        clock=time.strftime("%H:%M:%S", time.localtime(entry.time)),
        summary=summary(entry),
        status="…" if entry.status is None and not entry.note else str(entry.status or "no answer"),
        good=entry.status is not None and (entry.status < 400 or entry.status == 409),
        details=[(title, text) for title, text in details if text],
        can_redeliver=webhook and isinstance(entry.request, dict) and bool(entry.request.get("events")),
    )


def summary(entry: Entry) -> str:
    request = entry.request if isinstance(entry.request, dict) else {}
    kinds = []
    for event in objects(request.get("events")):
        inner = event.get("message")
        kinds.append(f"{event.get('type')}" + (f" {inner.get('type')}" if isinstance(inner, dict) else ""))
    kinds += [str(message.get("type")) for message in objects(request.get("messages"))]
    return ", ".join(kinds)


def _pretty(value: object) -> str:
    if value is None or value == "":
        return ""
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2))
