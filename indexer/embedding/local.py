"""The sentence model, and the second encoder beside it, in this process. Services use `server`, one copy a machine."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Matrix
from indexer.embedding.centring import LanguageMeans
from indexer.embedding.engines import Engine
from indexer.embedding.model import PREPARE_COMMAND, open_engine, read_description
from indexer.embedding.model_files import damaged_files
from indexer.embedding.second import joined, second_encoder


class LocalEmbedder:
    """Implements `ports.Embedder`. The model is loaded at the first use, or by `load`."""

    def __init__(self, directory: Path, threads: int = 1) -> None:
        """Raises EmbedderUnavailableError when the model is not prepared."""
        self._directory = directory
        self._threads = threads
        self._description = read_description(directory)
        self._engine: Engine | None = None
        self._means: LanguageMeans | None = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return self._description.identity

    @property
    def dimension(self) -> int:
        return self._description.values

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts, self._description.query_prefix)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts, self._description.passage_prefix)

    def load(self) -> None:
        """Takes seconds. Raises EmbedderUnavailableError."""
        self._loaded()

    def _loaded(self) -> Engine:
        with self._loading:
            if self._engine is None:
                if damaged := damaged_files(self._directory):
                    raise EmbedderUnavailableError(
                        f"Files of the sentence model in {self._directory} are damaged: {', '.join(damaged)}. "
                        f"Run: {PREPARE_COMMAND}"
                    )
                try:
                    if self._description.centring:
                        self._means = LanguageMeans.load(self._directory)
                    if not self._description.alone:
                        second_encoder()
                    self._engine = open_engine(self._directory, self._description, self._threads)
                except Exception as error:  # anything from a missing file to a wrong tensor
                    raise EmbedderUnavailableError(
                        f"The sentence model in {self._directory} cannot be loaded ({error}). "
                        f"Remove the directory and run: {PREPARE_COMMAND}"
                    ) from error
            return self._engine

    def _embed(self, texts: Sequence[str], prefix: str) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        # Half of a surrogate pair is no character; the tokenizers refuse it.
        whole = [text.encode(errors="replace").decode() for text in texts]
        rows = self._loaded().encode([prefix + text for text in whole])
        first = self._means.centred(rows) if self._means is not None else rows
        return first if self._description.alone else joined(first, second_encoder().encode(whole))
