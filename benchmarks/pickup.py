"""How soon an idle worker takes up a job: from the webhook's commit to the commit of an event that needs no work."""

import argparse

from sqlalchemy import select

from benchmarks.setting import HEADER, Setting, pause, row
from factcheck.db.session import reading
from factcheck.models import InboxEvent

EVENTS = 50


def run(setting: Setting, _options: argparse.Namespace) -> str:
    person = setting.line.person("idle", "en", "phone")
    with reading(setting.factory) as session:
        known = set(session.scalars(select(InboxEvent.id)))
    for n in range(EVENTS):
        setting.line.block(person)
        pause(0.25 + 0.007 * n)  # not in step with the worker's looks at the table
    pause(1)
    with reading(setting.factory) as session:
        rows = [event for event in session.scalars(select(InboxEvent)) if event.id not in known]
    waits = [(event.handled_at - event.received_at).total_seconds() for event in rows if event.handled_at]
    return f"{HEADER}\n{row('received to handled, idle worker', waits)}"
