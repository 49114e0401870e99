import time

from limits.storage import MemoryStorage


class SteadyStorage(MemoryStorage):
    """Counts in memory, by the clock on the wall. When that is set back, counting begins anew: a count that ends in a
    minute would else refuse people for as long as the clock was set back."""

    STORAGE_SCHEME = ("steady",)
    _latest = 0.0

    def get(self, key: str) -> int:
        now = time.time()
        if now < self._latest - 1:  # not by a clock that is only put right
            self.reset()
        self._latest = now
        return super().get(key)
