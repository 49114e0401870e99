"""Reads the files of an evaluation."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from factcheck.errors import FactlineError

HARDNEG = "hardneg"
"""Looks like its source but makes another claim: the source must not be the answer."""
UNMATCHED = "unmatched"
TURNED, TURNED_FORWARD = "turned", "turned_forward"
"""Their source with one word turned round, and an edited forward of it: near, but it claims something else."""
CHANGED = (TURNED, TURNED_FORWARD, "differs")
"""Kinds of queries that mean their source and claim something else: it is found, but must not be the answer."""
REPLY_TYPES = ("RUMOR", "NOT_RUMOR", "OPINIONATED", "NOT_ARTICLE")


class EvaluationDataError(FactlineError):
    """A file cannot be used; the message says which, where and why."""


@dataclass(frozen=True)
class LabelledArticle:
    id: str
    text: str
    reply_type: str = "RUMOR"
    """Of the reply that every article is taken to have."""


@dataclass(frozen=True)
class Query:
    text: str
    kind: str
    lang: str = ""
    source_id: str = ""
    """The article that it was made from; '' for an unmatched one."""
    id: str = ""
    want: str = ""
    """What a case asks for: `answer`, `differs` or `offered`."""
    yours: str = ""
    """The turned word, which a difference should quote."""
    theirs: str = ""
    """The word that it replaces."""

    @property
    def is_matched(self) -> bool:
        """Tells whether an article makes its claim or is its model."""
        return self.kind not in (HARDNEG, UNMATCHED)


Record = TypeVar("Record")


def read_articles(path: Path) -> dict[str, LabelledArticle]:
    """Reads articles by id, in the file's order. Raises EvaluationDataError, also for an id given twice and an empty
    file."""
    articles: dict[str, LabelledArticle] = {}
    for article in read_lines(path, article_of):
        if article.id in articles:
            raise EvaluationDataError(f"{path}: the id {article.id!r} is given to two articles.")
        articles[article.id] = article
    if not articles:
        raise EvaluationDataError(f"{path}: there is no article in it.")
    return articles


def read_queries(paths: Sequence[Path], articles: Mapping[str, LabelledArticle]) -> list[Query]:
    """Raises EvaluationDataError, also when the article of a query is not among `articles`."""

    def query(line: dict[str, Any]) -> Query:
        source_id = text_of(line, "source_id" if "source_id" in line else "article_id")
        if source_id not in articles:
            raise ValueError(f"its article {source_id!r} is not among the articles")
        kind = text_of(line, "kind")
        if kind == UNMATCHED:
            raise ValueError(f"kind {UNMATCHED!r} has no article: give it with --unmatched")
        more = {name: line.get(name) or "" for name in ("id", "want", "yours", "theirs")}
        return Query(text_of(line, "text"), kind, line.get("lang") or "", source_id, **more)

    return [one for path in paths for one in read_lines(path, query)]


def read_unmatched(path: Path) -> list[Query]:
    return list(read_lines(path, lambda line: Query(text_of(line, "text"), UNMATCHED, line.get("lang") or "")))


def article_of(line: dict[str, Any]) -> LabelledArticle:
    reply_type = line.get("reply_type") or "RUMOR"
    if reply_type not in REPLY_TYPES:
        raise ValueError(f"reply_type {reply_type!r} is none of {', '.join(REPLY_TYPES)}")
    return LabelledArticle(text_of(line, "id"), text_of(line, "text"), reply_type)


def text_of(line: dict[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"it needs a text named {name!r}")
    return value


def read_lines(path: Path, parse: Callable[[dict[str, Any]], Record]) -> Iterator[Record]:
    try:
        # Binary, since lines end at \n alone: texts may hold other separators.
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _parsed(line, parse, f"{path}, line {number}")
    except OSError as error:
        raise EvaluationDataError(f"{path} cannot be read: {error.strerror}.") from error


def _parsed(line: bytes, parse: Callable[[dict[str, Any]], Record], where: str) -> Record:
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ValueError("it is no JSON object")
        return parse(record)
    except ValueError as error:  # JSON and UTF-8 errors are among them
        raise EvaluationDataError(f"{where}: {error}.") from error
