"""What the bot needs to take pictures, films and sounds."""

from dataclasses import dataclass
from pathlib import Path

from bot.line.content import LineContent
from factcheck.ports import Looker, MediaStore
from factcheck.services.media_lookup import KnownHashes


@dataclass(frozen=True)
class MediaParts:
    content: LineContent
    store: MediaStore
    looker: Looker
    known: KnownHashes
    incoming: Path
    """A folder for files that are being looked at."""
    quota_mb: int = 20_000
    at_once: int = 1
    """Pictures, and films, that all workers look at at once."""
    allow_loopback: bool = False
    """Files may come from addresses of this machine: for tests."""
