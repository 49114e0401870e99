"""A JSON object under inspection: a field that was never read is refused as unknown."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.simulator.validation import limits
from bot.simulator.validation.limits import Unit, utf16_units

JSONObject = dict[str, object]
_NOT_IN_A_URI = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]|%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class BodyProblem:
    message: str
    property: str
    """Path as LINE writes it, for example `messages[0].text`."""


def objects(value: object) -> list[JSONObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def error_body(problems: Collection[BodyProblem]) -> JSONObject:
    return {
        "message": f"The request body has {len(problems)} error(s)",
        "details": [{"message": problem.message, "property": problem.property} for problem in problems],
    }


def uri_is_encoded(uri: str) -> bool:
    """Tell whether a URI holds only characters that RFC 3986 allows."""
    return not _NOT_IN_A_URI.search(uri)


def is_web_url(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname)
    except ValueError:
        return False


@dataclass
class Node:
    value: JSONObject
    path: str
    problems: list[BodyProblem]
    read: set[str] = field(default_factory=set)

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def note(self, message: str, name: str = "") -> None:
        self.problems.append(BodyProblem(message, self.at(name) if name else self.path))

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def get(self, name: str, *, required: bool = False) -> object:
        """Treat null as absent, as in LINE's JSON."""
        self.read.add(name)
        found = self.value.get(name)
        if found is None and required:
            self.note("must be specified", name)
        return found

    def string(
        self,
        name: str,
        limit: int | None = None,
        unit: Unit = utf16_units,
        *,
        required: bool = False,
        empty: bool = False,
    ) -> str | None:
        found = self.get(name, required=required)
        if found is None:
            return None
        if not isinstance(found, str):
            self.note("must be a string", name)
            return None
        if not found and not empty:
            self.note("May not be empty", name)
            return None
        # No unit counts more than UTF-16 does, and counting graphemes is slow.
        if limit is not None and utf16_units(found) > limit and unit(found) > limit:
            self.note(f"Length must be between 0 and {limit}", name)
        return found

    def matching(self, name: str, pattern: re.Pattern[str], hint: str, *, required: bool = False) -> str | None:
        found = self.string(name, required=required)
        if found is not None and not pattern.fullmatch(found):
            self.note(f"invalid property: {hint}", name)
        return found

    def choice(self, name: str, choices: Collection[str], *, required: bool = False) -> str | None:
        found = self.get(name, required=required)
        if found is None:
            return None
        if not isinstance(found, str) or found not in choices:
            self.note(f"must be one of the following values: [{', '.join(sorted(choices))}]", name)
            return None
        return found

    def integer(
        self, name: str, low: int | None = None, high: int | None = None, *, required: bool = False
    ) -> int | None:
        found = self.get(name, required=required)
        if found is None:
            return None
        if not isinstance(found, int) or isinstance(found, bool):
            self.note("must be an integer", name)
            return None
        if (low is not None and found < low) or (high is not None and found > high):
            self.note(f"must be between {low} and {'any' if high is None else high}", name)
            return None
        return found

    def number(self, name: str, low: float, high: float, *, required: bool = False) -> None:
        found = self.get(name, required=required)
        if found is None:
            return
        if not isinstance(found, int | float) or isinstance(found, bool):
            self.note("must be a number", name)
        elif not low <= found <= high:
            self.note(f"must be between {low} and {high}", name)

    def flag(self, name: str, *, required: bool = False) -> None:
        found = self.get(name, required=required)
        if found is not None and not isinstance(found, bool):
            self.note("must be a boolean", name)

    def https_url(self, name: str, *, required: bool = False) -> None:
        found = self.string(name, limits.URL, required=required)
        if found is None:
            return
        if not is_web_url(found, ("https",)):
            self.note("invalid uri scheme: must be https", name)
        elif not uri_is_encoded(found):
            self.note("invalid uri: must be percent-encoded", name)

    @contextmanager
    def child(self, name: str, *, required: bool = False) -> Iterator["Node | None"]:
        """Inspect an object; on leaving, its unread fields are refused. None if it is absent or no object."""
        found = self.get(name, required=required)
        if found is not None and not isinstance(found, dict):
            self.note("must be an object", name)
        if not isinstance(found, dict):
            yield None
            return
        inner = Node(found, self.at(name), self.problems)
        yield inner
        inner.refuse_unknown()

    def array(self, name: str, low: int, high: int | None, *, required: bool = False) -> list[object]:
        found = self.get(name, required=required)
        if found is None:
            return []
        if not isinstance(found, list):
            self.note("must be an array", name)
            return []
        if len(found) < low or (high is not None and len(found) > high):
            self.note(f"Size must be between {low} and {'any' if high is None else high}", name)
        return found

    def children(self, name: str, low: int, high: int | None, *, required: bool = False) -> Iterator["Node"]:
        """Inspect each object of an array; its unread fields are refused."""
        for index, item in enumerate(self.array(name, low, high, required=required)):
            path = f"{self.at(name)}[{index}]"
            if not isinstance(item, dict):
                self.problems.append(BodyProblem("must be an object", path))
                continue
            inner = Node(item, path, self.problems)
            yield inner
            inner.refuse_unknown()

    def refuse_unknown(self) -> None:
        for name in self.value.keys() - self.read:
            self.note("unknown field", name)

    def stop(self) -> None:
        """Read nothing more: the object's kind is unknown, so nothing in it can be judged."""
        self.read.update(self.value)
