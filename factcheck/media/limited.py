"""Runs a program with limits: `python limited.py SECONDS MEMORY_BYTES FILE_BYTES PROGRAM ARGUMENTS...`. It replaces
itself by the program, which keeps the limits. It stands alone, so that it starts in some 20 ms."""

import os
import resource
import sys


def main() -> None:
    """Sets the limits of processor seconds, address space and size of a written file, then becomes the program."""
    seconds, memory, size = (int(value) for value in sys.argv[1:4])
    program = sys.argv[4:]
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    os.nice(5)
    os.execv(program[0], program)  # noqa: S606 -- no shell


if __name__ == "__main__":
    main()
