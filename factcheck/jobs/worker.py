import itertools
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Histogram

from factcheck.clock import Clock, utc_now
from factcheck.db.session import SessionFactory, read_only, transaction
from factcheck.errors import EmbedderUnavailableError, IndexMismatchError, SearchUnavailableError
from factcheck.jobs import queue
from factcheck.jobs.queue import ClaimedJob, Handler
from factcheck.logs import describe, summary
from factcheck.models import JobState, WorkerSign

log = structlog.get_logger()

IDLE_SECONDS = 0.02
"""Pause when nothing is due. A look takes a quarter of a millisecond of the processor, and people wait for it."""

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
        self._threads = threads
        self._express = express
        self._apart = apart
        self._clock = clock
        self._stopping = threading.Event()
        self._looking = threading.Lock()
        self._started_at = clock()
        self._claims = itertools.count(1)
        self._in_hand: dict[str, None] = {}
        """Owners of the jobs being done: a dict, which may be copied while another thread changes it."""

    def run(self) -> None:
        """Blocks until `stop`; jobs in hand are finished first."""
        self._give_sign()
        loops = [threading.Thread(target=self._loop, name=f"worker-{n}") for n in range(self._threads)]
        if self._express:
            loops.append(threading.Thread(target=self._loop, args=(self._express,), name="worker-express"))
        if self._apart:
            loops += [
                threading.Thread(target=self._loop, args=(self._apart,), name=f"worker-apart-{n}")
                for n in range(APART_THREADS)
            ]
        for thread in loops:
            thread.start()
        pulse = queue.LEASE.total_seconds() / 3
        while not self._stopping.wait(pulse):
            self._guarded(self._give_sign)
        for thread in loops:
            while thread.is_alive():
                thread.join(pulse)
                self._guarded(self._give_sign)
        self._guarded(self._sign_off)

    def stop(self) -> None:
        self._stopping.set()

    def run_due_jobs(self, limit: int = 1000) -> int:
        """Do everything that is due, in this thread; returns how many jobs ran."""
        done = 0
        while done < limit and self._anything_due() and self.run_one():
            done += 1
        return done

    def run_one(self, kinds: Collection[str] = (), but: Collection[str] = ()) -> bool:
        """Claim and do one job, of these kinds, or of all `but` these, if any are given; False when nothing is due.

        Every claim has its own owner: if the database goes away before the outcome is noted, nobody renews that lease,
        and the job is taken again.
        """
        owner = f"{self.id}/{next(self._claims)}"
        self._in_hand[owner] = None
        try:
            with transaction(self._factory, durable=False) as session:  # a lost claim is made again
                job = queue.claim(session, owner, now=self._clock(), kinds=kinds, but=but)
            if job is not None:
                self._timed(job, owner)
        finally:
            del self._in_hand[owner]
        return job is not None

    def _timed(self, job: ClaimedJob, owner: str) -> None:
        started = time.perf_counter()
        outcome = self._do(job, owner)
        JOB_SECONDS.labels(job.kind).observe(time.perf_counter() - started)
        JOBS_DONE.labels(job.kind, outcome).inc()

    def _do(self, job: ClaimedJob, owner: str) -> str:
        try:
            handler = self._handlers.get(job.kind)
            if handler is None:
                raise PermanentJobError(f"no handler for jobs of kind {job.kind!r}")
            effects = handler(job.payload)
            with transaction(self._factory) as session:
                if not queue.finish(session, job, owner):
                    log.warning("job_lost_lease", job=job.id, kind=job.kind)
                    return "lost"
                effects(session)
        except Exception as error:
            return self._failed(job, owner, error)
        return "done"

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

    def _wait_for_work(self, kinds: Collection[str]) -> None:
        """Lets one idle thread look at the table; the others wait behind it at no cost, except those with kinds of
        their own."""
        with self._looking if not kinds else nullcontext():
            while not self._stopping.is_set():
                if self._anything_due(kinds, self._not_for(kinds)):
                    return
                self._stopping.wait(IDLE_SECONDS)

    def _anything_due(self, kinds: Collection[str] = (), but: Collection[str] = ()) -> bool:
        with read_only(self._factory) as session:
            return queue.anything_due(session, now=self._clock(), kinds=kinds, but=but)

    def _not_for(self, kinds: Collection[str]) -> Collection[str]:
        """Lists the kinds that a thread for any kind leaves to others."""
        return () if kinds else self._apart

    def _loop(self, kinds: Collection[str] = ()) -> None:
        busy = False
        while not self._stopping.is_set():
            try:
                if not busy:  # else there may be more: claiming shows it
                    self._wait_for_work(kinds)
                busy = self.run_one(kinds, self._not_for(kinds))
            except Exception as error:
                log.error("worker_loop_failed", error=type(error).__name__, traceback=describe(error))
                busy = False
                self._stopping.wait(TROUBLE_SECONDS)
            if not busy:
                self._stopping.wait(IDLE_SECONDS)

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
