"""A worker process that tests kill: `python -m tests.factcheck.killable_worker DATABASE_URL JOURNAL [WHERE]`.

Its jobs append their name to the file JOURNAL and add an App of that name. It hangs in the outside work of a job whose
payload says so, or, if WHERE is `effects`, in the middle of the transaction.
"""

import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from factcheck.db.session import make_engine, make_session_factory
from factcheck.jobs.queue import Effects, Handler
from factcheck.jobs.worker import Worker
from factcheck.models import App

HANG_SECONDS = 600


def handlers(journal: Path, hang: str = "") -> dict[str, Handler]:
    """`hang`: '' never, 'work' or 'effects'."""

    def work(payload: dict[str, Any]) -> Effects:
        hangs = payload["hang"] and hang

        def effects(session: Session) -> None:
            session.add(App(id=payload["name"]))
            session.flush()
            if hangs == "effects":
                note(f"{payload['name']} written")
                time.sleep(HANG_SECONDS)

        note(payload["name"])
        if hangs == "work":
            time.sleep(HANG_SECONDS)
        return effects

    def note(line: str) -> None:
        with journal.open("a") as file:
            file.write(f"{line}\n")

    return {"work": work}


def main() -> None:
    url, journal, hang = sys.argv[1:]
    factory = make_session_factory(make_engine(url))
    Worker(factory, handlers(Path(journal), hang), threads=1).run()


if __name__ == "__main__":
    main()
