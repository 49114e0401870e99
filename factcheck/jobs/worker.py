import itertools
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Histogram

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.db.writes import Writes
from factcheck.errors import EmbedderUnavailableError, IndexMismatchError, SearchUnavailableError
from factcheck.jobs import queue
from factcheck.jobs.queue import ClaimedJob, Handler, Kinds
from factcheck.logs import describe, summary
from factcheck.models import JobState, WorkerSign

log = structlog.get_logger()

IDLE_SECONDS = 0.02
"""Pause between two looks for what is due. One takes half a millisecond of the processor, and people wait for it."""

GLANCES, GLANCE_SECONDS = 7, 0.003
"""Between these two, looks whether anything was written at all, which cost next to nothing, and pauses between them."""

SELDOM = 5
"""While all threads for any kind work, one look of so many: the others' jobs are not in such a hurry."""

APART_THREADS = 2
"""A film that takes minutes to fetch keeps no picture waiting."""

TROUBLE_SECONDS = 1.0

AWAY = (SearchUnavailableError, EmbedderUnavailableError, IndexMismatchError)
"""Parts that come back, or an index that must be rebuilt: a job waits for them as long as it takes."""

JOBS_DONE = Counter("factline_jobs_total", "Jobs handled by this worker", ["kind", "outcome"])
JOB_SECONDS = Histogram("factline_job_seconds", "Time spent on one job", ["kind"])


class PermanentJobError(Exception):
    """Trying again cannot help; the job is marked dead at once."""


class PostponeJobError(Exception):
    """The job can only work after a known time; this attempt does not count."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until


class RetryJobError(Exception):
    """The job failed like any other, but needs a pause."""

    def __init__(self, pause: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.pause = pause


FORESEEN = (PermanentJobError, PostponeJobError, RetryJobError, *AWAY)
"""Errors that are no defect, logged without a traceback."""

OWN_WORDS = (PermanentJobError, PostponeJobError, RetryJobError, IndexMismatchError)
"""Errors whose texts are ours, or LINE's about a call."""


def described(error: Exception) -> str:
    """Describes an error for the job's row, which outlives what people take back and so may not quote it. Drivers quote
    queries; a database quotes the values of a row that it refuses."""
    return f"{type(error).__name__}: {error}" if isinstance(error, OWN_WORDS) else summary(error)


class Crew:
    """Threads that do the same kinds of jobs, and rest while there are none."""

    def __init__(self, name: str, size: int, kinds: Kinds = queue.ALL) -> None:
        self.name, self.size, self.kinds = name, size, kinds
        self._bell = threading.Semaphore(0)
        self._mutex = threading.Lock()
        self._resting = 0
        self._dismissed = False

    @property
    def rests(self) -> bool:
        return self._resting > 0

    def rest(self) -> None:
        """Blocks one of the threads until it is called, or all are dismissed."""
        with self._mutex:
            if self._dismissed:
                return
            self._resting += 1
        self._bell.acquire()

    def call_one(self) -> None:
        with self._mutex:
            if self._resting:
                self._resting -= 1
                self._bell.release()

    def dismiss(self) -> None:
        """Calls all of them, who do not rest again."""
        with self._mutex:
            self._dismissed = True
        while self.rests:
            self.call_one()


class Worker:
    """Runs `threads` loops over one job table until `stop`, and one more for the `express` kinds alone, which go on
    when all others wait for something slow. Kinds that are `apart` have threads of their own, and none of those."""

    def __init__(
        self,
        factory: SessionFactory,
        handlers: Mapping[str, Handler],
        *,
        threads: int = 4,
        express: Collection[str] = (),
        apart: Collection[str] = (),
        clock: Clock = utc_now,
    ) -> None:
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._factory = factory
        self._handlers = handlers
        self._crews = [Crew("worker", threads, Kinds(tuple(apart), others=True))]
        if express:
            self._crews.append(Crew("worker-express", 1, Kinds(tuple(express))))
        if apart:
            self._crews.append(Crew("worker-apart", APART_THREADS, Kinds(tuple(apart))))
        self._clock = clock
        self._stopping = threading.Event()
        self._look_again = threading.Event()
        self._writes = Writes(factory.kw["bind"])
        self._started_at = clock()
        self._claims = itertools.count(1)
        self._in_hand: dict[str, None] = {}
        """Owners of the jobs being done: a dict, which may be copied while another thread changes it."""

    def run(self) -> None:
        """Blocks until `stop`; jobs in hand are finished first."""
        self._give_sign()
        threads = [threading.Thread(target=self._look_out, name="worker-lookout")]
        for crew in self._crews:
            names = (f"{crew.name}-{n}" for n in range(crew.size))
            threads += [threading.Thread(target=self._loop, args=(crew,), name=name) for name in names]
        for thread in threads:
            thread.start()
        pulse = queue.LEASE.total_seconds() / 3
        while not self._stopping.wait(pulse):
            self._guarded(self._give_sign)
        for thread in threads:
            while thread.is_alive():
                thread.join(pulse)
                self._guarded(self._give_sign)
        self._guarded(self._sign_off)

    def stop(self) -> None:
        self._stopping.set()
        self._look_again.set()

    def run_due_jobs(self, limit: int = 1000) -> int:
        """Do everything that is due, in this thread; returns how many jobs were claimed."""
        done = 0
        while done < limit and self._due([queue.ALL])[0] and self.run_one():
            done += 1
        return done

    def run_one(self, crew: Crew | None = None) -> bool:
        """Claim and do one job, and what is to follow it at once; False when nothing is due.

        Every claim has its own owner: if the database goes away before the outcome is noted, nobody renews that lease,
        and the job is taken again.
        """
        owner = f"{self.id}/{next(self._claims)}"
        self._in_hand[owner] = None
        try:
            with transaction(self._factory, durable=False) as session:  # a lost claim is made again
                job = queue.claim(session, owner, now=self._clock(), kinds=crew.kinds if crew else queue.ALL)
            if job is None:
                return False
            if crew is not None and crew.rests:
                self._look_again.set()  # there may be more than this one
            while job is not None:
                job = self._timed(job, owner)
        finally:
            del self._in_hand[owner]
        return True

    def _timed(self, job: ClaimedJob, owner: str) -> ClaimedJob | None:
        started = time.perf_counter()
        outcome, following = self._do(job, owner)
        JOB_SECONDS.labels(job.kind).observe(time.perf_counter() - started)
        JOBS_DONE.labels(job.kind, outcome).inc()
        return following

    def _do(self, job: ClaimedJob, owner: str) -> tuple[str, ClaimedJob | None]:
        """Returns how it ended, and the job that follows it at once."""
        try:
            handler = self._handlers.get(job.kind)
            if handler is None:
                raise PermanentJobError(f"no handler for jobs of kind {job.kind!r}")
            effects = handler(job.payload)
            with transaction(self._factory) as session:
                if not queue.finish(session, job, owner):
                    log.warning("job_lost_lease", job=job.id, kind=job.kind)
                    return "lost", None
                effects(session)
                following = None if self._stopping.is_set() else queue.follow(session, owner, now=self._clock())
        except Exception as error:
            return self._failed(job, owner, error), None
        return "done", following

    def _failed(self, job: ClaimedJob, owner: str, error: Exception) -> str:
        description = described(error)
        with transaction(self._factory) as session:
            if not queue.is_ours(session, job, owner):
                return "lost"
            if isinstance(error, PermanentJobError):
                state = queue.bury(session, job, description, now=self._clock())
            elif isinstance(error, PostponeJobError):
                state = queue.postpone(session, job, error.until, description, now=self._clock())
            elif isinstance(error, AWAY):
                state = queue.put_back(session, job, description, now=self._clock())
            else:
                pause = error.pause if isinstance(error, RetryJobError) else timedelta(0)
                state = queue.fail(session, job, description, now=self._clock(), pause=pause)
        place = {} if isinstance(error, FORESEEN) else {"traceback": describe(error)}
        name = type(error).__name__
        log.warning("job_failed", job=job.id, kind=job.kind, attempt=job.attempts, error=name, **place)
        return "dead" if state == JobState.DEAD else "retry"

    def _look_out(self) -> None:
        """Looks at the table for all threads that rest, so that they cost nothing, and calls those that are needed."""
        for look in itertools.count():
            if self._stopping.is_set():
                break
            try:
                if self._crews[0].rests or look % SELDOM == 0:
                    self._call_needed()
                self._pause()
            except Exception as error:
                log.error("worker_lookout_failed", error=type(error).__name__, traceback=describe(error))
                self._stopping.wait(TROUBLE_SECONDS)
            self._look_again.clear()
        self._writes.close()
        for crew in self._crews:
            crew.dismiss()

    def _pause(self) -> None:
        """Waits until it is time to look, or sooner where there may be news for one that rests."""
        if not (self._crews[0].rests and self._writes.can_be_seen):
            self._look_again.wait(IDLE_SECONDS)
            return
        for _ in range(GLANCES):
            if self._look_again.wait(GLANCE_SECONDS) or self._writes.seen():
                return

    def _call_needed(self) -> None:
        resting = [crew for crew in self._crews if crew.rests]
        for crew, is_due in zip(resting, self._due([crew.kinds for crew in resting]), strict=True):
            if is_due:
                crew.call_one()

    def _due(self, wanted: Sequence[Kinds]) -> list[bool]:
        if not wanted:
            return []
        with read_only(self._factory) as session:
            return queue.due(session, wanted, now=self._clock())

    def _loop(self, crew: Crew) -> None:
        busy = False
        while True:
            if not busy:  # else there may be more: claiming shows it
                crew.rest()
            if self._stopping.is_set():
                return
            try:
                busy = self.run_one(crew)
            except Exception as error:
                log.error("worker_loop_failed", error=type(error).__name__, traceback=describe(error))
                busy = False
                self._stopping.wait(TROUBLE_SECONDS)

    def _give_sign(self) -> None:
        now = self._clock()
        with transaction(self._factory, durable=False) as session:
            queue.survive_clock(session, now=now)
            sign = session.get(WorkerSign, self.id)
            if sign is None:
                session.add(WorkerSign(id=self.id, host=socket.gethostname(), started_at=self._started_at, seen_at=now))
            else:
                sign.seen_at = now
            for owner in tuple(self._in_hand):
                queue.renew_leases(session, owner, now=now)
            queue.bring_lost_forward(session)

    def _sign_off(self) -> None:
        with transaction(self._factory) as session:
            sign = session.get(WorkerSign, self.id)
            if sign is not None:
                session.delete(sign)

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            log.error("worker_sign_failed", error=type(error).__name__)
