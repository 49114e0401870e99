from datetime import datetime, timedelta

from limits.storage import MemoryStorage

from factcheck.clock import Clock, utc_now

PUT_RIGHT = timedelta(seconds=1)
"""By so much a clock is put right now and then."""


class SteadyStorage(MemoryStorage):
    """Counts in memory, by the clock on the wall. When that is set back, counting begins anew: a count that ends in a
    minute would else refuse people for as long as the clock was set back."""

    STORAGE_SCHEME = ["steady"]  # noqa: RUF012 - as the class above has it
    clock: Clock = staticmethod(utc_now)
    _latest: datetime | None = None

    def get(self, key: str) -> int:
        now = self.clock()
        if self._latest is not None and now < self._latest - PUT_RIGHT:
            self.reset()
        self._latest = now
        return super().get(key)
