"""`python -m deploy.healthcheck web|worker|embedder|reader`: does this process do its work on this machine? Ends with
0 or 1, and says what is wrong. For containers, of which each runs one process."""

import socket
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from PIL import Image
from sqlalchemy import func, select

from factcheck.clock import utc_now
from factcheck.db.session import open_database, read_only
from factcheck.models import WorkerSign
from factcheck.services.health import SIGN_OF_LIFE
from factcheck.settings import Settings, load_settings
from indexer.factory import build_embedder, build_picture_reader

SECONDS = 5.0
READER_SECONDS = 20.0
"""A picture in hand is read first."""


def web(settings: Settings) -> None:
    """Raises OSError."""
    urlopen(f"http://127.0.0.1:{settings.port}/healthz", timeout=SECONDS).close()


def worker(settings: Settings) -> None:
    """Raises LookupError, or what the database raises."""
    recent = WorkerSign.seen_at > utc_now() - SIGN_OF_LIFE
    query = select(func.count()).where(WorkerSign.host == socket.gethostname(), recent)
    with read_only(open_database(settings)) as session:
        if not session.scalar(query):
            raise LookupError(
                f"no worker of this machine gave a sign of life within {SIGN_OF_LIFE.total_seconds():g} s"
            )


def embedder(settings: Settings) -> None:
    """Raises EmbedderUnavailableError."""
    build_embedder(settings, timeout=SECONDS).embed_queries(["a"])


def reader(settings: Settings) -> None:
    """Raises ReaderUnavailableError."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        Image.new("RGB", (64, 64), "white").save(file, "PNG")
        file.flush()
        build_picture_reader(settings).read_picture(Path(file.name), timeout=READER_SECONDS)


CHECKS = {"web": web, "worker": worker, "embedder": embedder, "reader": reader}


def main(process: str) -> int:
    try:
        CHECKS[process](load_settings())
    except Exception as error:  # whatever it is, the process does not do its work
        print(f"{process}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
