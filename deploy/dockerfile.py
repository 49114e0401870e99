"""Reads the Dockerfile: as much of the format as it uses, and no more."""

import json
import re
import shlex
from dataclasses import dataclass, field

STEPS = ("ARG", "COPY", "ENV", "RUN", "USER", "VOLUME", "WORKDIR")
RUNS = ("CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK")


class UnknownInstructionError(Exception):
    """The Dockerfile has something that is not read here, so that its steps cannot be followed."""


@dataclass(frozen=True)
class Step:
    instruction: str
    text: str

    def words(self) -> list[str]:
        """Without the options."""
        return [word for word in shlex.split(self.text) if not word.startswith("--")]

    def option(self, name: str) -> str | None:
        found = re.search(rf"--{name}=(\S+)", self.text)
        return found[1] if found else None


@dataclass
class Stage:
    base: str
    name: str
    """Empty for the last one, which is the image."""
    steps: list[Step] = field(default_factory=list)
    runs: dict[str, str] = field(default_factory=dict)
    """How the image is run: what stands behind CMD, ENTRYPOINT, ... (of CMD of HEALTHCHECK: behind it)."""

    def command(self, instruction: str) -> list[str]:
        words: list[str] = json.loads(self.runs[instruction][self.runs[instruction].index("[") :])
        return words


def read_dockerfile(text: str) -> list[Stage]:
    """Raises UnknownInstructionError."""
    stages: list[Stage] = []
    for line in _instructions(text):
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name))
        elif instruction in STEPS:
            stages[-1].steps.append(Step(instruction, rest))
        elif instruction in RUNS:
            stages[-1].runs[instruction] = rest
        else:
            raise UnknownInstructionError(line)
    return stages


def _instructions(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [line.strip() for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]
