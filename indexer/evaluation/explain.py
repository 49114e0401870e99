"""Queries with what came of them and why, to be read by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer.evaluation.data import LabelledArticle, Query
from indexer.evaluation.judging import Judged


@dataclass(frozen=True)
class Explained:
    query: Query
    found: Judged
    article: LabelledArticle | None
    """The one answered, named or nearest."""


def explained(
    queries: Sequence[Query], results: Sequence[Judged], articles: Mapping[str, LabelledArticle]
) -> list[Explained]:
    return [
        Explained(query, found, articles[found.first] if found.first else None)
        for query, found in zip(queries, results, strict=True)
    ]


def of_kind(some: Sequence[Explained], kind: str) -> list[Explained]:
    """Picks by kind, or by what a case wants; those with the same outcome stand together."""
    picked = [one for one in some if kind in (one.query.kind, one.query.want)]
    return sorted(picked, key=lambda one: str(one.found.outcome))


def paragraph(one: Explained) -> str:
    query, found = one.query, one.found
    probability = "-" if found.probability is None else f"{found.probability:.3f}"
    is_source = "" if one.article is None or one.article.id == query.source_id else ", not the source"
    head = f"== {found.outcome}{is_source}, {probability}: {query.kind} {query.id} {query.source_id}"
    lines = [" ".join(head.split())]
    if query.yours:
        lines.append(f"turned: {query.theirs} -> {query.yours}")
    changes = found.difference.changes if found.difference else ()
    lines += [f"{change.kind}: yours 「{change.yours}」 theirs 「{change.theirs}」" for change in changes]
    lines += ["-- message", query.text.strip()]
    lines += ["-- article", one.article.text.strip()] if one.article else []
    return "\n".join(lines)


def page(some: Sequence[Explained], kind: str) -> str:
    picked = of_kind(some, kind)
    return f"{len(picked)} of the kind {kind}\n\n" + "\n\n".join(map(paragraph, picked)) + "\n"
