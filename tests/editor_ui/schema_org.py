"""Whether a description keeps to schema.org's definition, of which `schema_org.json` is a part."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TYPES: Mapping[str, Any] = json.loads(Path(__file__).with_name("schema_org.json").read_text(encoding="utf-8"))["types"]


def ancestors(name: str) -> Iterator[str]:
    """The type itself, then what it is a kind of."""
    yield name
    for parent in TYPES[name]["parents"]:
        yield from ancestors(parent)


def faults(node: Mapping[str, Any], where: str = "") -> list[str]:
    kind = str(node.get("@type"))
    if kind not in TYPES:
        return [f"{where}: no type {kind}"]
    allowed = {name: ranges for one in ancestors(kind) for name, ranges in TYPES[one]["properties"].items()}
    found = []
    for name, value in node.items():
        if name in ("@type", "@context", "@id"):
            continue
        place = f"{where}.{name}"
        if name not in allowed:
            found.append(f"{place}: {kind} has no such property")
            continue
        for one in value if isinstance(value, list) else [value]:
            found += faults(one, place) if isinstance(one, dict) else []
            if not any(_fits(one, wanted) for wanted in allowed[name]):
                found.append(f"{place}: {one!r} is none of {allowed[name]}")
    return found


def _fits(value: object, wanted: str) -> bool:
    if isinstance(value, dict):
        return value.get("@type") in TYPES and wanted in ancestors(value["@type"])
    if wanted in ("Number", "Integer"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if wanted == "URL":
        return urlsplit(value).scheme in ("http", "https")
    if wanted in ("Date", "DateTime"):
        try:
            return datetime.fromisoformat(value) is not None
        except ValueError:
            return False
    return wanted == "Text"
