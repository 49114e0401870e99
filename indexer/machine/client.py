import os
import socket
import time
from pathlib import Path

from indexer.machine.protocol import socket_address

_RETRY_SECONDS = 0.1


def connect(path: Path, timeout: float, wait_until: float = 0.0) -> socket.socket:
    """Connects to a server of this machine, trying again until `wait_until` (of the monotonic clock) while it is not
    there. `timeout`: seconds for each step afterwards. Raises OSError."""
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(_trusted_address(path))
        except OSError:
            connection.close()
            if time.monotonic() >= wait_until:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return connection


def _trusted_address(path: Path) -> str:
    """Raises PermissionError for another user's socket: in the temporary directory anyone may make one of that name,
    and what people sent goes to our own only."""
    address = socket_address(path)
    if address != str(path.absolute()) and Path(address).stat().st_uid != os.geteuid():
        raise PermissionError(f"{address} belongs to another user")
    return address
