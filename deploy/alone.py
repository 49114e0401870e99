"""`python deploy/alone.py FOLDER PORT COMMAND …`: run a command as the only one that uses a folder and a port.

It needs nothing but Python. The command takes this process's place, so the kernel frees the lock however it ends.
"""

import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

LOCK_FILE = "run.lock"
IGNORED = ".gitignore"
HOST = "127.0.0.1"


class InUseError(Exception):
    """The folder or the port is taken; the text says by whom, and what to do."""


def lock_folder(folder: Path, port: int) -> int:
    """Returns the descriptor that holds the lock. `port` is for the message to others. Raises InUseError."""
    os.umask(0o077)  # for the command, too: what it makes is for its user alone
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / IGNORED).exists():
        (folder / IGNORED).write_text("*\n")  # secrets and a database come into it, and it may be within the checkout
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        process, _, address = os.read(descriptor, 100).decode().partition(" ")
        os.close(descriptor)
        beside = f", or start another one beside it: VAR=elsewhere PORT={port + 1} make run" if port else "."
        raise InUseError(
            f"Factline uses {folder}/ already: process {process}, {address}. "
            f"Stop it first (Ctrl-C, or kill {process}){beside}"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()} http://localhost:{port}".encode())
    return descriptor


def require_free(port: int) -> None:
    """Raises InUseError when somebody listens on the port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as error:
            raise InUseError(
                f"Port {port} cannot be used ({error.strerror}); `ss -ltnp 'sport = :{port}'` says who has it. "
                f"Take another one: PORT={port + 1} make run"
            ) from None


def main(arguments: list[str]) -> NoReturn:
    folder, port, *command = arguments
    try:
        descriptor = lock_folder(Path(folder), int(port))
        require_free(int(port))
    except InUseError as error:
        sys.exit(str(error))
    os.set_inheritable(descriptor, True)
    os.execvp(command[0], command)  # noqa: S606 - the command is the Makefile's


if __name__ == "__main__":
    main(sys.argv[1:])
