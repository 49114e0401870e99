"""Ports for servers that a test starts as processes, which open them some time after they were chosen."""

import secrets
import socket
from contextlib import suppress
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""What the system gives to whoever asks for any port, and to each connection."""
BELOW = 12_000


def free_port() -> int:
    """A port that is free, and below those that the system gives away: of its own it would give one to another test's
    server or connection before the process that is to have it has started."""
    first = int(RANGE.read_text().split()[0]) if RANGE.exists() else 32_768
    while True:
        port = max(1024, first - BELOW) + secrets.randbelow(BELOW - 1)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
