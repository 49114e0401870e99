"""How often something was done of late, counted for all processes forked after the count was made.

None of the kept stores of `limits` does this without a server. One process that counts for all is a server, too, and
one to which each visitor always comes counts a network in one place and its people in others.
"""

import fcntl
import mmap
import os
import struct
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple

from limits.storage import Storage

from factcheck.clock import Clock, utc_now

PUT_RIGHT_SECONDS = 1.0
"""By so much a clock is put right now and then."""

PLACE = struct.Struct("=8sdII")
"""Whose count, when it ends, after how many seconds it ended when it began, and the count."""
PLACES = 8
"""Where the count of one key may stand."""
GROUPS = 8_192
"""Together 1.5 MB, of which the system gives what is used. A count that finds no place takes that of the lowest:
whoever comes from thousands of networks makes others' first requests forgotten, not what is near a limit."""
MOST = 2**32 - 1


class _Count(NamedTuple):
    """What stands in a place; one that has ended is 0."""

    place: int
    name: bytes
    ends_at: float = 0.0
    seconds: int = 0
    hits: int = 0


class SharedStorage(Storage):
    """Counts in memory that processes share, by the clock on the wall. When that is set back, counting begins anew: a
    count that ends in a minute would else refuse people for as long as the clock was set back."""

    STORAGE_SCHEME = ["shared"]  # noqa: RUF012 - as the class above has it
    clock: Clock = staticmethod(utc_now)

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._memory = mmap.mmap(-1, GROUPS * PLACES * PLACE.size)
        self._secret = os.urandom(16)
        """So that nobody can choose names that stand in one place."""
        self._turn = threading.Lock()
        # A lock of the system on a file goes with the process that holds it, however that ends.
        self._processes_turn = os.memfd_create("counts")
        weakref.finalize(self, os.close, self._processes_turn)

    @property
    def base_exceptions(self) -> type[Exception]:
        return OSError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        with self._found(key) as found:
            begun = (found.ends_at, found.seconds) if found.hits else (self._now() + expiry, int(expiry))
            hits = min(MOST, found.hits + amount)
            PLACE.pack_into(self._memory, found.place, found.name, *begun, hits)
            return hits

    def get(self, key: str) -> int:
        with self._found(key) as found:
            return found.hits

    def get_expiry(self, key: str) -> float:
        with self._found(key) as found:
            return found.ends_at if found.hits else self._now()

    def check(self) -> bool:
        return True

    def reset(self) -> None:
        self._memory[:] = bytes(len(self._memory))

    def clear(self, key: str) -> None:
        with self._found(key) as found:
            PLACE.pack_into(self._memory, found.place, b"", 0.0, 0, 0)

    def _now(self) -> float:
        return self.clock().timestamp()

    @contextmanager
    def _found(self, key: str) -> Iterator[_Count]:
        """Gives what is counted of a key, or a place that it may take, while nobody else counts."""
        digest = blake2b(key.encode(), digest_size=16, key=self._secret).digest()
        group, name = int.from_bytes(digest[8:]) % GROUPS, digest[:8]
        with self._turn:
            fcntl.lockf(self._processes_turn, fcntl.LOCK_EX)
            try:
                yield self._in_group(group * PLACES * PLACE.size, name)
            finally:
                fcntl.lockf(self._processes_turn, fcntl.LOCK_UN)

    def _in_group(self, start: int, name: bytes) -> _Count:
        now = self._now()
        counts = [self._read(place, now) for place in range(start, start + PLACES * PLACE.size, PLACE.size)]
        own = next((one for one in counts if one.hits and one.name == name), None)
        return own or _Count(min(counts, key=attrgetter("hits")).place, name)

    def _read(self, place: int, now: float) -> _Count:
        name, ends_at, seconds, hits = PLACE.unpack_from(self._memory, place)
        return _Count(place, name, ends_at, seconds, hits if now < ends_at <= now + seconds + PUT_RIGHT_SECONDS else 0)
