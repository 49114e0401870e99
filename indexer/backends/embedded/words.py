"""The word index of the embedded backend: tantivy over the tokens of `matching.text.tokens`.

SQLite's FTS5 weighs every document that has any token, and takes some 20 times as long
(`python -m benchmarks.engines`). Each writer opens the index anew, since it only knows the state that it opened.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import tantivy

from factcheck.errors import IndexLostError, SearchUnavailableError
from factcheck.matching.text.tokens import pattern_of
from factcheck.ports import Part
from indexer.backends.embedded.word_files import WordFiles, damaged_files

MOST_TERMS = 60
"""The rarest of a long text; the others cost time and change little."""
MOST_LOOKED_UP = 1500
FIELDS = {Part.MESSAGE: "tokens", Part.REPLIES: "replies"}
_HEAP_BYTES = 50_000_000


class WordIndex:
    """Searches the index. Safe for threads."""

    def __init__(self, path: Path) -> None:
        """Checks all of it. Raises IndexLostError when it is missing or damaged."""
        self._path = path
        with _errors(path):
            self._files = WordFiles(path)
            self._index = tantivy.Index.open(str(path))
            self._index.config_reader(reload_policy="manual")

    def search(self, tokens: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """(document, BM25 score), best first. Sees every earlier commit."""
        with _errors(self._path):
            searcher = self._searcher()
            terms = rarest(searcher, tokens)
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Should, self._term(term, FIELDS[Part.MESSAGE])) for term in terms]
            )
            return _read(searcher, searcher.search(query, limit, count=False).hits) if terms else []

    def containing(self, tokens: Sequence[str], part: Part, limit: int) -> tuple[int, list[tuple[int, float]]]:
        """Counts the documents that have all of the tokens, and returns the best of them. Sees every earlier commit."""
        with _errors(self._path):
            searcher = self._searcher()
            terms = [(tantivy.Occur.Must, self._having(token, FIELDS[part])) for token in tokens]
            order = "document" if all(map(pattern_of, tokens)) else None
            found: Any = searcher.search(tantivy.Query.boolean_query(terms), limit, order_by_field=order)
            return found.count, _read(searcher, found.hits)  # `count` is missing in tantivy's own types

    def _searcher(self) -> "tantivy.Searcher":
        if self._path.exists():  # else the index was replaced just now; open files stay readable
            self._files.check_lengths()
            self._index.reload()
        return self._index.searcher()

    def _term(self, token: str, name: str) -> "tantivy.Query":
        return tantivy.Query.term_query(self._index.schema, name, token, "freq")

    def _having(self, token: str, name: str) -> "tantivy.Query":
        pattern = pattern_of(token)
        return tantivy.Query.regex_query(self._index.schema, name, pattern) if pattern else self._term(token, name)

    def check_lengths(self) -> None:
        """Raises IndexLostError for a file that is gone or has another length."""
        if not self._path.exists():
            raise IndexLostError(f"The word index {self._path} is gone.")
        with _errors(self._path):
            self._files.check_lengths()


def _read(searcher: "tantivy.Searcher", hits: Sequence[tuple[Any, Any]]) -> list[tuple[int, float]]:
    numbers = searcher.fast_field_values("document", [address for _, address in hits])
    found = [(cast(int, number), float(score)) for (score, _), number in zip(hits, numbers, strict=True)]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def create(path: Path) -> None:
    path.mkdir(parents=True)
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("document", indexed=True, fast=True)  # unsigned ones cannot be deleted by term
    for name in FIELDS.values():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    with _errors(path):
        tantivy.Index(builder.build(), str(path))


def update(path: Path, forgotten: Iterable[int], added: Iterable[tuple[int, Sequence[str], Sequence[str]]]) -> None:
    """Takes a document's number, tokens and tokens of its replies. Commits both at once, on the disk when this
    returns. One caller at a time."""
    with _errors(path):
        writer = tantivy.Index.open(str(path)).writer(heap_size=_HEAP_BYTES, num_threads=1)
        for number in forgotten:
            writer.delete_documents_by_term("document", number)
        for number, tokens, replies in added:
            entry = tantivy.Document()
            entry.add_integer("document", number)
            entry.add_text(FIELDS[Part.MESSAGE], " ".join(tokens))
            entry.add_text(FIELDS[Part.REPLIES], " ".join(replies))
            writer.add_document(entry)
        writer.commit()
        writer.wait_merging_threads()


def rarest(searcher: "tantivy.Searcher", tokens: Sequence[str]) -> list[str]:
    """Tokens in the index, rarest first."""
    counts = {token: searcher.doc_freq("tokens", token) for token in list(dict.fromkeys(tokens))[:MOST_LOOKED_UP]}
    return sorted((token for token, count in counts.items() if count), key=lambda token: counts[token])[:MOST_TERMS]


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Raises IndexLostError if the files are damaged, else SearchUnavailableError, for all that tantivy raises:
    ValueError, and a panic, which is no Exception."""
    try:
        yield
    except (IndexLostError, OSError):
        raise
    except BaseException as error:
        if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
            raise
        damaged = damaged_files(path)
        kind = IndexLostError if damaged else SearchUnavailableError
        raise kind(f"The word index {path} failed: {error}") from error
