"""Which rooms of the house may know which. `python -m tests.rules.rooms` prints how big and how deep each package is.

A room is a folder of a package, or a module that stands beside the folders. An arrow goes from a module to one that it
imports; the depth of a package is the number of modules on its longest chain of arrows.
"""

import ast
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.rules.imports import PACKAGES, ROOT, imports

Arrow = tuple[str, str]
"""Who imports, and what: dotted names of modules, or names of rooms."""

ALLOWED: Mapping[str, Mapping[str, Collection[str]]] = {
    "bot": {
        "__main__": ("cli",),
        "commands": ("line", "outbound", "worker"),
        "worker": ("context", "dispatch", "i18n", "line", "media", "messages"),
        "dispatch": ("context", "groups", "inbound", "outbound", "private"),
        "groups": ("context", "i18n", "inbound", "line", "media", "messages", "outbound", "understanding"),
        "private": ("buttons", "context", "i18n", "inbound", "line", "media", "messages", "outbound", "understanding"),
        "understanding": ("buttons", "context", "inbound", "messages"),
        "inbound": ("context", "i18n", "line", "messages", "outbound"),
        "outbound": ("buttons", "context", "i18n", "line", "messages"),
        "messages": ("buttons", "i18n"),
        "context": ("line", "media"),
        "media": ("line",),
    },
    "factcheck/matching": {"decide": ("compare",), "compare": ("lexicon", "text"), "lexicon": ("text",)},
    "indexer": {
        "__main__": ("cli",),
        "commands": ("embedding", "factory", "machine", "media", "reindex", "status", "sync"),
        "training": ("evaluation", "factory"),
        "evaluation": ("backends", "embedding", "factory", "media", "sync"),
        "factory": ("backends", "embedding", "golden", "healing", "media", "sync"),
        "embedding": ("machine",),
        "media": ("machine",),
        "healing": ("reindex", "sync"),
        "status": ("backends", "sync"),
        "golden": ("sync",),
        "reindex": ("sync",),
    },
}
"""Place -> room -> the rooms it may know. What is not named knows no other room of its place. A new arrow is a
decision: it is written down here, and makes no circle."""


def module_name(path: Path) -> str:
    """`bot.line.client` for a file; a package for its `__init__.py`."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def modules(place: str) -> Mapping[str, Path]:
    """The modules with something in them below a folder such as `bot` or `factcheck/matching`, by name."""
    paths = sorted((ROOT / place).rglob("*.py"))
    return {module_name(path): path for path in paths if path.read_text(encoding="utf-8").strip()}


@cache
def module_arrows(place: str) -> frozenset[Arrow]:
    """Between modules of one place, wherever in a module an import stands."""
    known = modules(place)
    found = set()
    for name, path in known.items():
        for _, imported in imports(ast.walk(ast.parse(path.read_text(encoding="utf-8")))):
            target = imported if imported in known else imported.rpartition(".")[0]
            if target in known and target != name:
                found.add((name, target))
    return frozenset(found)


def room_of(module: str, place: str) -> str:
    """The first part of a module's name below the place."""
    return module.removeprefix(place.replace("/", ".")).lstrip(".").partition(".")[0]


def room_arrows(place: str) -> set[Arrow]:
    pairs = {(room_of(one, place), room_of(other, place)) for one, other in module_arrows(place)}
    return {(one, other) for one, other in pairs if one != other}


def chain(arrows: Iterable[Arrow]) -> list[str]:
    """The longest chain, from who imports to what is imported. Raises ValueError naming the members of a circle."""
    imported: dict[str, set[str]] = {}
    for one, other in arrows:
        imported.setdefault(one, set()).add(other)
    longest: dict[str, list[str]] = {}
    try:
        for name in TopologicalSorter(imported).static_order():
            below = max((longest[other] for other in sorted(imported.get(name, ()))), key=len, default=[])
            longest[name] = [name, *below]
    except CycleError as error:
        raise ValueError(f"a circle: {' -> '.join(error.args[1])}") from None
    return max((longest[name] for name in sorted(longest)), key=len, default=[])


def broken(arrows: Collection[Arrow], allowed: Mapping[str, Collection[str]]) -> list[str]:
    """Arrows that are not allowed, and allowances that nothing needs."""
    wanted = {(one, other) for one, others in allowed.items() for other in others}
    return sorted(
        [f"{one} -> {other}" for one, other in set(arrows) - wanted]
        + [f"{one} -> {other} is allowed for nothing" for one, other in wanted - set(arrows)]
    )


def table() -> str:
    """Modules, arrows and depth of each package."""
    lines = [f"{'package':<10}{'modules':>8}{'arrows':>8}{'depth':>7}"]
    for package in PACKAGES:
        arrows = module_arrows(package)
        lines.append(f"{package:<10}{len(modules(package)):>8}{len(arrows):>8}{len(chain(arrows)):>7}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
