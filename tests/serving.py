"""Apps that are served over HTTP on this machine, in a thread of the test's process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server


@contextmanager
def wsgi_server(app: Flask | None = None, *, threaded: bool = True) -> Iterator[tuple[BaseWSGIServer, str]]:
    """Gives the server and its address. Without an app it serves what is put into it, which may need the address."""
    server = make_server("127.0.0.1", 0, app or Flask("placeholder"), threaded=threaded)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
