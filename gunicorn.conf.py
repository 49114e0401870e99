"""How `web` is served: by two processes with threads, so that one process that hangs does not stop the webhook."""

import gc
from typing import Any

from prometheus_client import multiprocess

from factcheck.settings import load_settings
from factcheck.version import VERSION

settings = load_settings()

# In a trial, anyone who reaches the simulator can speak as anybody, and log-in links are shown on screen.
bind = f"{settings.host or ('127.0.0.1' if settings.trial else '0.0.0.0')}:{settings.port}"  # noqa: S104
workers = 2
threads = 8
worker_class = "gthread"
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 75  # longer than a proxy keeps an idle connection, so that none is closed under a request
accesslog = None
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Keeps the garbage collector off what was loaded before the fork: a pass takes 130 ms and would copy shared
    memory."""
    gc.collect()
    gc.freeze()
    server.log.info("Factline %s is ready", VERSION)


def child_exit(_server: object, worker: object) -> None:
    """Stops counting an ended process in the gauges."""
    if settings.prometheus_multiproc_dir is not None:
        multiprocess.mark_process_dead(worker.pid)
