"""The sentence model in this process. Servers use `embedding_server` instead, which holds one copy a machine."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.errors import EmbedderUnavailableError
from factcheck.ports import Matrix
from indexer.model import MOST_TOKENS, PREPARE_COMMAND, quiet_loading, read_description

BATCH = 16


class LocalEmbedder:
    """Implements `ports.Embedder`. The model is loaded at the first use, or by `load`."""

    def __init__(self, directory: Path, threads: int = 1) -> None:
        """Raises EmbedderUnavailableError when the model is not prepared."""
        self._directory = directory
        self._threads = threads
        self._description = read_description(directory)
        self._model: Any = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        return self._description.name

    @property
    def dimension(self) -> int:
        return self._description.dimension

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts, self._description.query_prefix)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return self._embed(texts, self._description.passage_prefix)

    def load(self) -> None:
        """Takes seconds and about 0.7 GB."""
        with self._loading:
            if self._model is None:
                self._model = self._loaded()

    def _loaded(self) -> Any:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(self._threads)
        quiet_loading()
        try:
            model = SentenceTransformer(str(self._directory), device="cpu", local_files_only=True)
        except Exception as error:  # anything from a missing file to a wrong tensor
            raise EmbedderUnavailableError(
                f"The sentence model in {self._directory} cannot be loaded ({error}). "
                f"Remove the directory and run: {PREPARE_COMMAND}"
            ) from error
        model.max_seq_length = min(model.max_seq_length or MOST_TOKENS, MOST_TOKENS)
        return model

    def _embed(self, texts: Sequence[str], prefix: str) -> Matrix:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        self.load()
        # encode() itself sorts by length, so that a batch is padded little.
        rows = self._model.encode(
            [prefix + text for text in texts],
            batch_size=BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(rows, dtype=np.float32)
