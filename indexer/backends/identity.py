"""What an index was built with. Vectors of two models, or texts cut by two rules, must never share an index."""

from collections.abc import Callable
from dataclasses import dataclass

from factcheck.errors import EmbedderUnavailableError, IndexMismatchError

MAPPING_VERSION = 3
"""Raise it with every change of the fields, of `matching.normalise`, `matching.tokens` or `matching.urls`."""

REBUILD_COMMAND = "python -m indexer reindex"


@dataclass(frozen=True)
class ModelIdentity:
    name: str
    dimension: int


@dataclass(frozen=True)
class IndexIdentity:
    model: ModelIdentity
    mapping: int = MAPPING_VERSION

    def __str__(self) -> str:
        return f"{self.model.name}, dimension {self.model.dimension}, mapping {self.mapping}"


class Expected:
    """The identity that the settings of this process ask for, found out at the first use."""

    def __init__(self, model: Callable[[], ModelIdentity]) -> None:
        """`model` may raise EmbedderUnavailableError while no model is prepared and no server answers."""
        self._model = model
        self._identity: IndexIdentity | None = None

    def get(self) -> IndexIdentity:
        """Raises EmbedderUnavailableError when it cannot be known now."""
        if self._identity is None:
            self._identity = IndexIdentity(self._model())
        return self._identity

    def check(self, found: IndexIdentity) -> None:
        """Raises IndexMismatchError when the index in use is another one.

        While the model is unknown here, only the mapping counts: a search by words must not depend on a model.
        """
        try:
            wanted = self.get()
        except EmbedderUnavailableError:
            wanted = IndexIdentity(found.model)
        if found != wanted:
            raise IndexMismatchError(f"The index holds {found}, the settings ask for {wanted}. Run: {REBUILD_COMMAND}")

    def describe(self) -> str:
        try:
            return str(self.get())
        except EmbedderUnavailableError as error:
            return f"unknown: {error}"


def differences(found: IndexIdentity, expected: Expected) -> tuple[str, ...]:
    """What about an index differs from what is expected here: "model", "mapping". Nothing is said of the model while
    it is unknown here."""
    try:
        model = expected.get().model
    except EmbedderUnavailableError:
        model = found.model
    names = [("model", found.model != model), ("mapping", found.mapping != MAPPING_VERSION)]
    return tuple(name for name, differs in names if differs)


def check_dimension(identity: IndexIdentity, dimension: int) -> None:
    if dimension != identity.model.dimension:
        raise IndexMismatchError(
            f"A vector has {dimension} values, the index holds vectors of {identity.model.dimension}. "
            f"Run: {REBUILD_COMMAND}"
        )
