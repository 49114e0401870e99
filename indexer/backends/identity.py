"""What an index was built with, and whether there must be one.

Vectors of two models must never share an index, and another mapping cannot be read. With another treatment of texts an
index is still searched, at the cost of some recall, but not written to.
"""

from collections.abc import Callable
from dataclasses import dataclass

from factcheck.errors import EmbedderUnavailableError, IndexLostError, IndexMismatchError

MAPPING_VERSION = 4
"""Raise it when the form before cannot be read; other changes show in the digest of `indexer.golden`."""

REBUILD_COMMAND = "python -m indexer reindex"
MODEL, MAPPING, TEXTS = "model", "mapping", "treatment of texts"


@dataclass(frozen=True)
class ModelIdentity:
    name: str
    dimension: int


@dataclass(frozen=True)
class IndexIdentity:
    model: ModelIdentity
    texts: str
    """The digest of `indexer.golden`; "" for a release without one."""
    mapping: int = MAPPING_VERSION

    def __str__(self) -> str:
        return f"{self.form}, texts {self.texts or 'unknown'}"

    @property
    def form(self) -> str:
        """Names what an index must share with a process that searches it."""
        return f"{self.model.name}, dimension {self.model.dimension}, mapping {self.mapping}"


class Expected:
    """The identity that settings and code ask for, found out once."""

    def __init__(
        self, model: Callable[[], ModelIdentity], texts: Callable[[], str], articles: Callable[[], int] = lambda: 0
    ) -> None:
        """`model` may raise EmbedderUnavailableError while no model is prepared and no server answers. `articles`
        counts those that the database shows."""
        self._model = model
        self._texts = texts
        self._articles = articles
        self._identity: IndexIdentity | None = None

    def get(self) -> IndexIdentity:
        """Raises EmbedderUnavailableError while the model is unknown."""
        if self._identity is None:
            self._identity = IndexIdentity(self._model(), self._texts())
        return self._identity

    def check_searched(self, found: IndexIdentity) -> None:
        """Raises IndexMismatchError when this process cannot search the index."""
        self._refuse(found, {MODEL, MAPPING})

    def check_written(self, found: IndexIdentity) -> None:
        """Raises IndexMismatchError when this process must not write to it."""
        self._refuse(found, {MODEL, MAPPING, TEXTS})

    def check_absent(self, bringing: int = 0) -> None:
        """Raises IndexLostError when there is no index although the database has more articles than somebody brings."""
        if (count := self._articles()) > bringing:
            raise IndexLostError(f"There is no search index, but there are {count} articles.")

    def differences(self, found: IndexIdentity) -> tuple[str, ...]:
        """Ignores an unknown model: a search by words must not depend on one."""
        try:
            model = self.get().model
        except EmbedderUnavailableError:
            model = found.model
        wanted = IndexIdentity(model, self._texts())
        names = [
            (MODEL, found.model != wanted.model),
            (MAPPING, found.mapping != wanted.mapping),
            (TEXTS, found.texts != wanted.texts),
        ]
        return tuple(name for name, differs in names if differs)

    def describe(self) -> str:
        try:
            return str(self.get())
        except EmbedderUnavailableError as error:
            return f"unknown: {error}"

    def _refuse(self, found: IndexIdentity, reasons: set[str]) -> None:
        if reasons & set(self.differences(found)):
            raise IndexMismatchError(
                f"The index holds {found}, the settings ask for {self.describe()}. Run: {REBUILD_COMMAND}"
            )


def check_dimension(identity: IndexIdentity, dimension: int) -> None:
    if dimension != identity.model.dimension:
        raise IndexMismatchError(
            f"A vector has {dimension} values, the index holds vectors of {identity.model.dimension}. "
            f"Run: {REBUILD_COMMAND}"
        )
