"""The page for a form that could not be handled: says why, shows what was sent, and can send it again.

It carries the text itself, so nothing half-sent is stored, and it works without scripts and across a log-in in another
window. With the form key, sending twice makes one reply.
"""

from dataclasses import dataclass

from flask import render_template, request

from editor_ui.text import clean

WRITTEN_FIELDS = (
    *("message", "text", "ref_note", "ref_url", "reference", "reason", "comment", "note", "pieces"),
    *("name", "email", "snippet_text", "alternative_text"),
)
"""Fields that people type into; others travel hidden."""

OFTEN_EMPTY = ("ref_note", "ref_url", "reference")
"""Rows that were not filled in travel hidden, in their order."""

NOT_KEPT = ("csrf_token", "accept_terms", "list", "n")
"""The page has its own, or adds them again."""


@dataclass(frozen=True)
class KeptField:
    name: str
    value: str
    written: bool
    place: str
    """The name of its place on the page; a field may come several times."""


def kept_fields() -> list[KeptField]:
    """Returns nothing when the body could not be read."""
    found: list[KeptField] = []
    for name, value in request.form.items(multi=True):
        if name not in NOT_KEPT:
            earlier = sum(field.name == name for field in found)
            written = name in WRITTEN_FIELDS and (value != "" or name not in OFTEN_EMPTY)
            found.append(KeptField(name, clean(value), written, f"{name}-{earlier + 1}" if earlier else name))
    return found


def form_page(
    status: int,
    heading: str,
    explanation: str,
    problem: tuple[str, str] | None = None,
    *,
    again: bool = True,
    accept: tuple[str, str] | None = None,
) -> tuple[str, int]:
    """Takes a `problem` as (field, message). `again`: offer to send it again; `accept`: the field and version by which
    sending accepts the terms of use."""
    page = render_template(
        "keep.html",
        heading=heading,
        explanation=explanation,
        problem=problem,
        fields=kept_fields(),
        again=again,
        status=status,
        accept=accept,
    )
    return page, status
