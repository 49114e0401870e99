"""How `web` is served: by processes behind one front (`editor_ui/front/`), so that no stranger stops the webhook."""

import sys
from typing import Any

from prometheus_client import multiprocess

from editor_ui.app import load_pages
from editor_ui.front.inner_sockets import is_there, listen, path_of, remove_dead
from editor_ui.front.lanes import THREADS
from editor_ui.front.roles import PROCESSES, Role, WebProcess, next_role, present_roles
from factcheck import long_running
from factcheck.command_line import disk_sentence
from factcheck.private_files import keep_private
from factcheck.services.lookup import warm_up
from factcheck.settings import SettingsError, load_settings
from factcheck.version import VERSION

try:
    settings = load_settings()
    settings.var_dir.mkdir(parents=True, exist_ok=True)  # for the sockets between the processes
except SettingsError as error:
    sys.exit(str(error))
except OSError as error:
    sys.exit(disk_sentence(error))
for complaint in keep_private(settings.var_dir):
    print(complaint, file=sys.stderr)

# In a trial, anyone who reaches the simulator can speak as anybody, and log-in links are shown on screen.
bind = f"{settings.host or ('127.0.0.1' if settings.trial else '0.0.0.0')}:{settings.port}"  # noqa: S104
workers = sum(PROCESSES.values())
threads = THREADS
worker_class = WebProcess
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 0
accesslog = None
control_socket_disable = True
forwarder_headers = ""  # the front is believed, so what strangers send through it must mean nothing


def on_starting(server: Any) -> None:
    remove_dead(settings.var_dir)
    server.inner = {role: listen(settings.var_dir, role) for role in (Role.PAGES, Role.WEBHOOK)}


def on_reload(server: Any) -> None:
    """The front asks for it when a socket's file is gone (`WebProcess`)."""
    for role, listener in server.inner.items():
        if not is_there(listener):
            server.inner[role] = listen(settings.var_dir, role)


def on_exit(server: Any) -> None:
    for listener in server.inner.values():
        path_of(listener).unlink(missing_ok=True)


def pre_fork(server: Any, worker: WebProcess) -> None:
    worker.given(next_role(present_roles(server.WORKERS.values())), settings, server.inner)


def when_ready(server: Any) -> None:
    warm_up()
    load_pages(server.app.wsgi())
    long_running.prepare()
    server.log.info("Factline %s is ready", VERSION)


def child_exit(_server: object, worker: WebProcess) -> None:
    """Stops counting an ended process in the gauges."""
    if settings.prometheus_multiproc_dir is not None:
        multiprocess.mark_process_dead(worker.pid)
